"""Guards of review, revocation, reorganisation and the minors' track."""

from __future__ import annotations

from repairflow.law.deadlines.lengths import last_day
from repairflow.law.guards.facts import PUBLIC_STATES, Facts, Guards, Linked, day_text, names
from repairflow.law.procedure.model import Parameters
from repairflow.law.procedure.remedy import length
from repairflow.times import local

GUARDS = Guards()
guard = GUARDS.guard


def _first(facts: Facts) -> Linked | None:
    """Return the case this one follows from: the newest of those that opened it."""
    before = [case for case in facts.linked if case.opened_this]
    return before[-1] if before else None


@guard("原办件属于可以提出的范围", "procedure", "outcome")
def first_case_was(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    first = _first(facts)
    if first is None:
        return False, "请写明原办件"
    if first.outcome is None:
        return False, f"原办件 {first.number} 尚未办结"
    procedures, outcomes = names(parameters, "procedure"), names(parameters, "outcome")
    if procedures and first.procedure not in procedures:
        return False, f"原办件 {first.number} 不属于可以提出的程序"
    if outcomes and first.outcome not in outcomes:
        return False, f"原办件 {first.number} 的办理结果不属于可以提出的情形"
    return True, f"原办件 {first.number} 已经办结，属于可以提出的情形"


@guard("原办件是依申请办理的", "kinds")
def first_case_kind_not(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    first = _first(facts)
    if first is None:
        return False, "请写明原办件"
    barred = first.kind in names(parameters, "kinds")
    return not barred, f"原办件 {first.number} " + ("由系统办理，没有申请材料可以查证" if barred else "依申请办理")


@guard("由准许这样处理的决定转入", "procedure")
def follows_case(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    first = _first(facts)
    if first is None or first.procedure not in names(parameters, "procedure"):
        return False, "本件由有关单位自己提出，没有复核等决定可以执行，不能这样处理"
    return True, f"执行办件 {first.number} 的决定"


@guard("不是由其他办件转入")
def follows_no_case(facts: Facts, _: Parameters) -> tuple[bool, str]:
    first = _first(facts)
    if first is not None:
        return False, f"本件由办件 {first.number} 的决定转入，必须执行"
    return True, "由有关单位自己提出"


@guard("由提出者本人办理")
def is_the_filer(facts: Facts, _: Parameters) -> tuple[bool, str]:
    filer = facts.history[0].actor_id if facts.history else None
    same = filer is not None and filer == facts.actor_id
    return same, "由提出者本人办理" if same else "只有提出者本人可以撤回"


@guard("在申请期限内提出", "term")
def within_term_of_first(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    """Return the limit is the rule pack's: nobody is turned away by a figure that nobody has read, for no letter told it either."""
    first, term = _first(facts), facts.pack.term.get(str(parameters["term"]))
    if first is None or first.closed_on is None or facts.calendar is None:
        return False, "原办件没有办结日期，不能确定申请期限"
    if term is None or not facts.pack.read(term.basis):
        return True, "申请的期限没有核对过依据，不以逾期为由拒绝"
    if first.unserved:  # a subject's limit runs from service of the letter that tells it
        return True, f"原办件的决定文书没有送达，期限没有开始计算；送达后{length(term.days)}内提出"
    last = last_day(facts.calendar, first.served_on or first.closed_on, term.days)
    if facts.today > last:
        began = (
            f"决定文书于{day_text(first.served_on)}送达"
            if first.served_on
            else f"原办件于{day_text(first.closed_on)}办结"
        )
        return False, f"{began}，应当在{day_text(last)}（含当日）前提出，已经超过期限"
    if facts.today == last and facts.closes_at and f"{local(facts.now):%H:%M}" > facts.closes_at:
        # 民法典 203(2): where there are business hours, the last day ends with them
        text = f"今天是期限的最后一日，窗口提交的到{facts.closes_at}为止；今天24时以前还可以由申请人在网上提出"
        return False, text
    return True, f"可以在{day_text(last)}（含当日）前提出"


@guard("同一事实没有处理过")
def not_decided_before(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if not facts.decided_before:
        return True, "此前没有就同一办件提出过"
    earlier = "、".join(facts.decided_before)
    if str(facts.filing.get("new_facts") or "").strip():
        return True, f"此前已经处理过（{earlier}），本次提出了新的事实、理由"
    return False, f"同一事实和理由已经处理过（{earlier}），没有新的事实、理由的，不再受理"


@guard("信息已不再公示")
def record_no_longer_public(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    shown = facts.record.state in PUBLIC_STATES
    return not shown, "该信息仍在公示，应当继续办理" if shown else "该信息已不再公示，无需继续办理"


@guard("未成年人的信息")
def subject_is_minor(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    return (
        facts.record.minor,
        "行为时为未成年人" if facts.record.minor else "该信息不是未成年人的信息，请按信用修复程序办理",
    )


@guard("未成年人信息从未公示")
def record_never_public(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    hidden = facts.record.state == "unpublished"
    return hidden, "该信息没有公示" if hidden else "该信息不在不公示状态，请先核对并停止公示"


@guard("此前登记的内容相符", "action", "input", "value")
def input_was(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    action, name, wanted = (str(parameters[key]) for key in ("action", "input", "value"))
    step = facts.procedure.action[action]
    given = [done.inputs.get(name) for done in facts.history if done.action == action]
    spec = step.inputs[name]
    if given and str(given[-1]).lower() == wanted.lower():
        return True, f"“{step.label}”写明的{spec.label}与此步骤相符"
    said = facts.pack.lists.get(spec.choices or "", {}).get(str(given[-1])) if given else None
    return False, f"“{step.label}”写明的{spec.label}" + (f"为“{said.label}”，与此步骤不符" if said else "与此步骤不符")


@guard("此前没有这样写明", "action", "input", "value")
def input_was_not(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    said, _ = input_was(facts, parameters)
    action, name = facts.procedure.action[str(parameters["action"])], str(parameters["input"])
    if said:
        return False, f"“{action.label}”已经写明{action.inputs[name].label}，请办理与之相应的步骤"
    return True, f"“{action.label}”没有写明{action.inputs[name].label}"
