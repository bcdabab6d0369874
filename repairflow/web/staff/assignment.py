"""分办: who sees to which case, how much each colleague has, the rules, and absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow import plain
from repairflow.casework.changes import (
    AssignCase,
    ClaimCase,
    DropAssignmentRule,
    EndAbsence,
    EnterAbsence,
    SetAssignmentRule,
)
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.casework.queries.cases import queue, workload
from repairflow.errors import Conflict, Invalid, Problem
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff.assignees import labels_of, told_apart
from repairflow.web.ui.forms import FieldError


def claim(number: str) -> Answer:
    """Take on the own part of the case."""
    try:
        change(ClaimCase(current().actor, number))
        flash("已认领，由您承办。", "success")
    except Conflict as error:
        flash(error.message, "error")
    return redirect(url_for("desk.case", number=number, _anchor="h-assignment"), 303)


def assign(number: str) -> Answer:
    """Give a part of the case to a person, or back."""
    form = request.form
    login = "" if form.get("back") else form.get("login", "")
    try:
        if not login and not form.get("back"):
            raise Invalid("没有分办：请选择承办人。")
        changed = change(AssignCase(current().actor, number, form.get("role", ""), login))
    except (Invalid, Conflict) as error:
        problems = error.problems if isinstance(error, Invalid) else ()
        flash("；".join(one.text for one in problems) or error.message, "error")
    else:
        if changed:
            flash("已分办，承办人会收到通知。" if login else "已退回，可以由他人认领。", "success")
    return redirect(url_for("desk.case", number=number, _anchor="h-assignment"), 303)


def workload_page() -> str:
    """Show how much each colleague of the visitor's offices has, the rules and absences."""
    return _page()


def set_rule() -> Answer:
    """Keep a rule, or show what is wrong with it."""
    form = request.form
    rule = SetAssignmentRule(
        current().actor, form.get("office", ""), form.get("role", ""), form.get("procedure", ""), form.get("login", "")
    )
    try:
        change(rule)
    except Invalid as error:
        return make_response(_page(_Refused("rule", form.get("office", "").strip(), error.problems)), 422)
    flash("分办规则已保存，新的办件将按规则分办。", "success")
    return redirect(url_for("desk.workload_page"), 303)


def drop_rule(rule_id: int) -> Answer:
    """Give a rule up."""
    change(DropAssignmentRule(current().actor, rule_id))
    flash("分办规则已删除，已经分办的不变。", "success")
    return redirect(url_for("desk.workload_page"), 303)


def enter_absence() -> Answer:
    """Keep an absence, or show what is wrong with it."""
    form = request.form
    days = _day(form.get("from_day", "")), _day(form.get("until_day", ""))
    try:
        change(EnterAbsence(current().actor, form.get("login", ""), *days, form.get("deputy", "")))
    except Invalid as error:
        return make_response(_page(_Refused("absence", form.get("place", ""), error.problems)), 422)
    except Conflict as error:
        told = [Problem("from_day", error.message)]
        return make_response(_page(_Refused("absence", form.get("place", ""), told)), 409)
    flash("请假已登记，首日起由代办人承办；没有代办人的，办件重新分办。", "success")
    return redirect(url_for("desk.workload_page"), 303)


def end_absence(absence_id: int) -> Answer:
    """End an absence."""
    change(EndAbsence(current().actor, absence_id))
    flash("请假已结束。已经移交的办件仍由代办人承办。", "success")
    return redirect(url_for("desk.workload_page"), 303)


def _day(text: str) -> date | None:
    try:
        return plain.day(text)
    except ValueError:
        return None


class _Refused(NamedTuple):
    """A form that was refused: `rule` or `absence`, of which office (its code), and what is wrong with its fields."""

    form: str = ""
    place: str = ""
    problems: Sequence[Problem] = ()

    @property
    def errors(self) -> list[FieldError]:
        """Each at its field: the page has one such form for each office, and its ids end with the office's code."""
        return [FieldError(f"{self.form}-{one.where}-{self.place}", one.text) for one in self.problems]


NOTHING = _Refused()


def _page(refused: _Refused = NOTHING) -> str:
    here = current()
    actor, law = here.actor, here.law
    led = workload.led(actor)
    with here.read() as tx:
        places: list[dict[str, Any]] = []
        for key, code, name in workload.offices(tx, actor):
            shares = workload.shares(tx, law, key, here.today, queue.SOON)
            gone = workload.absences(tx, [one.id for one in shares], here.today)
            places.append(
                {"code": code, "name": name, "shares": shares, "rules": workload.rules(tx, key), "leads": key in led,
                 "absences": [(one, key in led or one.person_id == actor.id) for one in gone]}
            )  # fmt: skip
        free = workload.unassigned(tx, actor, queue.waiting_for(law, actor))
        mine = next((one for place in places for one in place["shares"] if one.id == actor.id), None)
    procedures = [(name, law.versions(name)[-1].label) for name in law.names() if law.versions(name)[-1].prefix]
    return render_template(
        "desk/workload.html", places=places, free=free, mine=mine, label=told_apart, labels=labels_of, soon=queue.SOON,
        errors=refused.errors,
        wrong={one.field: one.text for one in refused.errors}, refused=refused, other=request.form, today=here.today,
        roles=[(role, told_apart(role)) for role in OFFICE_OF_ROLE], procedures=procedures,
        procedure_labels=dict(procedures),
    )  # fmt: skip
