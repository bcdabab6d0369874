"""What a version of a procedure, or a rule pack, says, respect by respect and in labels: what a comparison sets side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.guards import GUARDS
from repairflow.law.procedure import roles
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.clock_starts import starting_day
from repairflow.law.procedure.letter_form import LetterForm
from repairflow.law.procedure.model import Action, Clock, Days, GuardUse, Input, Procedure, State
from repairflow.law.procedure.opens import Opens
from repairflow.law.procedure.packs import RulePack

NONE = "无"
NAME = "名称"
SUBJECTS = {"record": "一条信息", "subject": "一个主体", "case": "另一办件"}
KINDS: Mapping[str, str] = {
    "text": "文字", "long_text": "长文字", "choice": "单选", "date": "日期", "datetime": "日期和时间", "number": "数字",
    "boolean": "是或者否", "material": "材料", "corrections": "更正内容", "conditions": "逐项核对", "gaps": "一行一项",
}  # fmt: skip
OFFICES: Mapping[str, str] = {
    "credit_office": "信用办", "authority": "认定单位", "superior": "上级单位", "filer": "提出人的单位", "named": "写明的单位",
    "provider": "信息提供单位", "partner": "写明的协助单位", "subject": "主体", "receiver": "接收单位", "about": "被反映的单位",
    "receiving": "受理单位", "deciding": "决定单位",
}  # fmt: skip
EVENTS: Mapping[str, str] = {
    "opened": "办件启动", "receipt": "收到回执", "record_changed": "信息变动", "linked_case_closed": "关联办件办结",
}  # fmt: skip
CONDITIONS: Mapping[str, str] = {"filed_by_agent": "由代理人提出的", "filed_on_paper": "书面提出的"}
SEALS: Mapping[str, str] = {"office": "单位公章", "repair": "信用修复专用章", "objection": "异议处理专用章"}


class Line(NamedTuple):
    """One thing a version says: of which part, of what by its code, in which respect."""

    part: str
    code: str
    respect: str


Said = Iterator[tuple[Line, str]]


@dataclass(frozen=True, slots=True)
class Titles:
    """What codes outside the file are called: letters by kind, effects, remedies; a code without an entry is shown as it is."""

    letters: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, str] = field(default_factory=dict)
    remedies: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, str] = field(default_factory=dict)


def of_procedure(p: Procedure, titles: Titles) -> Said:
    """Everything a version says, but its version and digest: two that say the same lines mean the same."""
    yield from ((Line("程序", "procedure", respect), text) for respect, text in _whole(p, titles).items())
    for code, label in p.actor.items():
        yield Line("角色", code, NAME), label
    for code, label in p.kinds.items():
        yield Line("种类", code, NAME), label
        yield Line("种类", code, "谁可以提出"), _joined(_role(p, role) for role in p.kind_by.get(code, p.filed_by))
    for code, state in p.state.items():
        yield from ((Line("环节", code, respect), text) for respect, text in _state(state).items())
    for code, clock in p.clock.items():
        yield from ((Line("期限", code, respect), text) for respect, text in _clock(p, clock).items())
    for code, action in p.action.items():
        yield from ((Line("动作", code, respect), text) for respect, text in _action(p, action, titles).items())
        for name, item in action.inputs.items():
            yield from ((Line(f"填写项（{action.label}）", f"{code}.{name}", r), t) for r, t in _input(p, item).items())
    for code, material in p.material.items():
        condition = CONDITIONS.get(material.required_if or "", "规则包要求的" if material.required_if else "可以不交")
        yield Line("材料", code, NAME), material.label
        yield Line("材料", code, "是否必需"), "必需" if material.required else condition
        yield Line("材料", code, "何时提交"), "提出时" if material.filed else "以后的环节"
        yield Line("材料", code, "来源"), "申请人" if material.source == "applicant" else "系统"
        yield Line("材料", code, "填写提示"), material.hint or NONE
    for code, item in p.inputs.items():
        yield from ((Line("填写项", code, respect), text) for respect, text in _input(p, item).items())
    for code, form in p.letters.items():
        yield from ((Line("文书", code, respect), text) for respect, text in _letter(code, form, titles).items())
    yield from _bases(p.basis)


def of_pack(pack: RulePack) -> Said:
    """Everything a whole rule pack says, but its name and digest."""
    for name, value in _fields(pack):
        if isinstance(value, Mapping) and name == "lists":
            for code, items in value.items():
                for item, ground in items.items():
                    yield from _entry(f"清单 {code}", f"{code}.{item}", ground)
        elif name == "basis":
            yield from _bases(pack.basis)
        elif isinstance(value, Mapping):
            for code, entry in value.items():
                yield from _entry(PACK_PARTS.get(name, name), str(code), entry)
        elif isinstance(value, BaseModel):
            yield from _entry(PACK_PARTS.get(name, name), name, value)
        elif name not in {"pack", "digest"}:
            yield Line("规则包", "pack", PACK_WORDS.get(name, name)), _plain(value)


PACK_PARTS: Mapping[str, str] = {
    "period": "公示期", "penalty": "处罚类别", "simple_procedure": "简易程序", "remedy": "救济途径", "term": "法定期间",
    "measure": "惩戒措施", "list_kind": "名单", "list_change": "名单的改动", "behaviour": "失信行为", "ladder": "分级措施",
    "commitments": "信用承诺书", "switch": "开关", "limit": "最长期限", "review_first": "是否先申请复议",
    "commitment_by": "各签署人的信用承诺书",
}  # fmt: skip
PACK_WORDS: Mapping[str, str] = {
    "label": NAME, "jurisdiction": "地区", "domain": "领域", "effective": "施行日期", "until": "停用日期", "over": "所依附的规则包",
    "said_in": "出处说明", "keeps": "可以使用的名单", "repair_at": "申请修复的地方", "commitment_text": "信用承诺书的文字",
    "commitment_version": "信用承诺书的版本",
    "by": "各签署人的文字", "published": "是否公示", "minimum": "最短", "maximum": "最长", "basis": "依据",
    "severity": "失信程度", "by_amount": "是否按数额分类", "serious_from_wan": "严重的界线（万元）",
    "minor_below_wan": "轻微的界线（万元）", "verified": "是否核对", "kinds": "处罚类别", "person_wan": "对公民的最高数额（万元）",
    "others_wan": "对单位的最高数额（万元）", "text": "文书用语", "where_to_go": "去处", "days": "天数", "version": "版本",
    "public": "是否公开", "force": "是否必须采取", "term": "最长期限", "permanent": "是否永久",
    "lift_with_record": "是否随信息修复解除", "source_rank": "由哪一级文件规定",
    "source_basis": "由哪一级文件规定的依据", "favourable": "是否守信名单", "record_kind": "信息种类", "window": "决定前是否公示",
    "linked": "是否记入有关责任人员", "window_days": "公示天数", "opinion": "是否须有第三方意见", "spot_check": "是否须核实",
    "clean": "此前无失信的时间", "after": "此前须采取的措施", "yearly": "每年公布的日期", "no_new": "期满移出是否须无新失信",
    "review": "期满前考评的时间",
    "measures": "惩戒措施", "removal": "移出条件", "extension": "延长", "extension_basis": "延长的依据", "limit": "期限",
    "after_review": "复议后的期限", "untold": "没有告知时的期限", "untold_basis": "没有告知时的依据", "online": "网上渠道的说明",
    "lists": "可以列入的名单", "procedure": "程序", "kind": "种类",
}  # fmt: skip


def _fields(it: BaseModel) -> Iterator[tuple[str, object]]:
    return ((name, getattr(it, name)) for name in type(it).model_fields)


def _entry(part: str, code: str, entry: object) -> Said:
    if not isinstance(entry, BaseModel):
        yield Line(part, code, "内容"), _plain(entry)
        return
    for name, value in _fields(entry):
        yield Line(part, code, PACK_WORDS.get(name, name)), _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Days):
        return _days(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _joined(map(str, value))
    return NONE if value in (None, "") else str(value)


def _whole(p: Procedure, titles: Titles) -> dict[str, str]:
    return {
        NAME: p.label, "施行日期": p.effective.isoformat(), "停用日期": p.until.isoformat() if p.until else NONE,
        "说明": p.summary or NONE, "办理的是": SUBJECTS[p.subject], "编号前缀": p.prefix or NONE,
        "最初的环节": _states(p, (p.initial,)), "受理单位": OFFICES[p.offices.receiving],
        "决定单位": OFFICES[p.offices.deciding], "提供信息的单位": OFFICES[p.offices.providing],
        "谁可以提出": _joined(_role(p, role) for role in p.filed_by), "是否只由办件启动": _plain(p.opened_only),
        "是否保密": _plain(p.confidential), "提出申请的条件": _guards(p, p.filing_guards),
        "提出的依据": _cites(p, p.filing_basis),
        "收到时的文书": titles.letters.get(p.filing_letter or "", p.filing_letter or NONE),
    }  # fmt: skip


def _state(state: State) -> dict[str, str]:
    outcome = state.outcome
    return {
        NAME: state.label, "结果": roles.outcome_label(outcome) if outcome is not None else NONE,
        "阶段": state.stage or NONE, "没有期限的原因": state.no_clock or NONE, "给主体的提示": state.todo or NONE,
        "主体是否看得到": "看不到" if state.internal else "看得到",
    }  # fmt: skip


def _clock(p: Procedure, clock: Clock) -> dict[str, str]:
    late = "督办" if clock.overdue == "escalate" else _label(p, clock.overdue)
    other = f"，可以由“{clock.days.input}”另定" if clock.days is not None and clock.days.input else ""
    moment = "当时" if clock.instant else "当日"
    return {
        NAME: clock.label, "长度": _days(clock.days) + other if clock.days is not None else f"至“{clock.named}”{moment}",
        "起算": "文书送达" if clock.starts == "served" else starting_day(p, clock) or "进入环节",
        "计算": _states(p, clock.runs_in), "中止": _states(p, clock.pauses_in), "负责": _role(p, clock.owner),
        "提醒": _joined(f"届满前 {day} 个工作日" for day in clock.remind), "届满后": late, "依据": _cites(p, clock.basis),
        "是否核对": _plain(clock.verified),
    }  # fmt: skip


def _action(p: Procedure, action: Action, titles: Titles) -> dict[str, str]:
    return {
        NAME: action.label, "由谁办理": _joined(_role(p, role) for role in action.by),
        "从": _states(p, action.from_), "到": _states(p, (action.to,)) if action.to else "不变",
        "系统在何时办理": _joined(EVENTS[event] for event in action.on), "前置条件": _guards(p, action.guards),
        "随交的材料": _joined(p.material_label(kind) for kind in action.materials),
        "须与谁不同": _joined(_label(p, step) for step in action.distinct_from),
        "理由": "须从清单选择" if action.reason == "code" else "须写明" if action.reason else "不要求",
        "文书": titles.letters.get(action.letter or "", action.letter or NONE),
        "救济": _joined(titles.remedies.get(one, one) for one in action.remedy),
        "没有救济的缘由": titles.remedies.get(action.no_remedy or "", action.no_remedy or NONE),
        "效果": _joined(titles.effects.get(one, one) for one in action.effects),
        "撤回它的动作": _label(p, action.undo) if action.undo else NONE, "本人当日可以撤回": _plain(action.undoable),
        "延长": _longer(p, action),
        "启动后续程序": _opens(action.opens, titles) if action.opens is not None else NONE, "依据": _cites(p, action.basis),
    }  # fmt: skip


def _longer(p: Procedure, action: Action) -> str:
    more = action.extends
    if more is None:
        return NONE
    lengths = [
        f"{value} {UNIT_LABELS[unit]}" for unit in ("working", "calendar", "months") if (value := getattr(more, unit))
    ]
    return f"{p.clock[more.clock].label if more.clock in p.clock else more.clock}，{_joined(lengths)}"


def _opens(opens: Opens, titles: Titles) -> str:
    parts = [titles.procedures.get(opens.procedure, opens.procedure)]
    parts += [f"种类 {opens.kind}"] if opens.kind else []
    parts += [f"带入 {_joined(opens.carry)}"] if opens.carry else []
    parts += [f"写明 {key}：{value}" for key, value in opens.set.items()]
    return "；".join(parts)


def _letter(kind: str, form: LetterForm, titles: Titles) -> dict[str, str]:
    return {
        NAME: titles.letters.get(kind, kind), "由谁制发": OFFICES[form.by], "受文者": OFFICES[form.to],
        "抄送": _joined(OFFICES[one] for one in form.copies), "印章": SEALS[form.seal] if form.seal else "照文书",
        "是否送达": _plain(form.served),
    }  # fmt: skip


def _input(p: Procedure, item: Input) -> dict[str, str]:
    bounds = [f"最小 {item.minimum}"] if item.minimum is not None else []
    bounds += [f"最大 {item.maximum}"] if item.maximum is not None else []
    return {
        NAME: item.label, "种类": KINDS[item.kind], "选项": item.choices or NONE, "是否必填": _plain(item.required),
        "范围": _joined(bounds), "是否密封": _plain(item.vaulted), "不得晚于当天": _plain(item.past),
        "主体是否看得到": _plain(item.told), "何时填写": _joined(f"办过“{_label(p, step)}”以后" for step in item.after),
        "填写提示": item.hint or NONE, "请求办理": _label(p, item.asks) if item.asks else NONE,
    }  # fmt: skip


def _bases(bases: Mapping[str, Basis]) -> Said:
    for code, basis in bases.items():
        yield Line("依据", code, NAME), basis.citation
        yield Line("依据", code, "核对"), f"{basis.read_by}，{basis.read_on}" if basis.verified else "待核对"
        yield Line("依据", code, "说了什么"), basis.says or NONE
        yield Line("依据", code, "所读文本"), _joined(filter(None, (basis.source, basis.digest, basis.signed_by)))
        yield Line("依据", code, "有效期"), _plain(basis.valid_to)
        yield Line("依据", code, "再次核对"), _plain(basis.recheck_by)


def _guards(p: Procedure, uses: tuple[GuardUse, ...]) -> str:
    return _joined(
        (GUARDS[use.guard].label if use.guard in GUARDS else use.guard)
        + (f"（{_joined(_value(p, *one) for one in use.parameters.items())}）" if use.parameters else "")
        for use in uses
    )


def _value(p: Procedure, name: str, value: object) -> str:
    if isinstance(value, int):
        return f"{name} {value}"
    texts = map(str, value) if isinstance(value, tuple) else [str(value)]
    return _joined(
        p.action[one].label if one in p.action else p.clock[one].label if one in p.clock else one for one in texts
    )


def _states(p: Procedure, names: tuple[str, ...]) -> str:
    return _joined(p.state[name].label if name in p.state else name for name in names)


def _role(p: Procedure, role: str) -> str:
    return p.actor.get(role, role)


def _label(p: Procedure, step: str) -> str:
    return p.action[step].label if step in p.action else step


def _cites(p: Procedure, names: tuple[str, ...]) -> str:
    return _joined(p.basis[name].citation if name in p.basis else name for name in names)


def _days(days: Days) -> str:
    return f"{days.count} {UNIT_LABELS[days.unit]}"


def _joined(texts: Iterable[str]) -> str:
    return "、".join(texts) or NONE
