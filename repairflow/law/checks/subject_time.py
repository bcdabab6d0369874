"""The subject's time is its own: no office shortens its limit, or lets it begin before the subject knew of it, by what it fills in."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.intake import before_acceptance
from repairflow.law.checks.pack_figures import IN_DAYS
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Clock, Input, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

SHORTEST = 3.0
"""Days: what nobody has read an article for may not be less, where something ends for the subject when they are over."""

NOT_EARLIER = frozenset({"materials_promised", "promise_not_advanced"})
"""Guards that let an office write a later day than the one the subject gave, and none before it."""
LONG_ENOUGH = frozenset({"window_long_enough"})
"""Guards that hold a length against the law of the list."""


def check(report: Report) -> None:
    """Limits of the subject whose end, length or first day an office chooses."""
    p = report.procedure
    if report.is_record:
        return
    for name, clock in p.clock.items():
        if role_side(clock.owner) == "subject":
            _end(report, name, clock)
            _length(report, name, clock)
            _first_day(report, name, clock)
            _cut(report, name, clock)


def _cut(report: Report, name: str, clock: Clock) -> None:
    """While a limit runs in which the subject may speak, the office does not go on without it: it may only break off."""
    p = report.procedure
    if clock.overdue not in p.action:
        return
    early = before_acceptance(p)
    for state in set(clock.runs_in) & set(p.state):
        for step, action in p.actions_from(state).items():
            onward = action.to is not None and action.to in p.state and action.to not in clock.runs_in
            if clock.days is None and (not onward or p.state[action.to or ""].final):
                continue  # a day that was promised: an office may end the case before it, and not go on as if it were over
            quiet = onward and outcome_side(p.state[action.to or ""].outcome) in {"neutral", "for"}
            if state in early and (not onward or p.state[action.to or ""].outcome != "refused"):
                continue  # not taken up yet: the office may go on, and only not refuse before the time is over
            if onward and not quiet and all(role_side(role) == "office" for role in action.by):
                text = f"主体的{report.clock(name)}还在计算，{report.action(step)}就可以使办件离开{report.state(state)}，主体的时间被截断"
                report.find(
                    "subject_time_cut", ("action", step, "from"), f"{text}；请从 from 中删去，或者等期限届满（overdue）"
                )


def asked_by_office(p: Procedure, clock: Clock, wanted: str) -> Iterator[tuple[str, Action, Input]]:
    """Yield the steps of an office that bring a case into the limit and whose form asks for this input."""
    for name, action in p.action.items():
        item = action.inputs.get(wanted)
        if item is not None and action.to in clock.runs_in and any(role_side(role) == "office" for role in action.by):
            yield name, action, item


def _end(report: Report, name: str, clock: Clock) -> None:
    for step, action, item in asked_by_office(report.procedure, clock, clock.named or ""):
        if not NOT_EARLIER & {use.guard for use in action.guards}:
            text = f"主体的{report.clock(name)}到“{item.label}”（{clock.named}）为止，{report.action(step)}由机关填写"
            text += "，可以写得比主体自己写明的更早；请在 guards 中写 promise_not_advanced，或者改用 days"
            report.find("subject_limit_set", ("clock", name), text)


def _length(report: Report, name: str, clock: Clock) -> None:
    if clock.days is None or clock.days.input is None:
        return
    for step, action, item in asked_by_office(report.procedure, clock, clock.days.input):
        if item.minimum is None or LONG_ENOUGH & {use.guard for use in action.guards}:
            continue  # without a minimum: told as `days_input_bounds`
        at, what = (
            ("action", step, "inputs"),
            f"主体的{report.clock(name)}由{report.action(step)}的“{item.label}”（{clock.days.input}）另定",
        )
        if item.minimum < clock.days.count and _ends(report.procedure, clock) and not (action.letter and action.remedy):
            text = f"{what}，机关可以定得比 {clock.days.count} 更短，届满就终结办件，主体又无从不服；请把 minimum 改为 {clock.days.count}"
            report.find("subject_limit_set", at, f"{text}，或者给该动作写文书和 remedy")
        elif item.minimum * IN_DAYS[clock.days.unit] < SHORTEST:
            text = f"{what}，最少可以只有 {item.minimum}，来不及办；请把 minimum 改为至少 {_least(clock)}"
            report.find("subject_limit_set", at, text)


def _least(clock: Clock) -> int:
    assert clock.days is not None
    unit = IN_DAYS[clock.days.unit]
    return next(count for count in range(1, 4) if count * unit >= SHORTEST)


def _ends(p: Procedure, clock: Clock) -> bool:
    step = p.action.get(clock.overdue)
    return step is not None and step.to is not None and step.to in p.state and p.state[step.to].final


def _first_day(report: Report, name: str, clock: Clock) -> None:
    for step, _, item in asked_by_office(report.procedure, clock, clock.starts_on or ""):
        text = f"主体的{report.clock(name)}自“{item.label}”（{clock.starts_on}）起算，{report.action(step)}由机关填写"
        text += '，可以写成早已过去的日期；请写 starts = "served"，或者删去 starts_on'
        report.find("subject_limit_set", ("clock", name, "starts_on"), text)
