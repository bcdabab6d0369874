"""Can a case get everywhere the file speaks of, and can it always end."""

from __future__ import annotations

from repairflow.law.checks.graph import closure, predecessors, reachable
from repairflow.law.checks.report import Report


def check(report: Report) -> None:
    """States nobody reaches, states nobody leaves, ends that are none."""
    p = report.procedure
    if p.until is not None and p.until <= p.effective:
        report.add("dates", ("until",), until=p.until, effective=p.effective)
    _named(report)
    arrived = reachable(p) if p.initial in p.state else set(p.state)  # an unknown first state is told alone
    for name in p.state:
        if p.state[name].retired and name in arrived:
            report.add("retired_reached", ("state", name, "retired"), what=report.state(name))
        if name not in arrived and not p.state[name].retired:
            report.add("unreachable", ("state", name), what=report.state(name))
    if report.is_record:
        return
    final = {name for name, state in p.state.items() if state.final}
    if not final:
        report.add("no_end", ("state",))
        return
    ending = closure(final, predecessors(p))
    for name in p.state:
        if name not in ending:
            report.add("dead_end", ("state", name), what=report.state(name))
    for name, action in p.action.items():
        for state in action.from_:
            if state in final:
                report.add(
                    "final_leaves", ("action", name, "from"), what=report.state(state), action=report.action(name)
                )


def _named(report: Report) -> None:
    """Check that a version is called by the month of its first day."""
    p = report.procedure
    if report.is_record:
        return
    month = f"{p.effective:%Y-%m}"
    if "." not in p.version and p.version != month:
        report.add("version_day", ("version",), version=p.version, effective=p.effective, month=month)
