"""Four eyes where they count: who decides is another than who prepared this decision, not only than somebody on the way."""

from __future__ import annotations

from repairflow.law.checks.decisions import by_office, outcome_of, weighs
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

OPINIONS = frozenset({"conditions", "finding", "statement", "outcome", "demands"})
"""What a form asks of who prepares a decision."""


def check(report: Report) -> None:
    """Decisions that differ from a side step alone, while who prepared them may take them too."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        ends = outcome_side(outcome_of(p, action)) == "neutral"
        if not (action.distinct_from and by_office(action) and (ends or weighs(p, action))):
            continue
        steps = preparing(p, name, action)
        if steps and not set(steps) & set(action.distinct_from):
            others, wanted = ("、".join(map(report.action, some)) for some in (action.distinct_from, steps))
            text = f"{report.action(name)}只须与{others}的人员不同，提出意见的{wanted}却可以由同一人办理；请在 distinct_from 中写上"
            report.find("four_eyes_aside", ("action", name, "distinct_from"), text)


def preparing(p: Procedure, name: str, action: Action) -> list[str]:
    """Find steps of an office that give an opinion and bring the case to where this one is taken."""
    return [
        other
        for other, step in p.action.items()
        if other != name
        and step.to in action.from_
        and _leads_on(p, step)
        and any(role_side(role) == "office" for role in step.by)
        and (step.reason or OPINIONS & set(step.inputs))
        and not weighs(p, step)
    ]


def _leads_on(p: Procedure, step: Action) -> bool:
    """Tell whether a step brings a case further: one that only gives it back comes from where it has been before."""
    following = {state: ways for state, ways in successors(p).items() if state != step.to}
    first = closure({p.initial} - {step.to}, following)
    return bool((first & set(step.from_)) - {step.to})
