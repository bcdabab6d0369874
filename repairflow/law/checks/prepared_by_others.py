"""Four eyes where they count: who decides is another than who prepared this decision, not only than somebody on the way."""

from __future__ import annotations

from repairflow.law.checks.decisions import by_office, outcome_of, weighs
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

OPINIONS = frozenset({"conditions", "finding", "statement", "outcome", "demands"})
"""What a form asks of who prepares a decision."""


OF_A_SORT = frozenset({"case_kind_is", "list_is_adverse", "list_is_favourable", "list_kind_among", "first_case_was"})
"""Guards by which a step is for one sort of cases."""


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
        _skipped(report, name, action, steps)
        missing = [step for step in steps if step not in action.distinct_from]
        if missing:
            others, wanted = ("、".join(map(report.action, some)) for some in (action.distinct_from, missing))
            text = f"{report.action(name)}只须与{others}的人员不同，提出意见的{wanted}却可以由同一人办理；请在 distinct_from 中写上"
            report.find("four_eyes_aside", ("action", name, "distinct_from"), text)
        _beside(report, name, action)


def _skipped(report: Report, name: str, action: Action, steps: list[str]) -> None:
    """Check that a decision is not taken where the case waits for the opinion it rests on."""
    p = report.procedure
    if not weighs(p, action):
        return
    for step in steps:
        waiting = [s for s in action.from_ if s in p.action[step].from_ and s != p.action[step].to]
        if waiting:
            text = f"{report.action(name)}在{report.states(waiting)}就能办，那里还在等{report.action(step)}；请从 from 中删去"
            report.find("four_eyes_aside", ("action", name, "from"), text)
            return


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


def _beside(report: Report, name: str, action: Action) -> None:
    """Tell where of decisions that the same post takes in the same place one asks for fewer other people."""
    p = report.procedure
    if not weighs(p, action):
        return
    for other, one in p.action.items():
        same = (
            other != name and set(one.from_) == set(action.from_) and set(one.by) == set(action.by) and weighs(p, one)
        )
        if not same or _sorts(one) != _sorts(action):
            continue
        if lacking := [step for step in one.distinct_from if step not in action.distinct_from]:
            others = "、".join(map(report.action, lacking))
            text = f"{report.action(other)}须与{others}的人员不同，同一环节、同一岗位的{report.action(name)}却不必"
            report.hint("four_eyes_uneven", ("action", name, "distinct_from"), f"{text}；请核对是否有意")
            return


def _sorts(action: Action) -> set[str]:
    """Return what sort of cases a step is for: of a kind, of a list."""
    return {f"{use.guard} {sorted(use.parameters.items())}" for use in action.guards if use.guard in OF_A_SORT}
