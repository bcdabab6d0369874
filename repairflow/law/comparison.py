"""Two versions of a procedure beside each other, in labels: what a lawyer reads to see what a new version changes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from repairflow.law.guards import GUARDS
from repairflow.law.procedure.model import Action, Clock, Days, GuardUse, Input, Procedure
from repairflow.law.procedure.remedy import UNITS

NONE = "无"


class Line(NamedTuple):
    """One thing a version says: of which part, of what by its label, in which respect."""

    part: str
    code: str
    respect: str


class Change(NamedTuple):
    """One respect in which the versions differ; a dash where one of them has nothing of the kind."""

    part: str
    what: str
    respect: str
    was: str
    now: str


def differences(old: Procedure, new: Procedure) -> list[Change]:
    """Everything that differs, in the order of the newer file; empty when they mean the same but for their names and days."""
    before, after = dict(_lines(old)), dict(_lines(new))
    labels = {
        (line.part, line.code): text for one in (before, after) for line, text in one.items() if line.respect == "名称"
    }
    found = []
    for line in dict.fromkeys((*after, *before)):
        was, now = before.get(line, "—"), after.get(line, "—")
        gone = (line.part, line.code) not in {(one.part, one.code) for one in after}
        fresh = (line.part, line.code) not in {(one.part, one.code) for one in before}
        if was != now and (line.respect == "名称" or not (gone or fresh)):
            respect = "删去" if gone else "新增" if fresh else line.respect
            found.append(Change(line.part, labels.get((line.part, line.code), line.code), respect, was, now))
    return found


def _lines(p: Procedure) -> Iterator[tuple[Line, str]]:
    whole = {
        "名称": p.label, "施行日期": p.effective.isoformat(), "停用日期": p.until.isoformat() if p.until else NONE,
        "说明": p.summary or NONE, "谁可以提出": _joined(p.actor.get(role, role) for role in p.filed_by),
        "提出申请的条件": _guards(p, p.filing_guards), "收到时的文书": p.filing_letter or NONE,
    }  # fmt: skip
    yield from ((Line("程序", "procedure", respect), text) for respect, text in whole.items())
    for code, label in p.actor.items():
        yield Line("角色", code, "名称"), label
    for code, state in p.state.items():
        yield Line("环节", code, "名称"), state.label
        yield Line("环节", code, "结果"), state.outcome or NONE
    for code, clock in p.clock.items():
        yield from ((Line("期限", code, respect), text) for respect, text in _clock(p, clock).items())
    for code, action in p.action.items():
        yield from ((Line("动作", code, respect), text) for respect, text in _action(p, action).items())
    for code, material in p.material.items():
        yield Line("材料", code, "名称"), material.label
        yield Line("材料", code, "是否必需"), "必需" if material.required else material.required_if or "可以不交"
    for code, item in p.inputs.items():
        yield Line("填写项", code, "名称"), item.label
        yield Line("填写项", code, "种类"), _input(item)
    for code, basis in p.basis.items():
        yield Line("依据", code, "名称"), basis.citation
        yield Line("依据", code, "核对"), f"{basis.read_by}，{basis.read_on}" if basis.verified else "待核对"


def _clock(p: Procedure, clock: Clock) -> dict[str, str]:
    late = "督办" if clock.overdue == "escalate" else _label(p, clock.overdue)
    return {
        "名称": clock.label, "长度": _days(clock.days) if clock.days is not None else f"至“{clock.named}”",
        "起算": "文书送达" if clock.starts == "served" else "进入环节",
        "计算": _states(p, clock.runs_in), "中止": _states(p, clock.pauses_in), "负责": p.actor.get(clock.owner, clock.owner),
        "提醒": _joined(f"届满前 {day} 个工作日" for day in clock.remind), "届满后": late, "依据": _bases(p, clock.basis),
    }  # fmt: skip


def _action(p: Procedure, action: Action) -> dict[str, str]:
    extends = action.extends
    longer = NONE
    if extends is not None:
        lengths = [
            f"{value} {UNITS[unit]}" for unit in ("working", "calendar", "months") if (value := getattr(extends, unit))
        ]
        longer = f"{p.clock[extends.clock].label if extends.clock in p.clock else extends.clock}，{_joined(lengths)}"
    return {
        "名称": action.label, "由谁办理": _joined(p.actor.get(role, role) for role in action.by),
        "从": _states(p, action.from_), "到": _states(p, (action.to,)) if action.to else "不变",
        "前置条件": _guards(p, action.guards), "须与谁不同": _joined(_label(p, step) for step in action.distinct_from),
        "填写": _joined(f"{item.label}（{_input(item)}）" for item in action.inputs.values()),
        "理由": "须从清单选择" if action.reason == "code" else "须写明" if action.reason else "不要求",
        "文书": action.letter or NONE, "救济": _joined(action.remedy), "效果": _joined(action.effects), "延长": longer,
        "启动后续程序": action.opens.procedure if action.opens is not None else NONE, "依据": _bases(p, action.basis),
    }  # fmt: skip


def _guards(p: Procedure, uses: tuple[GuardUse, ...]) -> str:
    return _joined(
        (GUARDS[use.guard].label if use.guard in GUARDS else use.guard)
        + (f"（{_joined(_value(p, value) for value in use.parameters.values())}）" if use.parameters else "")
        for use in uses
    )


def _value(p: Procedure, value: object) -> str:
    text = str(value) if not isinstance(value, tuple) else "、".join(map(str, value))
    return p.action[text].label if text in p.action else p.clock[text].label if text in p.clock else text


def _input(item: Input) -> str:
    return (
        item.kind
        + ("" if item.required else "，可以不填")
        + ("，密封" if item.vaulted else "")
        + ("，不得晚于填写当天" if item.past else "")
    )


def _states(p: Procedure, names: tuple[str, ...]) -> str:
    return _joined(p.state[name].label if name in p.state else name for name in names)


def _label(p: Procedure, step: str) -> str:
    return p.action[step].label if step in p.action else step


def _bases(p: Procedure, names: tuple[str, ...]) -> str:
    return _joined(p.basis[name].citation if name in p.basis else name for name in names)


def _days(days: Days) -> str:
    return f"{days.count} {UNITS[days.unit]}"


def _joined(texts: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "、".join(texts) or NONE
