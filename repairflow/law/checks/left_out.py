"""What belongs to a step and is not there: the follow-up its name promises, the effect its form asks for, the notice before a burden;
and whose step it is: nobody speaks in the subject's place, or answers itself."""

from __future__ import annotations

import re

from repairflow.law.checks.dead_ends import run_in_labels
from repairflow.law.checks.decision_makers import bypass
from repairflow.law.checks.decisions import ANNOUNCE, by_office, decides, outcome_of, side_of
from repairflow.law.checks.forms import STEP_INPUTS
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import without
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import OFFICE_ROLES, role_side

PROMISES = "改为|转为|转入|升级为|启动|提出|提请|建议|转"
"""Words by which a step that ends a case says that another case begins."""
VOICE = ("陈述", "申辩", "签署", "申请", "认可", "接受约谈")
"""How steps begin in which the subject speaks for itself."""
TIMES = {"两次": 2, "二次": 2, "三次": 3, "四次": 4, "五次": 5}
READ_ALONE = ("waive_push", "correct_record", "link_person", "name_penalty", "book_meeting")
"""Effects whose questions mean nothing without them."""
BOOKING = frozenset({"book_meeting"})
TOLD_TOGETHER = frozenset({"push_interview"})
"""Effects by which every result of a sort is told to other platforms."""


def check(report: Report) -> None:
    """Find steps without what belongs to them."""
    if report.is_record:
        return
    for name, action in report.procedure.action.items():
        _followup(report, name, action)
        _effect(report, name, action)
        _told_together(report, name, action)
        _explained(report, name, action)
        _heard(report, name, action)
        _voice(report, name, action)
        _times(report, name, action)


def _explained(report: Report, name: str, action: Action) -> None:
    """Check that a public explanation that a form asks for is also demanded where the law has it (处罚法 48(2))."""
    asked = action.inputs.get("public_reason")
    if asked is not None and not asked.required and "withdrawal_explained" not in {use.guard for use in action.guards}:
        text = f"{report.action(name)}的“{asked.label}”（public_reason）可以不填，撤回而不说明理由"
        text += "；请在 guards 中写 withdrawal_explained"
        report.find("reason_missing", ("action", name), text)


def _followup(report: Report, name: str, action: Action) -> None:
    """Check that an end that says that another case follows, and opens none."""
    p, outcome = report.procedure, outcome_of(report.procedure, action)
    if action.opens is not None or outcome is None or outcome in {"transferred", "referred", "dropped"}:
        return
    end = report.state(action.to or "")
    if outcome == "escalated":
        text = f"{report.action(name)}以{end}终结，结果是转入后续程序（escalated），却没有启动后续办件；请写 opens"
        report.find("followup_missing", ("action", name), text)
        return
    called = {
        label.removeprefix("失信")
        for other in (*report.names.files, p)
        for label in (other.label, *other.kinds.values())
    }
    said = f"{action.label}，{p.state[action.to or ''].label}"
    for label in sorted(called, key=len, reverse=True):
        if len(label) > 1 and re.search(f"(?:{PROMISES}){re.escape(label)}", said):
            text = f"{report.action(name)}的名称说要转入“{label}”，办结以后却没有启动办件；请写 opens，或者改正名称"
            report.find("followup_missing", ("action", name), text)
            return


def _effect(report: Report, name: str, action: Action) -> None:
    """Check that a form that asks for what only one effect reads, at a step without that effect."""
    p = report.procedure
    pushed = any(use.guard == "all_targets_acknowledged" for one in p.action.values() for use in one.guards)
    for effect in READ_ALONE if pushed else sorted(set(READ_ALONE) - {"waive_push"}):
        asked = STEP_INPUTS[effect]
        given = [word for word in asked if word in action.inputs and action.inputs[word].kind in asked[word]]
        if effect in BOOKING and not any(effect in other.effects for other in p.action.values()):
            continue  # meetings that stand in no calendar of the program
        if effect in action.effects or len(given) < len(asked) or action.letter == "hearing_notice":
            continue  # a notice of hearing asks what is intended: another step does it
        text = f"{report.action(name)}要求填写“{action.inputs[given[0]].label}”，却没有用它的效果“{effect}”，办了也不起作用"
        report.find("effect_left_out", ("action", name), f"{text}；请写在 effects 中，或者删去填写项")


def _told_together(report: Report, name: str, action: Action) -> None:
    """Check that a result is told to other platforms where all others of its letter are, or another step on the same way."""
    p = report.procedure
    others = [one for key, one in p.action.items() if key != name]
    same = [one for one in others if one.letter == action.letter and outcome_of(p, one)]
    result = action.letter is not None and outcome_of(p, action) is not None and len(same) > 1
    beside = [one for one in others if action.to is not None and (one.from_, one.to) == (action.from_, action.to)]
    for effect in sorted(TOLD_TOGETHER - set(action.effects)):
        twin = next((one for one in beside if effect in one.effects), None)
        if result and all(effect in one.effects for one in same):
            text = f"{report.action(name)}的结果不归集，同一文书“{action.letter}”的其他结果都有效果“{effect}”；请写在 effects 中"
            report.find("effect_left_out", ("action", name), text)
        elif twin is not None:
            text = f"{report.action(name)}和“{twin.label}”从同一环节到同一环节，后者有效果“{effect}”，它却没有"
            report.find("effect_left_out", ("action", name), f"{text}；请写在 effects 中")


def _heard(report: Report, name: str, action: Action) -> None:
    """Check that a burden that an office lays on somebody of its own accord, on a way on which it told nobody before."""
    p = report.procedure
    telling = {step for step, one in p.action.items() if one.letter in ANNOUNCE - {"interview_notice"}}
    if files_itself(p) or not telling or not by_office(action) or not decides(p, action):
        return
    if side_of(p, action) != "against":
        return
    if not without(p, telling) & set(action.from_):
        return
    run = bypass(report, name, action, telling)
    if run is not None:
        steps = "、".join(map(report.action, sorted(telling)))
        text = f"{report.action(name)}对主体不利，却可以没有办过{steps}就办到这里，主体没有机会陈述、申辩"
        text += f"；请改正 from。办理过程：{run_in_labels(report, run)}"
        report.find("hearing_bypassed", ("action", name, "from"), text)


def _voice(report: Report, name: str, action: Action) -> None:
    """Check that a step of the subject's own that a post of the deciding office takes; a request that its own side answers."""
    p, at, what = report.procedure, ("action", name, "by"), report.action(name)
    sides = {role_side(role) for role in action.by}
    window = {"receiving"} if action.label.startswith(VOICE) else set()  # it may register other steps
    posts = [role for role in action.by if OFFICE_ROLES.get(role) in {"deciding", *window}]
    subjects = any(role_side(role) == "subject" for role in p.actor)
    if posts and "subject" in sides and not action.enters:
        who = "、".join(map(report.role, posts))
        text = f"{what}是主体自己的动作，却也由办理的{who}代办；主体的意见、承诺和材料只能由本人提出，请删去"
        report.find("own_cause", at, text)
    elif posts and subjects and sides == {"office"} and action.label.startswith(VOICE) and action.letter is None:
        who = "、".join(map(report.role, posts))
        text = f"{what}是主体自己的动作，却由办理的{who}办理；请改为主体的角色，或者改正名称"
        report.find("own_cause", at, text)
    for use in action.guards:
        asked = p.action.get(str(use.parameters.get("action", "")))
        own = asked is not None and "subject" in sides and any(role_side(role) == "subject" for role in asked.by)
        if use.guard == "asked_and_unanswered" and own:
            text = f"{what}答复的是主体自己的{report.action(str(use.parameters['action']))}，却也由主体办理；请改为机关岗位"
            report.find("own_cause", at, text)


def _times(report: Report, name: str, action: Action) -> None:
    """Check that a name that says after how many times, and a condition that says another number."""
    said = next((number for word, number in TIMES.items() if word in action.label), None)
    for use in action.guards:
        least = use.parameters.get("at_least")
        if said is not None and use.guard == "times_done" and least != said:
            text = f"{report.action(name)}的名称说的是 {said} 次，{report.guard(use.guard)}却写 at_least = {least}；请改为一致"
            report.find("figure_in_label", ("action", name, "guards"), text)
