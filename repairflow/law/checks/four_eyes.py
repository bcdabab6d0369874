"""Four eyes (分人办理): whom `distinct_from` sets apart exists, came before, and can be another person."""

from __future__ import annotations

from repairflow.law.checks.graph import closure, reachable, successors
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import SYSTEM, role_side


def check(report: Report) -> None:
    """Pairs of steps that the file wants done by two people and that cannot be."""
    p = report.procedure
    following, arrived = successors(p), reachable(p)
    for name, action in p.action.items():
        for other in action.distinct_from:
            first = p.action.get(other)
            if first is None:
                continue  # reported as an unknown name
            at, words = ("action", name, "distinct_from"), {"what": report.action(name), "action": report.action(other)}
            after = closure([first.to] if first.to else first.from_, following)
            if not (set(first.from_) & arrived and set(action.from_) & after):
                report.add("four_eyes_never_before", at, **words)
            why = _same_person(report, action, first)
            if why is not None:
                report.add("four_eyes", at, **words, why=why)


def _same_person(report: Report, one: Action, other: Action) -> str | None:
    """Return why no two people can take these two steps; None when they can."""
    if {SYSTEM} in (set(one.by), set(other.by)):
        return "其中一步只由系统办理"
    people = (set(one.by) | set(other.by)) - {SYSTEM}
    if len(people) == 1:
        # One post is not two: in a small office one person holds it alone.
        return f"两步都只有{report.role(next(iter(people)))}可以办理"
    if all(role_side(role) == "subject" for role in people):
        return "两步都由主体一方办理"
    return None
