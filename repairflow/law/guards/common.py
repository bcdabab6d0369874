"""Guards that any procedure may use: materials, the record, filings, limits, linked cases, pushes."""

from __future__ import annotations

from repairflow.law.condition_findings import findings
from repairflow.law.guards.facts import PUBLIC_STATES, Facts, Guards, day_text, names, number, times_taken
from repairflow.law.guards.material_conditions import required_materials
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.model import Parameters
from repairflow.law.procedure.remedy import length

GUARDS = Guards()
guard = GUARDS.guard


@guard("申请材料齐全")
def materials_complete(facts: Facts, _: Parameters) -> tuple[bool, str]:
    present = {kind for kind, _step in facts.materials}
    missing = [label for kind, label in required_materials(facts).items() if kind not in present]
    return not missing, f"还缺：{'、'.join(missing)}" if missing else f"共 {len(facts.materials)} 件，必需材料齐全"


@guard("已签署信用承诺")
def commitment_signed(facts: Facts, _: Parameters) -> tuple[bool, str]:
    name = str(facts.filing.get("commitment_signed_by") or "").strip()
    version = str(facts.filing.get("commitment_version") or "")
    if not name:
        return False, "尚未签署信用承诺，请阅读承诺书并签署"
    # Answers stand in the trail for ever, so they name nobody: the name itself can be erased.
    return True, f"信用承诺书（{version} 版）已签署" if version else "信用承诺书已签署"


@guard("信息仍在公示")
def record_is_public(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    if facts.record.state in PUBLIC_STATES:
        return True, "信息正在公示"
    return False, "该信息现在没有公示"


@guard("信息仍在公示，或者是在用的个人信息")
def record_is_public_or_of_person(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 自然人的信息不公示，但仍被共享和使用：修复停止的是共享和使用。轻微的同单位的一样，无需申请。
    one = facts.record
    if one is not None and one.of_person and one.state == "unpublished" and one.severity != "minor" and not one.minor:
        return True, "个人的信息不公示，仍在共享和使用"
    return record_is_public(facts, {})


@guard("信息在用")
def record_in_use(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 采集、归集、使用的信息有误的，不论公示与否，都可以提出异议。
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    if facts.record.state in PUBLIC_STATES:
        return True, "信息正在公示"
    if facts.record.state == "unpublished":
        return True, "信息没有公示，仍在保存和使用"
    return False, "该信息已经停止公示和使用"


@guard("依法可以修复")
def record_is_repairable(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 第36号令（待核原文）：除法律、行政法规、中央文件另有规定外均可修复，所以例外须由规则包列明。
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    if facts.record.bar:
        return False, f"已登记为不可修复：{facts.record.bar}"
    barred = str(facts.pack.switch.get("not_repairable", "")).split(",")
    hit = [kind for kind in facts.record.penalty_kinds if kind in barred]
    if hit:
        return False, f"规则包列为不可修复：{'、'.join(facts.pack.penalty[kind].label for kind in hit)}"
    return True, "没有法律规定的不可修复情形"


@guard("认定决定被变更、撤销的，按处罚法填写生效日期", "input", "value")
def change_of_penalty_dated(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    """处罚法 48(2) counts from the day on which a published penalty decision was changed, annulled, or confirmed unlawful or
    void; it says nothing of other decisions, nor of what was never published."""
    changed = str(facts.inputs.get(str(parameters["input"]))) in names(parameters, "value")
    dated = bool(facts.inputs.get("effective_on"))
    if changed and _public_penalty(facts):
        said = f"自生效日期起{_withdrawal_term(facts)}内撤回并公开说明理由（行政处罚法第四十八条第二款）"
        return dated, said if dated else f"公开的处罚决定被变更、撤销、确认违法或者确认无效的，请填写生效日期：{said}"
    if dated:
        return (
            False,
            "生效日期只在公开的处罚决定被变更、撤销、确认违法或者确认无效时填写（行政处罚法第四十八条第二款），请删去",
        )
    return True, "不是公开的处罚决定被变更、撤销、确认违法或者确认无效"


@guard("撤回公开的处罚决定信息，已写明公开说明的理由")
def withdrawal_explained(facts: Facts, _: Parameters) -> tuple[bool, str]:
    """处罚法 48(2): whoever withdraws a published penalty states the reason publicly; of anything else nothing is stated."""
    given = bool(str(facts.inputs.get("public_reason") or "").strip())
    if not _withdraws(facts):
        return (
            not given,
            "没有公开的处罚决定需要说明"
            if not given
            else "不是撤回公开的处罚决定信息，不公开说明，请删去“公开说明的理由”",
        )
    if _told_before(facts):
        return (
            not given,
            "撤回处罚决定信息时已经公开说明理由"
            if not given
            else "撤回时已经公开说明理由，不再说明，请删去“公开说明的理由”",
        )
    said = "撤回处罚决定信息须公开说明理由（行政处罚法第四十八条第二款）"
    if _shows_again(facts):
        said = "恢复公示的，更正此前的撤回说明，公开说明处罚决定为什么没有变动"
    return given, f"已写明：{said}" if given else f"请填写“公开说明的理由”：{said}"


@guard("公开的处罚决定已被变更、撤销，信息仍在公示，须撤回")
def withdrawal_due(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if not _withdraws(facts):
        return False, "不是公开的处罚决定被变更、撤销、确认违法或者确认无效，不在更正以前撤回"
    if _masked(facts):  # by another case, whose end would show it again
        return True, "处罚决定已被变更、撤销，信息由其他办件暂时屏蔽，本办件也须撤回并公开说明理由"
    due = _shown(facts)
    return due, "处罚决定已被变更、撤销，信息仍在公示" if due else "该信息现在不公示，不用撤回"


@guard("公开的处罚决定已被变更、撤销的，信息已先撤回")
def withdrawn_before_hearing(facts: Facts, _: Parameters) -> tuple[bool, str]:
    """处罚法 48(2) knows no pause: what is known to be wrong leaves the public in three days, however long who is burdened is heard. What
    another case masks may be shown by its end at any time: this case withdraws it, too."""
    if _withdraws(facts) and (_shown(facts) or _masked(facts)) and not _recalled(facts):
        told = f"须在{_withdrawal_term(facts)}内撤回，不等听取意见（行政处罚法第四十八条第二款）"
        stands = "仍在公示" if _shown(facts) else "只是由其他办件暂时屏蔽"
        return False, f"公开的处罚决定已被变更、撤销，信息{stands}，{told}；请先{_withdrawing(facts)}"
    return True, "没有仍在公示的、已被变更或者撤销的处罚决定信息"


def _withdrawing(facts: Facts) -> str:
    """Name the step of this procedure by which its record is withdrawn, as its button is called."""
    steps = facts.procedure.action.values()
    found = next((one.label for one in steps if any(use.guard == "withdrawal_due" for use in one.guards)), None)
    return f"办理“{found}”" if found is not None else "撤回"


def _withdrawal_term(facts: Facts) -> str:
    """Return the length of the limit that counts from the change of the decision, as the procedure has it."""
    found = (clock.days for clock in facts.procedure.clock.values() if clock.starts_on == "effective_on")
    return length(next(found, None)) or "法定期限"


def _shown(facts: Facts) -> bool:
    return facts.record is not None and facts.record.state in PUBLIC_STATES


def _masked(facts: Facts) -> bool:
    return facts.record is not None and facts.record.state == "masked"


def _recalled(facts: Facts) -> bool:
    """Tell whether this very case has withdrawn its record, and so holds a mask of its own."""
    return any("mask_record" in _effects(facts, step.action) for step in facts.history)


def _shows_again(facts: Facts) -> bool:
    """Tell whether this step shows as it was what was withdrawn."""
    effects = _effects(facts, facts.action)
    return "unmask_record" in effects and not {"correct_record", "annul_record"} & set(effects)


def _effects(facts: Facts, name: str) -> tuple[str, ...]:
    action = facts.procedure.action.get(name)
    return action.effects if action is not None else ()


def _told_before(facts: Facts) -> bool:
    """Tell whether this was stated when the penalty was withdrawn: that it was changed. Whoever annuls it or shows it again says that
    anew, and so does whoever corrects what was said then to be another thing, or open."""
    said = [step.inputs for step in facts.history if step.inputs.get("public_reason")]
    if "annul_record" in _effects(facts, facts.action) or _shows_again(facts) or not said:
        return False
    return str(said[-1].get("became") or "changed") == "changed"


def _public_penalty(facts: Facts) -> bool:
    """Tell whether the record is a penalty that everybody could see; of events that were kept before this was asked, its state tells."""
    row = facts.record
    if row is None or row.kind != "penalty":
        return False
    return row.was_public if row.was_public is not None else row.state != "unpublished"


def _withdraws(facts: Facts) -> bool:
    """Tell whether what was said in this case undoes a published penalty: dated, or of the causes that `change_of_penalty_dated` names."""
    sources = (facts.inputs, *(step.inputs for step in facts.history), facts.filing)
    if facts.record is not None and facts.record.was_public is None:
        return any(source.get("effective_on") for source in sources)
    uses = (*facts.procedure.filing_guards, *(use for one in facts.procedure.action.values() for use in one.guards))
    undone = any(
        str(source.get(str(use.parameters["input"]))) in names(use.parameters, "value")
        for use in uses
        if use.guard == "change_of_penalty_dated"
        for source in sources
    )
    return undone and _public_penalty(facts)


@guard("最短公示期已满")
def minimum_period_served(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    start = facts.record.apply_from
    if start is None:
        return True, "该类信息没有最短公示期"
    if facts.today >= start:
        return True, f"最短公示期已于{day_text(facts.record.min_until or start)}届满"
    last = day_text(facts.record.min_until or start)
    return False, f"最短公示期至{last}，自{day_text(start)}起可以申请，还有 {(start - facts.today).days} 天"


@guard("可以适用承诺修复")
def commitment_route_open(facts: Facts, _: Parameters) -> tuple[bool, str]:
    until = facts.no_commitment_until
    if until is not None and facts.today < until:
        return False, f"因曾作出虚假承诺，{day_text(until)}前不适用承诺修复"
    return True, "没有虚假承诺记录"


@guard("没有正在办理的同类申请", "apart")
def no_duplicate_pending(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.open_same:
        return False, f"同一信息的申请正在办理：{'、'.join(facts.open_same)}"
    return True, "没有重复申请"


@guard("异议事由属于受理范围")
def ground_is_objectionable(facts: Facts, _: Parameters) -> tuple[bool, str]:
    ground = str(facts.filing.get("ground") or "")
    known = facts.pack.lists.get("objection_grounds", {})
    if ground in known:
        return True, f"事由：{known[ground].label}"
    return False, "没有写明属于受理范围的异议事由"


@guard("修复条件逐项核实", "action")
def conditions_confirmed(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    # 第36号令（待核原文）：四项条件须同时具备。
    steps = [s for s in facts.history if s.action == parameters["action"]]
    if not steps:
        return False, "还没有核查意见"
    given = findings(steps[-1].inputs)
    list_name = facts.procedure.action[str(parameters["action"])].inputs["conditions"].choices
    wanted = facts.pack.lists[list_name or "repair_conditions"]
    of_person = facts.record is not None and facts.record.of_person
    unmet = [
        said_of(item.label, of_person=of_person)
        for code, item in wanted.items()
        if code not in given or not given[code].met
    ]
    return not unmet, f"核查认为不具备：{'、'.join(unmet)}" if unmet else f"{len(wanted)} 项条件均已核实"


@guard("期限未曾延长", "clock")
def clock_not_yet_extended(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    name = parameters.get("clock") or _extended_clock(facts)
    actions = [
        a for a, spec in facts.procedure.action.items() if spec.extends is not None and spec.extends.clock == name
    ]
    if any(times_taken(facts, action) for action in actions):
        return False, "该期限已经延长过一次，不能再次延长"
    return True, "该期限没有延长过"


@guard("期限尚未届满", "clock")
def clock_not_yet_over(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    name = str(parameters.get("clock") or _extended_clock(facts))
    due_day = facts.due_days.get(name)
    if due_day is None:
        return False, "该期限现在没有计算"
    if facts.today > due_day:
        return False, f"该期限已于{day_text(due_day)}届满，延长须在届满前作出"
    return True, f"该期限至{day_text(due_day)}"


@guard("办理单位不同于原单位")
def other_office_than_first(facts: Facts, _: Parameters) -> tuple[bool, str]:
    before = [case for case in facts.linked if case.opened_this]
    same = [case.number for case in before if case.deciding_id == facts.deciding_id]
    return not same, "原办件由本单位决定，复核须由上级单位办理" if same else "由另一单位办理"


@guard("办理人员未参与原办件")
def other_person_than_first(facts: Facts, _: Parameters) -> tuple[bool, str]:
    took_part = [case.number for case in facts.linked if case.opened_this and facts.actor_id in case.actors]
    return not took_part, f"您参与办理过原办件 {'、'.join(took_part)}，须由他人办理" if took_part else "未参与原办件"


def _extended_clock(facts: Facts) -> str:
    extends = facts.procedure.action[facts.action].extends
    return extends.clock if extends is not None else ""


@guard("各推送对象均已回执")
def all_targets_acknowledged(facts: Facts, _: Parameters) -> tuple[bool, str]:
    open_ = [name for name, state in facts.pushes if state not in {"done", "waived"}]
    if open_:
        return False, f"尚未回执：{'、'.join(open_)}"
    return True, f"{len(facts.pushes)} 个推送对象均已回执或者取消推送"


@guard("此前动作已发生的次数", "action", "at_least")
def times_done(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    done = times_taken(facts, str(parameters["action"]))
    label = facts.procedure.action[str(parameters["action"])].label
    return done >= number(parameters, "at_least"), f"“{label}”已有 {done} 次，须满 {parameters['at_least']} 次"
