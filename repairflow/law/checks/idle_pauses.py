"""Pauses that stop nothing: the limit is not running when the case comes there, or never runs again."""

from __future__ import annotations

from repairflow.law.checks.graph import closure, reachable
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Procedure


def check(report: Report) -> None:
    """States in which a limit is said to stand still and never would."""
    p = report.procedure
    if report.is_record:
        return
    arrived = reachable(p)
    for name, clock in p.clock.items():
        alive = {*clock.runs_in, *clock.pauses_in}
        for state in dict.fromkeys(clock.pauses_in):
            if state not in arrived or p.state[state].final:
                continue  # told elsewhere
            ways = {one: _next(p, one) & alive for one in alive}
            entered = state in closure(set(clock.runs_in) & arrived, ways)
            goes_on = closure({state}, ways) & set(clock.runs_in)
            if not entered or not goes_on:
                why = "进入该环节以前期限没有在计算" if not entered else "离开该环节以后期限不再计算"
                text = f"{report.clock(name)}写了在{report.state(state)}中止（pauses_in），但{why}，中止落空；请改正 pauses_in 或者 runs_in"
                report.find("pause_idle", ("clock", name, "pauses_in"), text)


def _next(p: Procedure, state: str) -> set[str]:
    return {action.to for action in p.actions_from(state).values() if action.to is not None and action.to in p.state}
