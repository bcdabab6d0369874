"""The public guide (办事指南) of a procedure, drawn from its file and a rule pack: nothing on it is written twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.guards import GUARDS
from repairflow.law.procedure.clock_starts import starting_day
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Days, GuardUse, Procedure
from repairflow.law.procedure.packs import SEVERITY_LABELS, RulePack
from repairflow.law.procedure.paths import usual_path
from repairflow.law.procedure.roles import role_side

FEE = "不收取任何费用"
"""Repair and objection are free; deletion for money is punished (《信用修复管理办法》)."""


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    """A material to bring; `when` says in Chinese when it is needed."""

    label: str
    when: str
    hint: str


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One stage of the usual way: which posts of the office act, and what they may do there."""

    label: str
    who: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuideLimit:
    """One limit: how long, for whom, what follows when it runs out, and whether its figure was read in its source."""

    label: str
    length: str
    who: str
    overdue: str
    basis: tuple[str, ...]
    verified: bool
    extended: str = ""  # by how much an office may extend it, and who approves it; only where an article says so


@dataclass(frozen=True, slots=True)
class GuidePeriod:
    """The publicity periods of a severity class, in words, and whether somebody has read them in their source."""

    label: str
    minimum: str
    maximum: str
    verified: bool


@dataclass(frozen=True, slots=True)
class GuideRemedy:
    """What one may do against a result."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything the guide page of a procedure says."""

    title: str
    version: str
    effective: date
    summary: str
    who: tuple[str, ...]  # who may apply; empty where an office opens the case
    conditions: tuple[str, ...]
    conditions_verified: bool  # whether somebody has read what the conditions rest on
    materials_verified: bool  # whether somebody has read what the materials are asked by
    questions: tuple[str, ...]  # what the form asks besides materials
    materials: tuple[GuideMaterial, ...]
    steps: tuple[GuideStep, ...]
    limits: tuple[GuideLimit, ...]
    results: tuple[str, ...]
    remedies: tuple[GuideRemedy, ...]
    periods: tuple[GuidePeriod, ...]
    basis: tuple[str, ...]
    fee: str
    contact: Mapping[str, str]


WHEN: Mapping[str, str] = {
    "filed_by_agent": "由代理人办理的，必需",
    "filed_on_paper": "网上填写、签署的不需要；到窗口提交的，必需",
    "pack_asks_training": "规则要求参加专题培训的失信程度，必需",
    "pack_asks_credit_report": "规则要求提交信用报告的失信程度，必需",
    "pack_asks_public_service": "规则要求参加公益活动的失信程度，必需",
    "pack_asks_donation": "规则要求慈善捐助的失信程度，必需",
    "pack_asks_on_time_performance": "规则要求按时履约的失信程度，必需",
}
"""In words, the conditions under which a material is required."""


def guide(procedure: Procedure, pack: RulePack, contact: Mapping[str, str] | None = None) -> Guide:
    """Return the guide page of a procedure under a rule pack; `contact` comes from an overlay. Cites verified bases only."""
    p, conditions = procedure, _conditions(procedure, pack)
    return Guide(
        title=p.label,
        version=p.version,
        effective=p.effective,
        summary=p.summary,
        who=_who(p),
        conditions=tuple(dict.fromkeys(label for label, _ in conditions)),
        conditions_verified=all(_read(basis, p, pack) for _, basis in conditions),
        materials_verified=not p.material or _read(p.filing_basis, p, pack),
        questions=tuple(item.label for item in p.inputs.values()),
        materials=tuple(_materials(p)),
        steps=tuple(_steps(p)),
        limits=tuple(_limit(p, pack, name) for name in p.clock),
        results=tuple(state.label for state in p.state.values() if state.final),
        remedies=tuple(_remedies(p, pack)),
        periods=tuple(_periods(pack)) if p.subject == "record" else (),
        basis=_cites(p.basis, p, pack),
        fee=FEE,
        contact=dict(contact or {}),
    )


def length(days: Days) -> str:
    """Return a length of time in words: 3 个工作日, 30 日, 6 个月, 1 年."""
    return f"{days.count} {UNIT_LABELS[days.unit]}"


def _cites(names: Iterable[str], p: Procedure, pack: RulePack) -> tuple[str, ...]:
    found = (p.basis.get(name) or pack.basis.get(name) for name in names)
    return tuple(dict.fromkeys(basis.citation for basis in found if basis is not None and basis.verified))


def _read(names: Iterable[str], p: Procedure, pack: RulePack) -> bool:
    """Tell whether some basis is named and somebody read each of them."""
    found = [p.basis.get(name) or pack.basis.get(name) for name in names]
    return bool(found) and all(basis is not None and basis.verified for basis in found)


def _who(p: Procedure) -> tuple[str, ...]:
    if p.opened_only:
        return ()
    # an officer who may file besides (依职权, 窗口登记) is no applicant
    roles = p.filed_by or tuple(p.actor)
    return tuple(p.actor[role] for role in roles if role in p.actor and role_side(role) == "subject")


def _conditions(p: Procedure, pack: RulePack) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the pack's list of conditions where the form works through one; otherwise what is asked before acceptance: each with what it
    rests on."""
    for action in p.action.values():
        for item in action.inputs.values():
            if item.kind == "conditions":
                return tuple((one.label, one.basis) for one in pack.lists.get(item.choices or "", {}).values())
    onward = usual_path(p)[1:2]
    uses: list[tuple[GuardUse, tuple[str, ...]]] = [(use, p.filing_basis) for use in p.filing_guards]
    for action in p.actions_from(p.initial).values():
        if action.to in onward:
            uses += [(use, action.basis) for use in action.guards]
    return tuple((GUARDS[use.guard].label, basis) for use, basis in uses if use.guard in GUARDS)


def _materials(p: Procedure) -> Iterable[GuideMaterial]:
    for material in p.material.values():
        if material.source == "auto":
            when = "由办理机关自行获取，无需提交"
        elif material.required:
            when = "必需"
        elif not material.filed:
            when = "申请时不收，办理中需要时提交"
        else:
            when = WHEN.get(material.required_if or "", "需要时提供")
        yield GuideMaterial(material.label, when, material.hint or "")


def _steps(p: Procedure) -> Iterable[GuideStep]:
    """Yield the stages of the usual way; states that share a stage are one."""
    stages: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for name in usual_path(p):
        state = p.state[name]
        who, actions = stages.setdefault(state.stage or ("办结" if state.final else state.label), ({}, {}))
        for action in p.actions_from(name).values():
            offices = [role for role in action.by if role in p.actor and role_side(role) == "office"]
            if action.to is not None and offices:
                actions[action.label] = None
                who.update((p.actor[role], None) for role in offices)
    for label, (who, actions) in stages.items():
        yield GuideStep(label, "、".join(who), tuple(actions))


def _limit(p: Procedure, pack: RulePack, name: str) -> GuideLimit:
    clock = p.clock[name]
    if clock.days is not None:
        text = (
            "自文书送达起" if clock.starts == "served" else f"自{starting_day(p, clock)}起" if clock.starts_on else ""
        )
        text += length(clock.days) + ("（可在文书中另定）" if clock.days.input is not None else "")
    else:
        text = "到文书写明的日期为止"
    action = p.action.get(clock.overdue)
    late = "由办理机关催告" if role_side(clock.owner) == "subject" else "机关逾期的，由信用主管部门督办"
    overdue = action.label if action is not None else late
    cites = _cites(clock.basis, p, pack) if clock.verified else ()  # an unread figure is never shown as law
    longer = _extended(p, pack, name) if clock.verified else ""
    return GuideLimit(clock.label, text, p.actor.get(clock.owner, clock.owner), overdue, cites, clock.verified, longer)


def _extended(p: Procedure, pack: RulePack, clock: str) -> str:
    for action in p.action.values():
        extends = action.extends
        if extends is not None and extends.clock == clock and _cites(action.basis, p, pack):
            said = f"可以延长 {_days_of(extends)}"
            return f"经{extends.approver}批准，{said}" if extends.approver else said
    return ""


def _days_of(extends: Extends) -> str:
    count, unit = next(
        (count, unit) for unit in ("working", "calendar", "months") if (count := getattr(extends, unit)) is not None
    )
    return f"{count} {UNIT_LABELS[unit]}"


def _remedies(p: Procedure, pack: RulePack) -> Iterable[GuideRemedy]:
    for name in dict.fromkeys(remedy for action in p.action.values() for remedy in action.remedy):
        if name in pack.remedy and pack.may_tell(pack.remedy[name]):
            yield GuideRemedy(pack.remedy[name].label, pack.remedy[name].in_words({}))


def _periods(pack: RulePack) -> Iterable[GuidePeriod]:
    for severity, period in pack.period.items():
        minimum = length(period.minimum) if period.minimum is not None else "无"
        maximum = length(period.maximum)
        if not period.published:
            maximum = f"原则上不公示，确需公示的 {maximum}"
        yield GuidePeriod(SEVERITY_LABELS[severity], minimum, maximum, pack.read(period.basis))
