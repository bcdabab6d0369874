"""Rounds between an office and whoever filed: what may be asked again and again puts an answer off without end (一次性告知)."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.checks.event_waits import counted
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.intake import before_acceptance
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import role_side


def check(report: Report) -> None:
    """Find steps by which an office gives a case back to whoever filed, as often as it likes."""
    p = report.procedure
    if report.is_record or not files_itself(p):
        return
    intake, following = before_acceptance(p), successors(p)
    for name, action in p.action.items():
        waits = action.to
        if waits is None or waits not in p.state or not _by(action, "office") or counted(report, name, action):
            continue
        back = {step.to for step in p.actions_from(waits).values() if _by(step, "subject") and step.to in p.state}
        again = {
            state for state in back if state and state != waits and set(action.from_) & _closed(state, waits, following)
        }
        if again and (waits in intake or _ends_anew(p, action, waits)):
            text = f"{report.action(name)}可以一再办理：办件退给主体，主体答复后回来，又可以再退，没有次数限制"
            text += "；请在 guards 中写 not_yet_done 或者 times_below（补正写 supplement_not_yet_requested）"
            report.find("asked_again", ("action", name, "guards"), text)


def _by(action: Action, side: str) -> bool:
    return any(role_side(role) == side for role in action.by)


def _closed(start: str, without: str, following: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return what follows a state without passing another."""
    return closure([start], {state: [one for one in ways if one != without] for state, ways in following.items()})


def _ends_anew(p: Procedure, action: Action, waits: str) -> bool:
    """Tell whether a limit that ends the case for its subject begins anew with each round, or none runs there at all."""
    running = [clock for clock in p.clock.values() if waits in clock.runs_in]
    if not running:
        return True
    return any(
        role_side(clock.owner) == "subject"
        and clock.days is not None
        and clock.overdue != "escalate"
        and not set(action.from_) <= {*clock.runs_in, *clock.pauses_in}
        for clock in running
    )
