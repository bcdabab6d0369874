"""What an end does to the record: nothing under a name that decides nothing, and nothing where an application was turned down."""

from __future__ import annotations

import re
from collections.abc import Mapping

from repairflow.law.checks.decisions import AGAINST, FOR, LASTING, by_system_alone, outcome_of
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.report import CASE_EFFECT_LABELS, CASE_EFFECTS, Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

CHANGES = (AGAINST | FOR | LASTING) - {"expire_from_list", "leave_honour"}
"""Effects that change a record or a list for good; what the end of a term brings about is told by its own step."""
ALONE: Mapping[str, frozenset[str]] = {
    "annul_record": frozenset({"correct_record", "leave_list", "expire_from_list", "annotate_record"}),
    "annotate_record": frozenset({"cease_publicity", "correct_record", "leave_list", "mask_record"}),
}
"""Effects that dispose of a record otherwise than others do: no step has both."""
SAID: Mapping[str, str] = {
    "annul_record": "撤销", "correct_record": "更正|变更", "mask_record": "屏蔽", "cease_publicity": "停止公示|准予修复",
    "expire_from_list": "届满|期满|到期", "leave_list": "移出", "annul_listing": "撤销列入|撤销名单",
}  # fmt: skip
"""By effect that disposes of a record: words of a step's name by which it says so."""
TOGETHER = ("cease_publicity", "lift_measures")
"""What is public no more carries no measures either."""
SETTLES = frozenset({"seal_record"})
"""What follows from everybody having carried out a decision: the record is closed as it was decided."""
NAY = frozenset({"denied", "refused", "maintained", "dismissed"})
"""Outcomes by which all stays as it was."""


def check(report: Report) -> None:
    """Find steps whose effects do not belong to any end they can still come to."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        _misplaced(report, name, action)
        _by_receipt(report, name, action)
        _said_otherwise(report, name, action)
        changes = sorted(CHANGES & set(action.effects))
        ends = _ends(p, action)
        if not changes or not ends:
            continue
        effects, at = "、".join(_effect(report, one) for one in changes), ("action", name, "effects")
        shown = "、".join(dict.fromkeys(f"“{p.state[end].label}”（{p.state[end].outcome}）" for end in sorted(ends)))
        if all(p.state[end].outcome in NAY for end in ends):
            text = f"{report.action(name)}改变了信息（{effects}），办理结果却是{shown}，一切应当照旧；请删去该效果，或者改正 outcome"
            report.find("effect_of_denial", at, text)
        elif _undecided(p, action, ends):
            text = f"{report.action(name)}改变了信息（{effects}），是一项决定，办理结果{shown}却不作决定"
            text += "；请写明有利或者不利的 outcome、文书和救济"
            report.find("effect_under_neutral", at, text)


def _by_receipt(report: Report, name: str, action: Action) -> None:
    """Check that the answer of a platform changes nothing of a record: it says that another carried out what a person decided."""
    changes = sorted(set(action.effects) - SETTLES)
    if by_system_alone(action) and "receipt" in action.on and changes:
        text = f"{report.action(name)}由系统在收到回执时办理，却改变信息（{'、'.join(_effect(report, one) for one in changes)}）"
        text += "；回执只说明对方已经照办，没有人作出这一决定，请把该效果写在作出决定的动作上"
        report.find("effect_by_receipt", ("action", name, "effects"), text)


def _undecided(p: Procedure, action: Action, ends: set[str]) -> bool:
    """Tell whether a person's step comes only to ends that decide nothing, or anybody's to an end laid down or gone by (撤回、逾期)."""
    outcomes = {p.state[end].outcome for end in ends}
    if outcomes <= {"withdrawn", "lapsed"}:
        return True
    return not by_system_alone(action) and all(outcome_side(one) == "neutral" for one in outcomes)


def _misplaced(report: Report, name: str, action: Action) -> None:
    """Effects against each other, of a record put away before its end, or brought about by the subject itself."""
    p, at, what = report.procedure, ("action", name, "effects"), report.action(name)
    if FOR & set(action.effects) and AGAINST & set(action.effects):
        both = "、".join(_effect(report, one) for one in action.effects if one in FOR | AGAINST)
        report.find(
            "effects_contradict",
            at,
            f"{what}的公开效果互相矛盾（{both}），有的有利有的不利；请分成几个动作，或者删去其一",
        )
    for one, others in ALONE.items():
        beside = [other for other in action.effects if other in others]
        if one in action.effects and beside:
            text = f"{what}既{_effect(report, one)}又{_effect(report, beside[0])}，只能是其中一种处理；请删去其一"
            report.find("effects_contradict", at, text)
    if "unmark_disputed" in action.effects and (action.to is None or action.extends is not None):
        text = f"{what}以后争议还在办理，却{_effect(report, 'unmark_disputed')}；请写到办结或者作出决定的动作上"
        report.find("effects_contradict", at, text)
    if "seal_record" in action.effects and outcome_side(outcome_of(p, action)) != "for":
        text = f"{what}没有以有利的结果终结办件，却{_effect(report, 'seal_record')}；请只写在办结的动作上"
        report.find("effects_contradict", at, text)
    life = report.names.record
    of_an_office = [one for one in action.effects if one in CASE_EFFECTS - {"tell_other_side"}]
    if of_an_office and action.by and all(role_side(role) == "subject" for role in action.by):
        effects = "、".join(f"“{CASE_EFFECT_LABELS[one]}”（{one}）" for one in of_an_office)
        report.find("own_cause", at, f"{what}由主体办理，却产生机关的效果{effects}；请删去，或者改由机关办理")
    public = [one for one in action.effects if life is not None and one in life.action and not one.startswith("un")]
    if public and any(role_side(role) == "subject" for role in action.by):
        effects = "、".join(_effect(report, one) for one in public)
        report.find(
            "own_cause", at, f"{what}由主体办理，却产生公开效果{effects}；任何人不能决定自己的事，请改由机关办理"
        )


def _said_otherwise(report: Report, name: str, action: Action) -> None:
    """Find a step called by one way to dispose of a record that disposes of it in another, or of half of it."""
    p, at = report.procedure, ("action", name, "effects")
    done = [one for one in SAID if one in action.effects]
    said = [one for one, words in SAID.items() if re.search(words, action.label)]
    if done and said and not set(done) & set(said):
        text = f"{report.action(name)}的名称说的是“{_effect(report, said[0])}”，效果却是“{_effect(report, done[0])}”"
        report.find("effects_contradict", at, f"{text}；请改正 effects 或者名称")
    before, after = TOGETHER
    elsewhere = any(after in other.effects for other in p.action.values())
    if before in action.effects and after not in action.effects and (elsewhere or "准予" in action.label):
        text = f"{report.action(name)}停止公示，惩戒措施却不解除（{after}），信息不再公示，措施还在；请写上"
        report.find("decision_without_effect", at, text)


def _ends(p: Procedure, action: Action) -> set[str]:
    """Return the ends a step brings about, or can still come to where it brings a case on."""
    if outcome_of(p, action) is not None:
        return {action.to} if action.to is not None else set()
    if action.to is None or action.to not in p.state:
        return set()
    return {state for state in closure([action.to], successors(p)) if state in p.state and p.state[state].final}


def _effect(report: Report, effect: str) -> str:
    life = report.names.record
    label = life.action[effect].label if life is not None and effect in life.action else effect
    return f"“{label}”（{effect}）"
