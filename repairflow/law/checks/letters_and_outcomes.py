"""Letters and outcomes: a decision has its effects and its letter, the letter says what was decided, no outcome hides it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from repairflow.law.checks.decisions import (
    AGAINST,
    FOR,
    LASTING,
    WEIGHTY,
    by_office,
    by_system_alone,
    decides,
    outcome_of,
    side_of,
)
from repairflow.law.checks.graph import closure
from repairflow.law.checks.label_tone import HARSH, PLAIN_YES, leaning
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.role_words import SUBJECTS
from repairflow.law.checks.steps_before import without
from repairflow.law.letter_kinds import CARRIED_OUT_ELSEWHERE, SAYS, SAYS_LABEL, Says
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import OUTCOMES, outcome_side, role_side
from repairflow.law.procedure.vocabulary import shipped

EFFECTS_OF: Mapping[str, tuple[frozenset[str], ...]] = {
    "granted": (
        frozenset({"cease_publicity"}), frozenset({"cease_sharing"}), frozenset({"lift_measures"}), frozenset({"seal_record"}),
    ),
    "removed": (
        frozenset({"cease_publicity"}), frozenset({"cease_sharing"}), frozenset({"lift_measures"}), frozenset({"seal_record"}),
        frozenset({"leave_list", "expire_from_list"}),
    ),
    "corrected": (frozenset({"correct_record", "annul_record", "cease_publicity"}),),
    "annulled": (frozenset({"annul_record"}),),
    "annotated": (frozenset({"annotate_record"}),),
    "revoked": (frozenset({"restore_record", "leave_honour"}), frozenset({"restart_period", "leave_honour"})),
    "unmasked": (frozenset({"unmask_record"}),),
    "masked": (frozenset({"mask_record"}),),
    "listed": (frozenset({"enter_list", "restore_record"}),),
    "accepted": (frozenset({"enter_list"}),),
    "lifted": (frozenset({"lift_measure", "lift_measures"}),),
}  # fmt: skip
"""What must have happened to the record where a case ends so: one of each group."""

OF_A_RECORD = frozenset({"removed", "corrected", "annulled", "annotated", "masked", "unmasked"})
"""Outcomes that say what has become of a record."""
DECISIVE = (AGAINST | FOR | LASTING) - {"annotate_record", "bar_commitment"}
"""Effects that no letter tells by the way, as a notice or a receipt."""
REFUSING = ("不再", "不给", "不符合", "不通过", "未通过", "不合格", "不能")
"""Words by which an end for neither side would say no all the same."""
WANTED_NO_MORE = re.compile(rf"(?:{'|'.join(SUBJECTS)})[^，。；]{{0,4}}不再(?=申请|要求|提出|请求|办理)")
"""The subject's own no, by which it leaves what it asked for."""
SIDE_LABEL = {"for": "有利于主体", "against": "不利于主体", "neutral": "对主体不作决定"}


def check(report: Report) -> None:
    """Decisions without effect or letter, letters of another decision, decisions under a harmless name."""
    if report.is_record:
        return
    p = report.procedure
    for name, action in p.action.items():
        _letter_fits(report, name, action)
        _missing_letters(report, name, action)
        _disguised(report, name, action)
    _effects(report)
    _never_refused(report)
    _undone(report)
    _labels(report)
    if p.filing_letter is not None and SAYS.get(p.filing_letter, "taken_up") != "taken_up":
        says = SAYS_LABEL[SAYS[p.filing_letter]]
        report.find(
            "letter_says_other",
            ("filing_letter",),
            f"提出申请时出具的文书“{p.filing_letter}”告知的是{says}；请换成回执",
        )


def _letter_fits(report: Report, name: str, action: Action) -> None:
    says = SAYS.get(action.letter or "")
    if says is None:
        return
    outcome, side = outcome_of(report.procedure, action), side_of(report.procedure, action)
    quiet = says in {"notice", "taken_up"} and sorted(DECISIVE & set(action.effects))
    if quiet:
        effects = "、".join(_effect(report, effect) for effect in quiet)
        text = (
            f"{report.action(name)}产生公开效果{effects}，是一项决定，文书“{action.letter}”告知的却是{SAYS_LABEL[says]}"
        )
        text += "；请换成决定的文书"
        report.find("letter_says_other", ("action", name, "letter"), text)
    elif not _fits(says, outcome, side) and action.letter not in CARRIED_OUT_ELSEWHERE:
        target = report.procedure.state.get(action.to or "")
        state = target.label if target is not None else "环节不变"
        is_ = f"（{SIDE_LABEL[side]}）" if side is not None else ""
        text = f"{report.action(name)}的文书“{action.letter}”告知的是{SAYS_LABEL[says]}，办理结果却是“{state}”{is_}；请换成相应的文书"
        report.find("letter_says_other", ("action", name, "letter"), text)


def _fits(says: Says, outcome: str | None, side: str | None) -> bool:
    if says in {"for", "against"}:
        return side == says and outcome != "refused"
    if says == "either":
        return (side in {"for", "against"} and outcome != "refused") or outcome == "referred"
    if says == "not_taken_up":
        return outcome == "refused"
    if says == "ended":
        return outcome is not None and side == "neutral"
    return outcome is None


def _missing_letters(report: Report, name: str, action: Action) -> None:
    """Find steps that decide and write no letter."""
    if action.letter is not None:
        return
    outcome = outcome_of(report.procedure, action)
    side = outcome_side(outcome)
    what = report.action(name)
    measure = {"impose_measure", "lift_measure"} & set(action.effects)
    if by_office(action) and (measure or (side != "against" and decides(report.procedure, action))):
        report.find("decision_letter", ("action", name), f"{what}作出决定，却没有文书，主体无从知道；请写 letter")
    elif by_office(action) and outcome == "terminated":
        report.find("decision_letter", ("action", name), f"{what}终止了办件，却没有文书，主体无从知道；请写 letter")
    lasting = bool((LASTING | WEIGHTY) & set(action.effects))
    if by_system_alone(action) and (lasting or outcome in {"lapsed", "withdrawn", "terminated"}):
        report.find("system_letter", ("action", name), f"{what}由系统办理并作出决定，却没有文书；请写 letter")


def _disguised(report: Report, name: str, action: Action) -> None:
    outcome, what = outcome_of(report.procedure, action), report.action(name)
    if outcome is None:
        return
    side, shown = outcome_side(outcome), report.state(action.to or "")
    at = ("action", name)
    if action.reason == "code" and side != "against":
        text = f"{what}须从不予办理的事由中选择，{shown}的 outcome 却是“{outcome}”（{SIDE_LABEL[side or 'neutral']}）；请改为相应的不利结果"
        report.find("outcome_disguises", at, text)
    harms, helps = AGAINST & set(action.effects), FOR & set(action.effects)
    if (harms and not helps and side != "against") or (
        helps & {"cease_publicity", "annul_record"} and side == "against"
    ):
        effects = "、".join(_effect(report, effect) for effect in sorted(harms or helps))
        text = f"{what}的公开效果{effects}与{shown}的 outcome “{outcome}”（{SIDE_LABEL[side or 'neutral']}）相反；请改正 outcome"
        report.find("outcome_disguises", at, text)
    office = any(role_side(role) == "office" for role in action.by)
    says_so = report.procedure.confidential or any(use.guard == "input_was" for use in action.guards)
    if office and outcome == "withdrawn" and not says_so:
        report.find(
            "outcome_disguises",
            at,
            f"{what}由机关办理，{shown}的 outcome 却是撤回（withdrawn）；撤回只能由主体提出，请改正",
        )
    if outcome == "expired" and not by_system_alone(action):
        text = f"{what}由人办理，{shown}的 outcome 却是期满（expired）；只有期限届满才期满，请写明决定的结果"
        report.find("outcome_disguises", at, text)
    over = any(clock.overdue == name for clock in report.procedure.clock.values())
    if outcome == "expired" and by_system_alone(action) and not over:
        text = f"{what}不是期限届满时办理的，{shown}的 outcome 却是期满（expired）；请让期限的 overdue 指向它，或者改正 outcome"
        report.find("outcome_disguises", at, text)
    if outcome == "lapsed" and not by_system_alone(action):
        report.find(
            "outcome_disguises",
            at,
            f"{what}由人办理，{shown}的 outcome 却是逾期失效（lapsed）；只有期限届满才失效，请改正",
        )


def _effects(report: Report) -> None:
    p, life = report.procedure, report.names.record
    used = {effect for action in p.action.values() for effect in action.effects}
    for state, spec in p.state.items():
        if (
            p.subject == "subject"
            and spec.outcome in OF_A_RECORD
            and not any(g & used for g in EFFECTS_OF[spec.outcome])
        ):
            text = f"{report.state(state)}的 outcome “{spec.outcome}”说的是一条信息，本程序的办件却不针对信息，也没有这样的公开效果"
            report.find("outcome_disguises", ("state", state), f"{text}；请改正 outcome")
        if (p.subject == "subject" and spec.outcome != "listed") or spec.outcome == "accepted":
            groups = [group for group in EFFECTS_OF.get(spec.outcome or "", ()) if group & used]  # no record to change
        else:
            groups = list(EFFECTS_OF.get(spec.outcome or "", ()))
        for group in groups:
            actions = life.action if life is not None else {}
            known = {effect for effect in group if effect in actions or effect not in _public()}
            if not known:
                continue
            having = {name for name, action in p.action.items() if group & set(action.effects)}
            if state in without(p, having):
                wanted = "或者".join(_effect(report, effect) for effect in sorted(known))
                text = f"{report.state(state)}以“{spec.outcome}”终结，却可以不经过公开效果{wanted}就到这里，决定落空"
                text += "；请在作出决定的动作的 effects 中写明"
                report.find("decision_without_effect", ("state", state), text)


QUIET = frozenset({"terminated", "closed", "recorded", "ended"})
"""Shipped ends for neither side by which an office lays a case down."""


def _never_refused(report: Report) -> None:
    """Check that where an application can be granted and never refused, an end for neither side is the refusal, without remedies."""
    p = report.procedure
    sides = {name: side_of(p, action) for name, action in p.action.items() if by_office(action)}
    outcomes = {name: outcome_of(p, action) for name, action in p.action.items()}
    against = any(side == "against" and outcomes[name] != "refused" for name, side in sides.items())
    if against or p.confidential or p.opened_only or not files_itself(p):
        return
    granted = {state for name, side in sides.items() if side == "for" for state in p.action[name].from_}
    for name, side in sides.items():
        laid_down = side == "neutral" and (
            outcomes[name] in QUIET or outcomes[name] in OUTCOMES.keys() - shipped().outcome.keys()
        )
        if laid_down and granted & set(p.action[name].from_) and not p.action[name].opens:
            end = report.state(p.action[name].to or "")
            text = f"本程序可以准许、却没有不准许的结果，{report.action(name)}以{end}终结就是不准许而没有救济"
            report.find("outcome_disguises", ("action", name), f"{text}；请写明不利的 outcome、文书和 remedy")


ENDS_PUBLICITY = frozenset({"cease_publicity", "annul_record", "leave_list", "expire_from_list"})


def _undone(report: Report) -> None:
    """Check that what was granted is not refused afterwards: no way leads from where a record was cleared to an end against its subject."""
    p = report.procedure
    ways: dict[str, set[str]] = {}
    for action in p.action.values():
        if action.to is not None and not AGAINST & set(action.effects):
            for state in action.from_:
                ways.setdefault(state, set()).add(action.to)
    for name, action in p.action.items():
        if action.to is None or not ENDS_PUBLICITY & set(action.effects):
            continue
        for state in sorted(closure([action.to], ways) & set(p.state)):
            outcome = p.state[state].outcome
            if outcome_side(outcome) == "against" or outcome in {"withdrawn", "lapsed", "terminated"}:
                text = (
                    f"{report.action(name)}已经使信息停止公示或者移出，此后却还能到{report.state(state)}终结，前后相反"
                )
                text += "；请改正后面动作的 from"
                report.find("decision_undone", ("state", state), text)
        if back := sorted(closure([action.to], ways) & set(action.from_)):
            text = f"{report.action(name)}已经使信息停止公示或者移出，此后却还能回到{report.states(back)}重新办理"
            text += "，前后相反；请改正后面动作的 to"
            report.find("decision_undone", ("action", name), text)


def _public() -> frozenset[str]:
    """Effects a record's own life has to know."""
    return frozenset(
        (LASTING | {"seal_record"})
        - {"enter_list", "leave_list", "expire_from_list", "annul_listing", "bar_commitment"}
    )


def _effect(report: Report, effect: str) -> str:
    life = report.names.record
    label = life.action[effect].label if life is not None and effect in life.action else effect
    return f"“{label}”（{effect}）"


def _labels(report: Report) -> None:
    p = report.procedure
    filed = not p.opened_only and (not p.filed_by or any(role_side(role) == "subject" for role in p.filed_by))
    for name, state in p.state.items():
        side = outcome_side(state.outcome)
        harsh = (*HARSH, *REFUSING) if side == "neutral" else HARSH
        word = next((word for word in harsh if word in WANTED_NO_MORE.sub("", state.label)), None)
        if word is not None and (side == "neutral" or (side == "for" and filed)):
            text = f"{report.state(name)}的名称说“{word}”，outcome 却是“{state.outcome}”（{SIDE_LABEL[side]}）；请改正 outcome 或者名称"
            report.find("outcome_disguises", ("state", name), text)
        kind = next((word for word in PLAIN_YES if word in state.label), None)
        if kind is not None and side == "against" and leaning(state.label) == 1:
            text = f"{report.state(name)}的名称说“{kind}”，outcome 却是“{state.outcome}”（{SIDE_LABEL[side]}）；请改正名称或者 outcome"
            report.find("outcome_disguises", ("state", name), text)
