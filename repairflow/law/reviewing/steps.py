"""The lines of the table that a procedure's own file fills: filing, steps, limits, extensions, letters."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.report import CASE_EFFECT_LABELS, RECORD
from repairflow.law.guide import WHEN
from repairflow.law.letter_kinds import form_of
from repairflow.law.own_rule_ranks import demanded, in_words
from repairflow.law.procedure.clock_starts import starting_day
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Action, Clock
from repairflow.law.procedure.remedy import length
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.law.reviewing.rows import FROM_SERVICE, Row, Sheet, asked

OFFICES = {
    "credit_office": "信用中心", "authority": "认定单位", "superior": "原决定单位的上级单位（信用中心不是）；没有的不能复核",
    "filer": "提出办件的单位", "named": "所指定的单位",
}  # fmt: skip
RECEIVERS = {
    "subject": "当事人", "provider": "信息提供单位", "receiver": "接收单位", "about": "被投诉、举报的单位",
    "receiving": "收到申请的单位", "deciding": "作出决定的单位",
}  # fmt: skip
SEALS = {"office": "单位公章", "repair": "信用修复专用章", "objection": "异议处理专用章"}

DUTY = "；告知申请人可以就机关不履行职责申请复议"


def rows(sheet: Sheet) -> Iterator[Row]:
    """Filing, then each step, limit and extension, then the letters."""
    yield from _filing(sheet)
    for name, action in sheet.procedure.action.items():
        yield _step(sheet, name, action)
        yield from _effect_rows(sheet, action)
        yield from _list_rows(sheet, action)
    yield from (_limit(sheet, clock) for clock in sheet.procedure.clock.values())
    for name, action in sheet.procedure.action.items():
        if action.extends is not None:
            yield _extension(sheet, name, action, action.extends)
    yield from _letters(sheet)


def _filing(sheet: Sheet) -> Iterator[Row]:
    """Yield who may begin a case, on which conditions, with which material, and which office then has it."""
    p = sheet.procedure
    filers = p.filed_by or tuple(role for role in p.actor if role in SUBJECT_ROLES)
    who = "" if p.opened_only else "、".join(sheet.role(role) for role in filers)
    by_kind = (
        f"{p.kinds[kind]}只能由{'、'.join(sheet.role(role) for role in by) or '系统'}提出"
        for kind, by in p.kind_by.items()
        if kind in p.kinds
    )
    first = f"收到单位：{OFFICES[p.offices.receiving]}；决定单位：{OFFICES[p.offices.deciding]}"
    yield Row(
        "提出", "由其他办件启动" if p.opened_only else "提出申请或者启动", who=who, way=f"→ {sheet.states([p.initial])}",
        condition="；".join([*sheet.conditions(p.filing_guards), *by_kind]),
        letter=sheet.letters.get(p.filing_letter or "", ""), effect=first, cited=sheet.cite(p.filing_basis),
    )  # fmt: skip
    if p.inputs:
        yield Row("提出", "申请表填写", who=who, condition="；".join(map(asked, p.inputs.values())), formal=True)
    for material in p.material.values():
        needed = "必需" if material.required else WHEN.get(material.required_if or "", "可以不交")
        condition = needed if material.filed else "随以后的步骤提交"
        yield Row("提出", f"材料：{material.label}", condition=condition, cited=sheet.cite(p.filing_basis))


def _step(sheet: Sheet, name: str, action: Action) -> Row:
    confirm = name in sheet.adverse and sheet.unread(action.basis)
    ranks = in_words(demanded(action)) if confirm else ""
    only = [f"只能以{ranks}的条款确认，本单位的规定不能代替"] if ranks else []
    to = sheet.states([action.to]) if action.to is not None else "不变"
    return Row(
        "步骤", action.label,
        who="、".join(sheet.role(role) for role in action.by),
        way=f"{sheet.states(action.from_)} → {to}",
        condition="；".join([*_conditions(sheet, action), *only]),
        letter=sheet.letters.get(action.letter or "", ""),
        effect="；".join(_effects(sheet, action)),
        cited=sheet.cite(action.basis), confirm=confirm,
    )  # fmt: skip


def _conditions(sheet: Sheet, action: Action) -> Iterator[str]:
    yield from sheet.conditions(action.guards)
    if action.distinct_from:
        yield f"不得由办理{sheet.labels(action.distinct_from)}的人办理"
    if action.reason:
        yield "事由须从清单选择" if action.reason == "code" else "须写明理由"
    if action.inputs:
        yield f"填写：{'、'.join(map(asked, action.inputs.values()))}"
    if action.materials:
        named = (sheet.procedure.material[one].label for one in action.materials if one in sheet.procedure.material)
        yield f"可以提交：{'、'.join(named)}"


def _effects(sheet: Sheet, action: Action) -> Iterator[str]:
    life = sheet.others[RECORD].action if RECORD in sheet.others else {}
    for one in action.effects:
        yield life[one].label if one in life else CASE_EFFECT_LABELS.get(one, one)
    if action.opens is not None:
        opened = sheet.others.get(action.opens.procedure)
        label = opened.label if opened is not None else action.opens.procedure
        kind = opened.kinds.get(action.opens.kind or "", "") if opened is not None else ""
        yield f"启动“{label}”{f'（{kind}）' if kind else ''}"
    if remedies := [sheet.pack.remedy[one].label for one in action.remedy if one in sheet.pack.remedy]:
        yield f"告知救济：{'、'.join(remedies)}"


def _effect_rows(sheet: Sheet, action: Action) -> Iterator[Row]:
    """Effects that rest on articles of their own: they do not happen before one was read, or the office has confirmed them."""
    life = sheet.others[RECORD].action if RECORD in sheet.others else {}
    for effect, names in action.effect_basis.items():
        label = life[effect].label if effect in life else CASE_EFFECT_LABELS.get(effect, effect)
        yield Row("效果", f"{action.label}：{label}", condition="没有核对、单位也没有确认的，不发生", cited=sheet.cite(names),
                  confirm=sheet.unread(names))  # fmt: skip


def _list_rows(sheet: Sheet, action: Action) -> Iterator[Row]:
    """Articles that the letter of a step cites of one kind of list and of no other; the step's own bases are confirmed all the same."""
    for kind, names in action.list_basis.items():
        label = sheet.pack.list_kind[kind].label if kind in sheet.pack.list_kind else kind
        yield Row(
            "依据",
            f"{action.label}：{label}",
            condition="办件是这一种名单的，文书另引；不代替步骤的依据",
            cited=sheet.cite(names),
        )


def _limit(sheet: Sheet, clock: Clock) -> Row:
    figure = length(clock.days) if clock.days is not None else "到文书写明的日期"
    late = sheet.procedure.action.get(clock.overdue)
    served = FROM_SERVICE if clock.starts == "served" else ""
    day = starting_day(sheet.procedure, clock)
    begins = f"{day}（没有填写的，不适用本期限）" if day else "进入环节"
    pauses = f"在“{sheet.states(clock.pauses_in)}”停止计算" if clock.pauses_in else ""
    set_by = "文书可以写明更短的日期" if clock.days is not None and clock.days.input is not None else ""
    return Row(
        "期限", clock.label, who=sheet.role(clock.owner), way=sheet.states(clock.runs_in),
        condition="；".join(one for one in ("" if served else f"自{begins}起算", pauses, set_by) if one),
        figure=figure + served,
        effect=f"届满：{late.label if late is not None else '督办'}{DUTY if clock.duty else ''}",
        cited=sheet.cite((*clock.basis, *clock.pause_basis)),
    )  # fmt: skip


def _extension(sheet: Sheet, name: str, action: Action, more: Extends) -> Row:
    return Row(
        "延长", f"{action.label}：{sheet.procedure.clock[more.clock].label}",
        who="、".join(sheet.role(role) for role in action.by), way=sheet.states(action.from_),
        condition="；".join(_conditions(sheet, action)), figure=lengthened(more),
        letter=sheet.letters.get(action.letter or "", ""), cited=sheet.cite(action.basis),
        confirm=name in sheet.adverse and sheet.unread(action.basis),
    )  # fmt: skip


def lengthened(extends: Extends) -> str:
    """By how much a limit is extended, in words."""
    found = ("working", extends.working), ("calendar", extends.calendar), ("months", extends.months)
    return "、".join(f"{count}{UNIT_LABELS[unit]}" for unit, count in found if count is not None)


def _letters(sheet: Sheet) -> Iterator[Row]:
    """Yield each kind of letter: the steps that issue it, to whom it goes, with which copies, under which seal."""
    p = sheet.procedure
    issued: dict[str, list[str]] = {p.filing_letter: ["提出申请"]} if p.filing_letter is not None else {}
    for action in p.action.values():
        if action.letter is not None:
            issued.setdefault(action.letter, []).append(action.label)
    for kind, steps in issued.items():
        form = form_of(p, kind)
        copies = f"；抄送{'、'.join(RECEIVERS[one] for one in form.copies)}" if form.copies else ""
        seal = f"；盖{SEALS[form.seal]}" if form.seal is not None else ""
        yield Row(
            "文书", sheet.letters.get(kind, kind), who="提供单位" if form.by == "provider" else "决定单位",
            condition=f"步骤：{'、'.join(steps)}",
            effect=f"送{RECEIVERS[form.to]}{copies}{seal}{'；须送达' if form.served else ''}", formal=True,
        )  # fmt: skip
