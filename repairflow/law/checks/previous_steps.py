"""Steps of a new version against those of the version before: reasons, effects, answers, people and ends that changed quietly.

What a step rests on may have changed: where its bases did, the change is shown for a person to look at, and is no error.
"""

from __future__ import annotations

from repairflow.law.checks.previous_bases import nothing_new
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

ALIKE = frozenset({"text", "long_text"})
"""Kinds of inputs that hold the same words."""


def check(report: Report, old: Procedure, version: str) -> None:
    """Everything a step, an end or an office's limit lost against `old`, which messages call `version`."""
    p = report.procedure
    for name, before in old.action.items():
        if name in p.action:
            _step(report, name, old, version)
            _way(report, name, old, version)
        elif any(role_side(role) == "subject" for role in before.by) and set(before.from_) & set(p.state):
            text = f"{version}当事人可以办理的“{before.label}”（{name}）本版没有了，减损其权利；请恢复"
            report.find("step_dropped", ("action",), text)
        elif old.version == p.version and set(before.from_) & set(p.state):
            text = f"{version}的“{before.label}”（{name}）本文件没有了，在办的办件就办不了这一步；请恢复"
            report.find("step_dropped", ("action",), text)
    for name, state in old.state.items():
        new = p.state.get(name)
        if new is not None and state.final and new.final and outcome_side(state.outcome) != outcome_side(new.outcome):
            text = f"{report.state(name)}的结果由 {state.outcome} 改为 {new.outcome}（{version}），对谁有利变了；请改回，或者另设环节"
            report.find("outcome_turned", ("state", name), text)
    for name, clock in old.clock.items():
        if name not in p.clock and role_side(clock.owner) == "office":
            _limit(report, name, clock, version)


def _step(report: Report, name: str, before: Procedure, version: str) -> None:
    new, at, what = report.procedure.action[name], ("action", name), report.action(name)
    old = before.action[name]
    same = nothing_new(report.procedure, new.basis, old.basis, before)
    if old.reason and not new.reason and _by_office(new):
        _tell(report, "reason_dropped", at, f"{what}在{version}须写明理由，本版不要求了", same)
    if old.reason == "code" and new.reason is True:
        _tell(report, "reason_dropped", at, f"{what}在{version}须从清单中选择事由，本版改为随意填写", same)
    if gone := [effect for effect in old.effects if effect not in new.effects]:
        _tell(report, "effect_dropped", at, f"{what}在{version}的效果（{'、'.join(gone)}）本版没有了", same)
    if old.opens is not None and new.opens is None:
        _tell(report, "effect_dropped", at, f"{what}在{version}启动后续程序“{old.opens.procedure}”，本版没有了", same)
    if old.opens is not None and new.opens is not None and (uncarried := set(old.opens.carry) - set(new.opens.carry)):
        lost_ones = "、".join(sorted(uncarried))
        _tell(report, "effect_dropped", at, f"{what}在{version}带到后续程序的内容（{lost_ones}）本版不带了", same)
    _follow_up(report, name, old, version, same=same)
    _answers(report, name, old, version, same=same)
    added = [role for role in new.by if role not in old.by and role_side(role) == "subject"]
    if added and all(role_side(role) != "subject" for role in old.by):
        who = "、".join(map(report.role, added))
        text = (
            f"{what}在{version}只由机关办理，本版主体一方的{who}也可以办理；任何人不能办理机关对自己的环节，请改正 by"
        )
        report.find("own_cause", (*at, "by"), text)


def _follow_up(report: Report, name: str, old: Action, version: str, *, same: bool) -> None:
    """Check that what a step opens stays the same: procedure, kind, and what the case it opens begins with."""
    new, at, what = report.procedure.action[name], ("action", name, "opens"), report.action(name)
    if old.opens is None or new.opens is None:
        return
    was, now = ((one.opens.procedure, one.opens.kind) for one in (old, new) if one.opens is not None)
    if was != now:
        before, after = ("、".join(filter(None, pair)) for pair in (was, now))
        _tell(report, "effect_dropped", at, f"{what}在{version}启动后续程序 {before}，本版改为 {after}", same)
    for key, value in old.opens.set.items():
        given = new.opens.set.get(key)
        if given != value and not (key == "facts" and given):
            text = f"{what}在{version}为后续办件写明 {key} = “{value}”，本版为“{given or '（没有）'}”"
            _tell(report, "effect_dropped", at, text, same)


def _answers(report: Report, name: str, old: Action, version: str, *, same: bool) -> None:
    """Find what a step's form asked it still asks, as strictly, and in the same kind."""
    new, at, what = report.procedure.action[name], ("action", name), report.action(name)
    for item, was in old.inputs.items():
        now = new.inputs.get(item)
        if now is None:
            verb = "须填写" if was.required else "可以填写"
            _tell(report, "input_dropped", at, f"{what}在{version}{verb}“{was.label}”（{item}），本版不问了", same)
        elif was.required and not now.required:
            _tell(report, "input_dropped", at, f"{what}在{version}须填写“{was.label}”（{item}），本版可以不填", same)
        elif lost := [step for step in was.after if step in report.procedure.action and step not in now.after]:
            steps = "、".join(map(report.action, lost))
            text = f"{what}在{version}于{steps}以后须填写“{was.label}”（{item}），本版不问了"
            _tell(report, "input_dropped", at, text, same or not now.after)
        elif now.kind != was.kind and not {now.kind, was.kind} <= ALIKE:
            text = f"{what}的填写项“{now.label}”（{item}）由 kind = {was.kind} 改为 {now.kind}（{version}），原来的读法不再适用"
            report.find("input_kind", (*at, "inputs", item), f"{text}；请改回，或者换一个名称")


def _way(report: Report, name: str, before: Procedure, version: str) -> None:
    """Check that a step leads where it led, and can be taken wherever it could, among the states that are still there."""
    p, new, what = report.procedure, report.procedure.action[name], report.action(name)
    old = before.action[name]
    same = nothing_new(p, new.basis, old.basis, before)
    if old.to != new.to and (old.to is None or old.to in p.state):
        where = "仍在原环节" if old.to is None else f"到{report.state(old.to)}"
        _tell(report, "step_turned", ("action", name, "to"), f"{what}在{version}办理后{where}，本版不是", same)
    if gone := [state for state in old.from_ if state in p.state and state not in new.from_]:
        text = f"{what}在{version}可以在{report.states(gone)}办理，本版不能"
        _tell(report, "step_narrowed", ("action", name, "from"), text, same)
    wider = [s for s in new.from_ if s not in old.from_ and s in before.state]
    if wider and same and not any(role_side(role) == "subject" for role in new.by):
        text = f"{what}在{version}不能在{report.states(wider)}办理，本版可以，依据却没有变；请改回，或者写明新的依据"
        report.find("step_widened", ("action", name, "from"), text)
    if new.by and all(role_side(role) == "subject" for role in new.by):
        known = {use.guard for use in old.guards}
        if more := [report.guard(use.guard) for use in new.guards if use.guard not in known]:
            text = f"{what}由当事人办理，本版比{version}增加了{'、'.join(more)}，减损其权利"
            _tell(report, "step_narrowed", ("action", name, "guards"), text, same)
        asked = {item for item, one in old.inputs.items() if one.required}
        if more := [one.label for item, one in new.inputs.items() if one.required and item not in asked]:
            text = f"{what}由当事人办理，本版比{version}多要填写“{'、'.join(more)}”，减损其权利"
            _tell(report, "step_narrowed", ("action", name, "inputs"), text, same)


def _by_office(action: Action) -> bool:
    return any(role_side(role) == "office" for role in action.by)


def _tell(report: Report, code: str, at: tuple[str, ...], text: str, same: bool) -> None:
    if same:
        report.find(code, at, f"{text}，依据却没有变；请恢复，或者写明新的依据")
    else:
        report.hint(code, at, f"{text}；请核对新的依据是否这样规定")


def _limit(report: Report, name: str, old: Clock, version: str) -> None:
    """Check that an office's limit that is gone leaves no state without one of the office that is as short."""
    p = report.procedure
    if old.days is None:
        return
    for state in old.runs_in:
        if state not in p.state or p.state[state].final:
            continue
        there = [
            c for c in p.clock.values() if state in c.runs_in and role_side(c.owner) == "office" and c.days is not None
        ]
        if not there:
            text = (
                f"{version}给机关的期限“{old.label}”（{name}）本版没有了，{report.state(state)}不再有机关的期限；请恢复"
            )
            report.find("longer_than_basis", ("clock",), text)
            return
