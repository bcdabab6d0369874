"""关注的单位: organisations of which an office is told when what the public sees of them changes."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow import plain
from repairflow.casework.cases import followed_subjects
from repairflow.casework.changes import FollowSubjects, UnfollowSubjects
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import errors_from

SHOWN = 500
"""Of an office; the rest is counted."""


def followed() -> str:
    """Show whom an office follows, and the form for more."""
    return _page(_office(arguments.number("office")), {})


def follow() -> Answer:
    """Follow what was typed, or show the form with what is wrong."""
    office_id = _office(_typed_office())
    typed = {name: request.form.get(name, "") for name in ("purpose", "codes")}
    codes = tuple(line.strip() for line in typed["codes"].splitlines() if line.strip())
    try:
        new = change(FollowSubjects(current().actor, office_id, typed["purpose"], codes))
    except Invalid as error:
        return make_response(_page(office_id, typed, error.problems), 422)
    flash(f"新关注 {new} 个单位，其余早已关注。" if new < len(codes) else f"已关注 {new} 个单位。", "success")
    return redirect(url_for("desk.followed", office=office_id), 303)


def unfollow() -> Answer:
    """Follow one or several no more."""
    office_id = _office(_typed_office())
    gone = change(UnfollowSubjects(current().actor, office_id, tuple(request.form.getlist("code"))))
    flash(f"已取消关注 {gone} 个单位。" if gone else "没有选择单位。", "success" if gone else "info")
    return redirect(url_for("desk.followed", office=office_id), 303)


def _typed_office() -> int | None:
    try:
        return plain.whole(request.form.get("office", ""))
    except ValueError:
        return None


def _office(given: int | None) -> int:
    """Return the office that was asked for, or else the first of the visitor's. NotFound for another's, and without any."""
    here = current()
    with here.read() as tx:
        mine = followed_subjects.offices(tx, here.actor)
    if not mine or (given is not None and given not in mine):
        raise NotFound("没有这个单位，或者您不在这个单位办理业务。")
    return given if given is not None else next(iter(mine))


def _page(office_id: int, typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    here, errors = current(), errors_from(problems)
    with here.read() as tx:
        found = followed_subjects.of_office(tx, office_id)
        mine = followed_subjects.offices(tx, here.actor)
    return render_template(
        "desk/followed.html", office=office_id, mine=mine, found=found[:SHOWN], count=len(found), errors=errors,
        typed={"purpose": "", "codes": "", **typed},
        wrong={"purpose": "", "codes": "", **{one.field: one.text for one in errors}},
    )  # fmt: skip
