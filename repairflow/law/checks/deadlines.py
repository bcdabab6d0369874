"""Does every state have its limit, can every overdue step be taken, and does an office's lateness decide nothing."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Clock, Input
from repairflow.law.procedure.roles import SYSTEM, outcome_side, role_side


def check(report: Report) -> None:
    """Everything wrong with clocks and with what the system does by itself."""
    if report.is_record:
        return
    p = report.procedure
    timed = {state for clock in p.clock.values() for state in clock.runs_in}
    for name, state in p.state.items():
        if not state.final and name not in timed and not state.no_clock:
            report.add("no_clock", ("state", name), what=report.state(name))
    for name, clock in p.clock.items():
        _states(report, name, clock)
        _overdue(report, name, clock)
        _figure(report, name, clock)
    _triggers(report)


def _states(report: Report, name: str, clock: Clock) -> None:
    p, what = report.procedure, report.clock(name)
    for state in (*clock.runs_in, *clock.pauses_in):
        if state in p.state and p.state[state].final:
            report.add("clock_in_final", ("clock", name), what=what, state=report.state(state))
    for state in clock.pauses_in:
        if state in clock.runs_in:
            report.add("clock_runs_and_pauses", ("clock", name, "pauses_in"), what=what, state=report.state(state))


def _overdue(report: Report, name: str, clock: Clock) -> None:
    p, at = report.procedure, ("clock", name, "overdue")
    action = p.action.get(clock.overdue)
    if action is None:
        return  # "escalate", or reported as an unknown name
    words = {"what": report.clock(name), "action": report.action(clock.overdue)}
    if SYSTEM not in action.by:
        report.add("overdue_not_system", at, **words)
    missing = [state for state in clock.runs_in if state not in action.from_]
    if missing:
        report.add("overdue_cannot_fire", at, **words, states=report.states(missing))
    if any(use.guard == "all_targets_acknowledged" for use in action.guards):
        text = f"{words['what']}届满时要办的{words['action']}须等回执齐全，逾期正是因为没有齐，届满时什么也不会发生"
        report.find("overdue_cannot_fire", at, f'{text}；请写 overdue = "escalate"')
    target = p.state.get(action.to) if action.to is not None else None
    if (
        target is not None
        and target.final
        and outcome_side(target.outcome) != "for"
        and role_side(clock.owner) == "office"
    ):
        # An office's lateness never decides a case: only a subject's own lapse may end it without a decision.
        report.add("office_lapse", at, **words, role=report.role(clock.owner))


def _figure(report: Report, name: str, clock: Clock) -> None:
    p, at, what = report.procedure, ("clock", name), report.clock(name)
    bases = [p.basis[b] for b in clock.basis if b in p.basis]
    if clock.verified and bases and not any(b.verified for b in bases):
        report.add("verified_without_source", (*at, "verified"), what=what)
    if clock.named is not None:
        key = "until" if clock.until is not None else "instant"
        kinds = _input_kinds(report, clock, clock.named)
        if not kinds:
            report.add("until_unknown", (*at, key), what=what, name=clock.named)
        elif key == "until" and not kinds <= {"date", "datetime"}:
            report.add("until_kind", (*at, key), what=what, name=clock.named)
        elif key == "instant" and kinds != {"datetime"}:
            report.add("instant_kind", (*at, key), what=what, name=clock.named)
    if clock.days is not None and clock.days.input is not None:
        kinds = _input_kinds(report, clock, clock.days.input)
        if not kinds:
            report.add("days_input_unknown", (*at, "days"), what=what, name=clock.days.input)
        elif kinds != {"number"}:
            report.add("days_input_kind", (*at, "days"), what=what, name=clock.days.input)


def _input_kinds(report: Report, clock: Clock, wanted: str) -> set[str]:
    """Give the kinds under which forms ask for an input of this name on a way into the clock's states."""
    p = report.procedure
    forms: list[Mapping[str, Input]] = [action.inputs for action in p.action.values() if action.to in clock.runs_in]
    if p.initial in clock.runs_in:
        forms.append(p.inputs)
    return {inputs[wanted].kind for inputs in forms if wanted in inputs}


def _triggers(report: Report) -> None:
    p = report.procedure
    overdue = {clock.overdue for clock in p.clock.values()}
    for name, action in p.action.items():
        at, what = ("action", name), report.action(name)
        if set(action.by) == {SYSTEM} and not action.on and name not in overdue:
            report.add("system_untriggered", (*at, "by"), what=what)
        if action.on and SYSTEM not in action.by:
            report.add("on_without_system", (*at, "on"), what=what)
        clock = p.clock.get(action.extends.clock) if action.extends is not None else None
        if clock is None or action.extends is None:
            continue
        outside = [s for s in action.from_ if s in p.state and s not in (*clock.runs_in, *clock.pauses_in)]
        if outside:
            states, named = report.states(outside), report.clock(action.extends.clock)
            report.add("extends_outside", (*at, "extends"), what=what, states=states, clock=named)
