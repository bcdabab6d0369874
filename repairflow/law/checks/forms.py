"""Forms and names: inputs of the kind their reader takes, bounds that leave something, sealed identities, no empty label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from repairflow.law.checks import identity_words
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Input
from repairflow.law.procedure.roles import CITIZEN_ROLES, role_side

OPEN = frozenset({"text", "long_text", "choice", "date", "datetime", "number", "gaps"})
LETTER_KINDS: Mapping[str, frozenset[str]] = {
    "meeting_at": frozenset({"datetime"}), "promised_day": frozenset({"date"}), "imposed_on": frozenset({"date"}),
    "term_end": frozenset({"date"}), "plan_until": frozenset({"date"}), "gaps": frozenset({"gaps"}),
    "demands": frozenset({"gaps"}), "attendees": frozenset({"gaps"}), "items_to_bring": frozenset({"gaps"}),
    "interviewers": frozenset({"gaps"}), "corrections": frozenset({"corrections"}),
    "conditions": frozenset({"conditions"}),
    **dict.fromkeys(
        ("place", "court", "ruling_number", "plan_term", "matter", "receiving_office"), frozenset({"text", "long_text"})
    ),
    **dict.fromkeys(("facts", "statement", "undertaking", "finding", "claimed"), frozenset({"long_text", "text", "choice"})),
    **dict.fromkeys(
        ("plea_reason", "referred_to", "refer_to", "sanction", "mitigating_facts", "report"), frozenset({"text", "long_text"})
    ),
    "performed_on": frozenset({"date"}), "term": frozenset({"number"}),
    "plan_kind": frozenset({"choice"}), "list_kind": frozenset({"choice"}), "measure": frozenset({"choice"}),
    "ground": frozenset({"choice"}), "commitment_signed_by": frozenset({"text"}), "to_office": frozenset({"text"}),
}  # fmt: skip
"""Kinds of inputs that letters, effects and pages read by name."""

STEP_INPUTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "transfer_case": {"to_office": frozenset({"text"})},
    "waive_push": {"target": frozenset({"text"})},
    "correct_record": {"corrections": frozenset({"corrections"})},
    "link_person": {
        "person_name": frozenset({"text"}), "capacity": frozenset({"choice"}), "id_number": frozenset({"text"}),
    },
    "name_penalty": {"penalty": frozenset({"text"})},
    "impose_measure": {"imposed_on": frozenset({"date"})},
    "book_meeting": {"meeting_at": frozenset({"datetime"})},
}  # fmt: skip
"""What an effect reads from the form of its own step."""
FILED_INPUTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "enter_list": {"list_kind": frozenset({"choice"})},
    "impose_measure": {"measure": frozenset({"choice"})},
    "lift_measure": {"measure": frozenset({"choice"})},
    "enter_check_result": {
        "check_kind": frozenset({"choice"}), "check_number": frozenset({"text"}), "checked_on": frozenset({"date"}),
    },
}  # fmt: skip
"""What an effect reads from the filing, or from any form of the case."""
LISTS: Mapping[str, frozenset[str]] = {
    "list_kind": frozenset({"list_kinds"}), "behaviour": frozenset({"behaviours"}), "measure": frozenset({"measures"}),
    "capacity": frozenset({"responsible_capacities"}), "check_kind": frozenset({"check_kinds"}),
    "check_method": frozenset({"spot_checks"}), "plea_answer": frozenset({"plea_answers"}),
    "plan_kind": frozenset({"plan_kinds"}), "mitigating": frozenset({"mitigating_factors"}),
    "source": frozenset({"intake_sources"}),
}  # fmt: skip
"""The closed list of inputs that letters, guards and effects read by name: an answer out of another means nothing to them."""

IDENTITY = (
    "姓名",
    "联系方式",
    "联系电话",
    "电话",
    "手机",
    "身份证",
    "证件号码",
    "住址",
    "通信地址",
    "邮箱",
    "微信",
    "您是谁",
    "称呼",
    "号码",
    "回访",
    "账号",
    "工作单位",
    "住所",
    "籍贯",
    "户籍",
    "住在哪",
    "出生",
    "生日",
    "证件照",
    "证件正反面",
    "人脸",
    "照片（本人）",
    "本人照片",
    "银行卡",
)
IDENTITY_CODES = ("_name", "_contact", "_phone", "_mobile", "_address", "_email", "id_number", "_id")
_UNIT = re.compile(r"（((?:万|亿)?元|个?工作日|天|日|个月|件|人次?|次|份|%|百分比)）$")
"""A unit at the end of a label: what is asked is a number of it."""


def check(report: Report) -> None:
    """Everything wrong with what forms ask and how things are called."""
    _empty(report)
    _labels(report)
    if report.is_record:
        return
    p = report.procedure
    _materials(report)
    _stages(report)
    for at, what, form in forms(report):
        for name, item in form.items():
            _item(report, (*at, name), what, name, item)
    for name, action in p.action.items():
        for effect in action.effects:
            _asks(report, ("action", name, "effects"), report.action(name), effect, STEP_INPUTS, [action.inputs])
            every = [p.inputs, *(a.inputs for a in p.action.values())]
            _asks(report, ("action", name, "effects"), report.action(name), effect, FILED_INPUTS, every)
    _two_kinds(report)
    required = [material.label for material in p.material.values() if material.required and material.filed]
    asking = (*p.filing_guards, *(use for action in p.action.values() for use in action.guards))
    if required and not any(use.guard == "materials_complete" for use in asking):
        text = f"材料“{'、'.join(required)}”写为必需，却没有一处以 materials_complete 为条件，缺了也照样办理"
        text += "；请写在 filing_guards 或者受理的 guards 中"
        report.find("material_unasked", ("material",), text)
    if p.confidential and not CITIZEN_ROLES & set(p.filed_by or p.actor):
        text = "本程序写了 confidential = true，提出的却是主体自己，他看不到自己的办件；请删去，或者改正 filed_by"
        report.find("confidential_subject", ("confidential",), text)
    if CITIZEN_ROLES & set(p.actor) and not p.confidential:
        roles = "、".join(report.role(role) for role in sorted(CITIZEN_ROLES & set(p.actor)))
        text = f"{roles}的办件没有写 confidential = true，被反映的单位会看到办件和来信人；请加上"
        report.find("identity_open", ("actor",), text)


SAME = {"long_text": "text"}
"""Kinds whose answers are alike."""


def _two_kinds(report: Report) -> None:
    """Find one name asked as two kinds: what reads it by its name finds now the one, now the other."""
    seen: dict[str, str] = {}
    for at, what, form in forms(report):
        for name, item in form.items():
            kind = SAME.get(item.kind, item.kind)
            if seen.setdefault(name, kind) != kind:
                text = f"{what}的填写项“{item.label}”（{name}）的 kind 是 {item.kind}，别的表单里同名的是 {seen[name]}"
                text += "；请写同一种，或者换一个名称"
                report.find("input_kind", (*at, name), text)


def forms(report: Report) -> Iterable[tuple[tuple[str, ...], str, Mapping[str, Input]]]:
    """Yield every form of the procedure: where it stands, how messages call it, what it asks."""
    p = report.procedure
    yield ("inputs",), "提出申请", p.inputs
    for name, action in p.action.items():
        yield ("action", name, "inputs"), report.action(name), action.inputs


def _item(report: Report, at: tuple[str, ...], what: str, name: str, item: Input) -> None:
    label = f"{what}的填写项“{item.label}”（{name}）"
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        report.find(
            "bounds_crossed",
            at,
            f"{label}的 minimum = {item.minimum} 大于 maximum = {item.maximum}，没有数可填；请改正",
        )
    if item.minimum is not None and item.minimum == item.maximum:
        text = f"{label}的 minimum 和 maximum 都是 {item.minimum}，只有一个数可填，等于没有问；请改正"
        report.find("bounds_crossed", at, text)
    if (item.minimum is not None or item.maximum is not None) and item.kind != "number":
        report.find(
            "bounds_crossed", at, f"{label}写了 minimum 或者 maximum，kind 却是 {item.kind}；请改为 number 或者删去"
        )
    if item.kind == "conditions" and item.choices is not None and not item.choices.endswith("conditions"):
        text = f"{label}逐项核查的是条件，清单“{item.choices}”却不是条件清单；请改为名称以 conditions 结尾的清单"
        report.find("input_kind", at, text)
    if item.kind == "choice" and name in LISTS and item.choices not in LISTS[name]:
        lists = "、".join(sorted(LISTS[name]))
        text = f"{label}的选项取自清单“{item.choices}”，文书和前置条件要的是 {lists} 中的答案；请改正 choices"
        report.find("input_kind", at, text)
    wanted = LETTER_KINDS.get(name)
    by_clock = any(name in (clock.named, clock.days and clock.days.input) for clock in report.procedure.clock.values())
    if wanted is not None and item.kind not in wanted and not by_clock:
        kinds = "或者 ".join(sorted(wanted))
        report.find("input_kind", at, f"{label}的 kind 是 {item.kind}，文书和前置条件要用的是 {kinds}；请改正 kind")
    _written(report, at, label, item)
    if item.asks is not None:
        _asked(report, at, label, item)
    _identity(report, at, label, name, item)


def _written(report: Report, at: tuple[str, ...], label: str, item: Input) -> None:
    """Check that a number is asked as one, and corrections only of a record."""
    if item.kind in {"text", "long_text"} and (unit := _UNIT.search(item.label)) is not None:
        text = f'{label}问的是以“{unit[1]}”计的数，kind 却是 {item.kind}，填的文字不能核对、计算，文书也会照印；请写 kind = "number"'
        report.find("input_kind", at, text)
    if item.kind == "corrections" and report.procedure.subject == "subject":
        text = f'{label}是对失信信息的更正，本程序却不针对某条信息（subject = "subject"），没有可以更正的内容；请删去'
        report.find("input_kind", at, text)


def _identity(report: Report, at: tuple[str, ...], label: str, name: str, item: Input) -> None:
    """Check that what tells who somebody is lies sealed."""
    if (
        not item.vaulted
        and (told := identity_words.asked(item.hint or "", confidential=report.procedure.confidential)) is not None
    ):
        text = f"{label}的提示（hint）请人写“{told}”，填写的内容却没有密封；请写 vaulted = true，或者改写提示"
        report.find("identity_open", at, text)
    personal = any(word in item.label for word in _identifying(report)) or name.endswith(IDENTITY_CODES)
    secret = report.procedure.confidential and personal
    if item.vaulted and item.told:
        report.find("identity_open", at, f"{label}是密封的，却写了 told = true，会显示在页面上；请删去 told")
    if not item.vaulted and (secret or any(word in item.label for word in identity_words.SEALED_ALWAYS)):
        report.find("identity_open", at, f"{label}是身份信息，却没有密封；请写 vaulted = true")


def _asked(report: Report, at: tuple[str, ...], label: str, item: Input) -> None:
    """Check that what a filing may ask for is a step that a person of an office takes; it is asked by a yes."""
    action = report.procedure.action.get(str(item.asks))
    if action is None:
        report.find("action_unknown", at, f"{label}的 asks 写了“{item.asks}”，本程序没有这个动作；请改正")
    elif item.kind != "boolean" or at[0] != "inputs":
        report.find("input_kind", at, f"{label}写了 asks，须是提出申请时的是否项（boolean）；请改正或者删去")
    elif not any(role_side(role) == "office" for role in action.by):
        report.find(
            "input_kind", at, f"{label}请求办理的“{action.label}”不由机关人员办理，没有人会收到通知；请改正 asks"
        )


def _stages(report: Report) -> None:
    """Check that a case that has ended is not shown in a stage of one that goes on, nor the other way round."""
    states = report.procedure.state
    ends = {state.stage: name for name, state in states.items() if state.final and state.stage}
    for name, state in states.items():
        if not state.final and state.stage in ends:
            text = f"{report.state(name)}还没有办结，阶段却与终结的{report.state(ends[state.stage])}同为“{state.stage}”；请改正 stage"
            report.find("stage_mixed", ("state", name), text)


def _identifying(report: Report) -> tuple[str, ...]:
    """Words of a label that ask who somebody is: of anybody, and whatever is called by the citizen's own role."""
    citizens = (label for role, label in report.procedure.actor.items() if role in CITIZEN_ROLES and label.strip())
    return (*IDENTITY, *citizens)


def _materials(report: Report) -> None:
    """Papers that cannot be asked as they are written, and papers that would tell who turned to the office."""
    p = report.procedure
    for name, material in p.material.items():
        at, what = ("material", name), f"材料“{material.label}”（{name}）"
        if material.required and material.required_if is not None:
            text = f"{what}既一律必需又只在一定情形下必需（required_if）；请删去其中之一"
            report.find("material_contradicts", at, text)
        if (material.required or material.required_if is not None) and not material.filed:
            text = f"{what}写为必需（required、required_if），又不在申请时提交（filed = false），没有一步会要求它"
            text += "；请删去其中之一，由步骤的条件要求"
            report.find("material_contradicts", at, text)
        if not material.filed and not any(name in action.materials for action in p.action.values()):
            text = f"{what}不在申请时提交（filed = false），也没有一步收它；请写入收它的动作的 materials"
            report.find("material_untaken", at, text)
        if material.required and material.source == "auto":
            text = f"{what}写为必需，来源却是系统（auto），没有人能够提交；请改正 source"
            report.find("material_contradicts", at, text)
        if p.confidential and any(word in material.label for word in _identifying(report)):
            text = f"{what}会写明来信人是谁，材料不能密封；请改为填写项，写 vaulted = true"
            report.find("identity_open", at, text)


def _asks(
    report: Report,
    at: tuple[str, ...],
    what: str,
    effect: str,
    table: Mapping[str, Mapping[str, frozenset[str]]],
    where: list[Mapping[str, Input]],
) -> None:
    for name, kinds in table.get(effect, {}).items():
        if name == "list_kind" and report.procedure.subject == "record":
            continue  # the list its record is an entry of
        given = [form[name] for form in where if name in form]
        if not given:
            text = f"{what}的效果“{effect}”要用填写项“{name}”，却没有表单要求填写；请在 inputs 中加上"
            report.find("effect_input", at, text)
        elif table is STEP_INPUTS and not given[0].required:
            report.find("effect_input", at, f"{what}的效果“{effect}”要用填写项“{name}”，不能写 required = false")
        elif any(item.kind not in kinds for item in given):
            text = f"{what}的效果“{effect}”要用填写项“{name}”，kind 须为 {'或者 '.join(sorted(kinds))}；请改正"
            report.find("effect_input", at, text)


def _named(report: Report) -> Iterable[tuple[str, tuple[str, ...], str, str]]:
    """Yield every label: what sort of thing it names, where, the code and the label."""
    p = report.procedure
    for sort, table in (("角色", p.actor), ("种类", p.kinds)):
        part = "actor" if sort == "角色" else "kinds"
        yield from ((sort, (part, code), code, label) for code, label in table.items())
    yield from (("环节", ("state", code), code, item.label) for code, item in p.state.items())
    yield from (("期限", ("clock", code), code, item.label) for code, item in p.clock.items())
    yield from (("动作", ("action", code), code, item.label) for code, item in p.action.items())
    yield from (("材料", ("material", code), code, item.label) for code, item in p.material.items())
    for at, what, form in forms(report):
        yield from ((f"{what}的填写项", (*at, code), code, item.label) for code, item in form.items())


def _empty(report: Report) -> None:
    p = report.procedure
    if not p.label.strip():
        report.find("text_empty", ("label",), "程序没有名称；请写 label")
    if "summary" in p.model_fields_set and not p.summary.strip():
        report.find("text_empty", ("summary",), "办事指南的说明是空的；请写明 summary 或者删去")
    for sort, at, code, label in _named(report):
        if not label.strip():
            report.find("text_empty", at, f"{sort}“{code}”没有名称；请写 label")
    _blank_states(report)
    for at, what, form in forms(report):
        for code, item in form.items():
            if item.hint is not None and not item.hint.strip():
                report.find(
                    "text_empty", (*at, code), f"{what}的填写项“{item.label}”（{code}）的 hint 是空的；请写明或者删去"
                )
    for code, basis in p.basis.items():
        if basis.valid_to is not None and basis.valid_to < p.effective:
            text = f"依据“{code}”（{basis.citation}）到 {basis.valid_to} 已经失效，本版 {p.effective} 才施行；请换成现行的依据"
            report.find("basis_expired", ("basis", code), text)
        if not basis.cite.strip():
            report.find("text_empty", ("basis", code), f"依据“{code}”没有写出处，文书将没有依据可引；请写 cite")


def _blank_states(report: Report) -> None:
    for code, state in report.procedure.state.items():
        for key, said in (("stage", state.stage), ("no_clock", state.no_clock), ("todo", state.todo)):
            if said is not None and not said.strip():
                report.find("text_empty", ("state", code), f"{report.state(code)}的 {key} 是空的；请写明或者删去")


def _labels(report: Report) -> None:
    """Report two things of one sort under one name, which a page cannot distinguish."""
    seen: dict[tuple[str, str], str] = {}
    for sort, at, code, label in _named(report):
        if not label.strip():
            continue
        other = seen.setdefault((sort, label.strip()), code)
        if other != code:
            report.find("label_twice", at, f"{sort}“{code}”与“{other}”同名（{label}），页面上无法区分；请改名")
