"""The auditor's search in the trail: a page, its table, and the evidence bundles of the cases it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, make_response, render_template

from repairflow import plain, times
from repairflow.casework.queries.audit import event_search
from repairflow.casework.queries.audit.event_search import Wanted
from repairflow.errors import Invalid, Problem
from repairflow.web.core import arguments
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.forms import errors_from, wrong_of

DAYS = ("since", "until")
MOST_TAKEN = 10_000
"""Events of one table to take away."""
HEADING = ("时间", "链", "序号", "办件", "信息", "信用主体", "单位", "事项", "岗位", "经办", "依据")


def trail() -> Answer:
    """Show what the address looks for, newest first. 422, with the form, for days that are none."""
    here, asked, after = current(), asked_for(), arguments.text("after")
    page = event_search.Page((), "")
    problems: Sequence[Problem] = ()
    try:
        wanted = wanted_of(asked)
        with here.read() as tx:
            page = event_search.page(tx, here.law, wanted, after)
    except Invalid as error:
        if not error.problems:
            raise
        problems = error.problems
    given = {name: value for name, value in asked.items() if value}
    shown = render_template(
        "audit/trail.html", page=page, asked=asked, given=given, later=bool(after), errors=errors_from(problems),
        wrong=wrong_of(problems), labels=sorted({spec.label for one in here.law.procedures.values() for spec in one.action.values()}),
    )  # fmt: skip
    return make_response(shown, 422 if problems else 200)


def table() -> Response:
    """Give what the address looks for as a table. Invalid where it is more than a table holds."""
    here = current()
    with here.read() as tx:
        found = event_search.everything(tx, here.law, wanted_of(asked_for()), MOST_TAKEN)
    rows = [
        (
            times.local(one.at), one.stream, one.seq, one.case, one.record, one.subject, one.office, one.label, one.role, one.actor,
            "；".join(one.basis),
        )
        for one in found
    ]  # fmt: skip
    return as_csv("办理留痕.csv", HEADING, rows)


def asked_for() -> dict[str, str]:
    """Return what the address asks, as it was typed."""
    return {
        "q": arguments.text("q"), "person": arguments.text("person"), "office": arguments.text("office"),
        "action": arguments.text("action"), "basis": arguments.text("basis"), "since": arguments.text("since"),
        "until": arguments.text("until"),
    }  # fmt: skip


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Return the search an address asks for. Invalid naming each day that is none."""
    days, problems = {}, []
    for name in DAYS:
        try:
            days[name] = plain.day(asked[name]) if asked[name] else None
        except ValueError:
            problems.append(Problem(name, "请填写日期，例如 2026-01-01"))
    if problems:
        raise Invalid("请按提示修改后再查找。", problems)
    return Wanted(
        asked["q"], asked["person"], asked["office"], asked["action"], days["since"], days["until"], asked["basis"]
    )
