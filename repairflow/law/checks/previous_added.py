"""Steps that a new version adds: none lets an office decide against somebody, take more time or ask more on what there was before."""

from __future__ import annotations

from repairflow.law.checks.decisions import by_office, by_system_alone, outcome_of
from repairflow.law.checks.previous_bases import nothing_new
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

BROKEN_OFF = frozenset({"terminated", "transferred", "lapsed", "withdrawn", "closed", "ended"})
"""Ends for neither side that leave who filed without what was asked for."""


def check(report: Report, old: Procedure, version: str) -> None:
    """Find every new step of an office or of the system that weighs on the subject and rests on nothing new."""
    p = report.procedure
    for name, action in p.action.items():
        ours = by_office(action) or by_system_alone(action)
        if name in old.action or not ours or not nothing_new(p, action.basis, (), old):
            continue
        why = _why(p, action, old)
        if why is not None:
            text = f"{report.action(name)}在{version}没有，本版新增，使{why}，依据却没有一项是新的；请删去，或者写明新的依据"
            report.find("step_added", ("action", name), text)


def _why(p: Procedure, action: Action, old: Procedure) -> str | None:
    """Return what a new step does to the subject that no step could do from there before; None where it does nothing of the kind."""
    if action.extends is not None and action.extends.clock in old.clock:
        return "机关可以延长期限"
    here = [state for state in action.from_ if state in old.state]
    if not here:
        return None
    before = [one for one in old.action.values() if set(one.from_) & set(here)]
    outcome = outcome_of(p, action)
    if outcome is not None and outcome_side(outcome) == "against":
        could = any(outcome_side(outcome_of(old, one)) == "against" and one.reason for one in before)
        return None if could else "办件可以在原来不能的环节作出不利的决定"
    if outcome in BROKEN_OFF and not any(outcome_of(old, one) == outcome for one in before):
        return "办件可以在原来不能的环节结束"
    asked = action.to if action.to in old.state and outcome is None else None
    if asked is not None and not any(one.to == asked for one in before) and _lapses(p, asked):
        return "当事人另有一次须在期限内答复、逾期有不利后果"
    return None


def _lapses(p: Procedure, state: str) -> bool:
    """Tell whether a limit of the subject's runs there, and something follows when it is over."""
    return any(
        state in clock.runs_in and role_side(clock.owner) == "subject" and clock.overdue != "escalate"
        for clock in p.clock.values()
    )
