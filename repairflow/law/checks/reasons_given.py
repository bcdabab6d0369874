"""An office says why: to whoever waits for its end, to whom it gives a case back, to who decides; and it answers a plea in full."""

from __future__ import annotations

from repairflow.law.checks.decisions import by_office, outcome_of, weighs
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.intake import before_acceptance
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side

TOLD_BY_ITSELF = frozenset({"recorded", "withdrawn"})
"""Ends of which the paper that was entered says why, or that whoever filed brought about."""
GIVEN_BACK = ("退", "发回", "驳回", "重新", "重办")
"""How a step is called by which a case is given back; one that only comes back from the side (会面、中止) finds no fault."""


def check(report: Report) -> None:
    """Find steps of an office that give no reason to anybody."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        if by_office(action):
            _end(report, name, action)
            _on(report, name, action)
        _plea(report, name, action)


def _says(action: Action) -> bool:
    return bool(action.reason) or any(item.kind in {"long_text", "conditions"} for item in action.inputs.values())


def _end(report: Report, name: str, action: Action) -> None:
    """Check that an end by an office for neither side, or by which it lays a case down, says why."""
    outcome = outcome_of(report.procedure, action)
    quiet = outcome_side(outcome) == "neutral" or outcome == "dropped"
    if quiet and outcome not in TOLD_BY_ITSELF and not _says(action):
        text = f"{report.action(name)}使办件以{report.state(action.to or '')}终结，却不要求写明理由；请写 reason = true"
        report.find("reason_missing", ("action", name), text)


def _on(report: Report, name: str, action: Action) -> None:
    """Check that who gives a case back says why, and that who brings it to be decided gives an opinion."""
    p = report.procedure
    if action.to is None or action.to not in p.state or p.state[action.to].final or weighs(p, action):
        return
    given = _says(action) or action.letter is not None or any(item.required for item in action.inputs.values())
    if given or action.extends is not None or "transfer_case" in action.effects:
        return
    decided = [one for one in p.actions_from(action.to).values() if by_office(one) and weighs(p, one)]
    if action.label.startswith(GIVEN_BACK) and _gives_back(p, action):
        text = f"{report.action(name)}把办件退回{report.state(action.to)}，却不要求写明为什么；请写 reason = true"
        report.find("reason_missing", ("action", name), text)
    elif decided and not set(action.from_) <= before_acceptance(p):
        text = f"{report.action(name)}把办件送到{report.state(action.to)}作决定，却不要求写明意见"
        text += "；请写 reason = true，或者在 inputs 中要求填写"
        report.find("reason_missing", ("action", name), text)


def _gives_back(p: Procedure, action: Action) -> bool:
    """Tell whether a case comes to where the step is taken only by way of where it leads."""
    following = {state: ways for state, ways in successors(p).items() if state != action.to}
    first = closure({p.initial} - {action.to or ""}, following)
    return not first & set(action.from_)


def _plea(report: Report, name: str, action: Action) -> None:
    """Check that a plea is answered in full: whether it is taken up and why, both demanded once somebody has spoken."""
    asked = [action.inputs.get(key) for key in ("plea_answer", "plea_reason")]
    if not any(asked):
        return
    answer, reason = asked
    wrong = (
        answer is None
        or reason is None
        or not (answer.required and reason.required)
        or set(answer.after) != set(reason.after)
        or reason.kind != "long_text"
    )
    if wrong:
        text = f"{report.action(name)}对陈述、申辩的答复不完整：plea_answer（是否采纳）和 plea_reason（理由，kind = long_text）"
        text += "都须必填，after 相同"
        report.find("plea_unanswered", ("action", name, "inputs"), f"{text}；请补上")
