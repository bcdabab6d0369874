"""Pages of auditors: samples of cases to look into, and findings with what their offices answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from repairflow import plain, times
from repairflow.casework.changes import RaiseFinding, SettleFinding
from repairflow.casework.queries.audit import raised_findings as queries
from repairflow.casework.queries.audit import sampling
from repairflow.errors import Invalid, Problem
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.forms import errors_from, wrong_of

USUAL_SIZE, USUAL_SEED = "10", "1"
HEADING = (
    "编号",
    "办件",
    "单位",
    "状态",
    "审计意见",
    "提出人",
    "提出时间",
    "答复",
    "答复人",
    "答复时间",
    "说明",
    "销号人",
    "销号时间",
)
DONE = {"close": "已销号", "return": "已退回"}


def sample() -> Answer:
    """Show a sample; its address draws it again. 422, with the form, for what is none."""
    here = current()
    asked = {
        "kind": arguments.text("kind"), "since": arguments.text("since"), "until": arguments.text("until"),
        "seed": arguments.text("seed"), "size": arguments.text("size"),
    }  # fmt: skip
    found: tuple[sampling.Sampled, ...] | None = None
    problems: Sequence[Problem] = ()
    if asked["kind"]:
        try:
            wanted = _wanted(asked)
            with here.read() as tx:
                found = sampling.sample(tx, here.actor, wanted)
        except Invalid as error:
            problems = error.problems
    yesterday = here.today - timedelta(days=1)  # of today more may be closed yet
    usual = {
        "kind": "random", "since": date(yesterday.year, 1, 1).isoformat(), "until": yesterday.isoformat(), "seed": USUAL_SEED,
        "size": USUAL_SIZE,
    }  # fmt: skip
    shown = render_template(
        "audit/sampling.html", kinds=sampling.KINDS, asked={**usual, **{k: v for k, v in asked.items() if v}}, found=found,
        law=here.law, errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip
    return make_response(shown, 422 if problems else 200)


def findings() -> str:
    """Show the findings, newest first, of one state where one is asked for."""
    return _page({"case": arguments.text("case")})


def table() -> Response:
    """Give the findings as a table, of one state where one is asked for."""
    here = current()
    with here.read() as tx:
        found = queries.everything(tx, here.actor, arguments.text("state"))
    rows = [
        (
            one.number, one.case, one.office, queries.STATES[one.state], one.text, one.by, times.local(one.raised_at), one.answer,
            one.answered_by, one.answered_at and times.local(one.answered_at), one.remark, one.closed_by,
            one.closed_at and times.local(one.closed_at),
        )
        for one in found
    ]  # fmt: skip
    return as_csv("审计意见.csv", HEADING, rows)


def raise_finding() -> Answer:
    """Send a finding to the office that decides the case."""
    typed = {name: request.form.get(name, "") for name in ("case", "text")}
    try:
        number = change(RaiseFinding(current().actor, typed["case"], typed["text"]))
    except Invalid as error:
        return make_response(_page(typed, error.problems), 422)
    flash(f"审计意见 {number} 已转决定单位答复。", "success")
    return redirect(url_for("audit.findings"), 303)


def settle(number: str) -> Answer:
    """Close a finding or send it back."""
    decision, text = request.form.get("decision", ""), request.form.get("text", "")
    try:
        change(SettleFinding(current().actor, number, decision, text))
    except Invalid as error:
        return make_response(_page({}, error.problems, number), 422)
    flash(f"{number} {DONE[decision]}。", "success")
    return redirect(url_for("audit.findings"), 303)


def _wanted(asked: Mapping[str, str]) -> sampling.Wanted:
    """Return what the address asks for. Invalid naming each field that is none."""
    problems: list[Problem] = []
    days, numbers = {"since": date.min, "until": date.min}, {"seed": 0, "size": 0}
    for name in days:
        try:
            days[name] = plain.day(asked[name])
        except ValueError:
            problems.append(Problem(name, "请填写日期，例如 2026-01-01"))
    for name, label in (("seed", "种子"), ("size", "件数")):
        try:
            numbers[name] = plain.whole(asked[name])
        except ValueError:
            problems.append(Problem(name, f"{label}应为整数"))
    if problems:
        raise Invalid("请按提示修改后再抽样。", problems)
    return sampling.Wanted(asked["kind"], days["since"], numbers["seed"], numbers["size"], days["until"])


def _page(typed: Mapping[str, str], problems: Sequence[Problem] = (), settled: str = "") -> str:
    here, after, state = current(), arguments.text("after"), arguments.text("state")
    with here.read() as tx:
        page = queries.page(tx, here.actor, state, after)
    return render_template(
        "audit/findings.html", page=page, after=after, state=state, states=queries.STATES, typed=typed,
        errors=errors_from(problems), wrong=wrong_of(problems), settled=settled,
    )  # fmt: skip
