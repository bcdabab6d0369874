"""单位: the list, and the form that adds one or changes it; security administrators see it, system administrators write."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import offices, permissions
from repairflow.casework.changes import AddOffice, ChangeOffice, SucceedOffice, TakeBackSuccession
from repairflow.errors import Invalid, Problem
from repairflow.web.admin import change_log
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import errors_from

WRITER = permissions.SYSTEM_ADMIN


def all_offices() -> str:
    """Show the offices."""
    here = current()
    search = arguments.text("q")
    with here.read() as tx:
        found = offices.listed(tx, search)
    return render_template("admin/offices.html", offices=found, search=search, kinds=offices.KINDS, writes=_writes())


def new_office() -> AnyResponse:
    """Show the form of a new office."""
    return form("", {"kind": "authority", "domain": "general"})


def add_office() -> AnyResponse:
    """Add an office, or show its form with what is wrong."""
    here = current()
    try:
        done = change(AddOffice(here.actor, request.form.to_dict()))
    except Invalid as error:
        return form("", request.form.to_dict(), error.problems)
    flash(f"已新建单位 {done.code}。", "success")
    return after(done)


def office(code: str) -> AnyResponse:
    """Show one office."""
    here = current()
    with here.read() as tx:
        values = offices.form_of(tx, code)
    return form(code, values)


def change_office(code: str) -> AnyResponse:
    """Change an office, or show its form with what is wrong."""
    here = current()
    given = {name: value for name, value in request.form.items() if name in offices.FIELDS}
    try:
        done = change(ChangeOffice(here.actor, code, given))
    except Invalid as error:
        return form(code, {**given, "code": code}, error.problems)
    if done.changed:
        flash("单位已修改，已制发的文书不变。", "success")
    else:
        flash("内容相同，没有改动。", "info")
    return after(done)


def succeed_office(code: str) -> AnyResponse:
    """Close an office and hand its open cases to its successor, or show the form with what is wrong."""
    here = current()
    try:
        moved = change(SucceedOffice(here.actor, code, request.form.to_dict()))
    except Invalid as error:
        with here.read() as tx:
            values = offices.form_of(tx, code)
        return form(code, values, error.problems, request.form.to_dict())
    flash(f"已登记承继，{moved} 件未办结的办件转由承继机关办理。", "success")
    return redirect(url_for("admin.offices"), 303)


def take_back_succession(code: str) -> AnyResponse:
    """Open an office again whose succession was registered by mistake, or show the form with what is wrong."""
    here = current()
    try:
        back = change(TakeBackSuccession(here.actor, code, request.form.get("reason", "")))
    except Invalid as error:
        with here.read() as tx:
            values = offices.form_of(tx, code)
        return form(code, values, error.problems)
    flash(f"已撤回承继登记，{back} 件未办结的办件转回本单位。承继期间向承继机关提出的申请仍由其办理。", "success")
    return redirect(url_for("admin.office", code=code), 303)


def after(done: offices.Saved) -> AnyResponse:
    """Go to the list with the warnings of what was saved."""
    for text in done.warnings:
        flash(text, "warning")
    return redirect(url_for("admin.offices"), 303)


def form(
    code: str, values: dict[str, str], problems: tuple[Problem, ...] = (), succession: dict[str, str] | None = None
) -> AnyResponse:
    """Show the form of an office; `code` is empty for a new one. `succession` is what was typed of its successor."""
    here = current()
    shown = errors_from(problems)
    with here.read() as tx:
        others = [(one.code, f"{one.name}（{one.code}）") for one in offices.listed(tx) if one.code != code]
        past = change_log.latest(tx, "office", code) if code else []
        life = offices.life_of(tx, code) if code else None
    text = render_template(
        "admin/offices_form.html", code=code, values={**dict.fromkeys(offices.FIELDS, ""), **values}, errors=shown,
        wrong={e.field: e.text for e in shown}, others=others, kinds=list(offices.KINDS.items()),
        domains=list(offices.domains(here.law).items()), writes=_writes(), past=past, labels=offices.FIELDS,
        life=life, succession=succession or {},
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def _writes() -> bool:
    return current().actor.has_role(WRITER)
