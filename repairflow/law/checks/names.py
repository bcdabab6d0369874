"""Do all names resolve: inside the file, in the program (guards), in the rule packs, in the record's life."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from repairflow.law.checks.report import CASE_EFFECTS, Report
from repairflow.law.own_rule_ranks import BURDENING_EFFECTS
from repairflow.law.procedure.model import Action, Clock, GuardUse, Input
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import OUTCOMES


def check(report: Report) -> None:
    """Find every name that resolves to nothing."""
    p = report.procedure
    _known(report, "state_unknown", [p.initial], p.state, ("initial",), "initial ")
    _known(report, "role_unknown", p.filed_by, p.actor, ("filed_by",), "filed_by ")
    _known(report, "kind_unknown", p.kind_by, p.kinds, ("kind_by",), "kind_by ")
    for kind, roles in p.kind_by.items():
        _known(report, "role_unknown", roles, p.filed_by or tuple(p.actor), ("kind_by", kind), f"种类“{kind}”的提出人 ")
    _guards(report, p.filing_guards, ("filing_guards",), "提出申请")
    _letter(report, p.filing_letter, ("filing_letter",), "提出申请")
    _bases(report, p.filing_basis, ("filing_basis",), "提出申请")
    if (p.filing_guards or p.material) and not p.filing_basis and not report.is_record:
        text = "提出的条件和申请材料没有写明依据；请写 filing_basis，条文没有核对过的照样写明，审核表标“待核”"
        report.hint("filing_without_basis", ("procedure",), text)
    for name, item in p.inputs.items():
        _choices(report, item, ("inputs", name))
    for name, material in p.material.items():
        wanted, known = material.required_if, report.names.predicates
        if wanted is not None:
            what = f"材料“{material.label}”"
            _known(report, "predicate_unknown", [wanted], known, ("material", name, "required_if"), what)
    for name, state in p.state.items():
        if state.outcome is not None:
            _known(report, "outcome_unknown", [state.outcome], OUTCOMES, ("state", name), report.state(name))
    for name, clock in p.clock.items():
        _clock(report, name, clock)
    for name, action in p.action.items():
        _action(report, name, action)


def _clock(report: Report, name: str, clock: Clock) -> None:
    p, at, what = report.procedure, ("clock", name), report.clock(name)
    _known(report, "state_unknown", clock.runs_in, p.state, (*at, "runs_in"), f"{what}的 runs_in ")
    _known(report, "state_unknown", clock.pauses_in, p.state, (*at, "pauses_in"), f"{what}的 pauses_in ")
    _known(report, "role_unknown", [clock.owner], p.actor, (*at, "owner"), f"{what}的 owner ")
    _bases(report, (*clock.basis, *clock.pause_basis), at, what)
    if clock.overdue != "escalate":
        _known(report, "action_unknown", [clock.overdue], p.action, (*at, "overdue"), f"{what}的 overdue ")


def _action(report: Report, name: str, action: Action) -> None:
    p, at, what = report.procedure, ("action", name), report.action(name)
    _known(report, "state_unknown", action.from_, p.state, (*at, "from"), f"{what}的 from ")
    _known(report, "state_unknown", _some(action.to), p.state, (*at, "to"), f"{what}的 to ")
    _known(report, "role_unknown", action.by, p.actor, (*at, "by"), f"{what}的 by ")
    others = action.distinct_from
    _known(report, "action_unknown", others, p.action, (*at, "distinct_from"), f"{what}的 distinct_from ")
    _known(report, "undo_unknown", _some(action.undo), p.action, (*at, "undo"), f"{what}的 undo ")
    _bases(report, action.basis, at, what)
    for effect, names in action.effect_basis.items():
        if effect not in action.effects:
            text = f"{what}的 effect_basis 写了“{effect}”，它不是本步骤的效果；请改正或者删去"
            report.find("effect_basis", (*at, "effect_basis"), text)
        _bases(report, names, (*at, "effect_basis"), f"{what}的效果“{effect}”")
    _list_bases(report, action, (*at, "list_basis"), what)
    for effect in sorted(BURDENING_EFFECTS.intersection(action.effects).difference(action.effect_basis)):
        text = f"{what}的效果“{effect}”使当事人负担更久，须另写依据；请在 effect_basis 中写明，没有核对的照样写明"
        report.find("effect_basis", (*at, "effects"), text)
    _guards(report, action.guards, (*at, "guards"), what)
    _letter(report, action.letter, (*at, "letter"), what)
    for key, item in action.inputs.items():
        _choices(report, item, (*at, "inputs", key))
        _known(
            report,
            "action_unknown",
            item.after,
            p.action,
            (*at, "inputs", key),
            f"{what}的填写项“{item.label}”的 after ",
        )
    _known(report, "material_unknown", action.materials, p.material, (*at, "materials"), f"{what}的 materials ")
    if action.reason == "code":
        _list(report, p.ground_list(name), (*at, "reason"), f"{what}选择事由")
    if action.extends is not None:
        _known(report, "clock_unknown", [action.extends.clock], p.clock, (*at, "extends"), f"{what}的 extends ")
    if action.opens is not None:
        known = report.names.procedures
        _known(report, "procedure_unknown", [action.opens.procedure], known, (*at, "opens"), what)
    for remedy in action.remedy:
        _in_packs(
            report,
            "remedy_unknown",
            remedy,
            {pack.pack: pack.remedy for pack in _packs(report)},
            (*at, "remedy"),
            what,
        )
    effects = [effect for effect in action.effects if effect not in CASE_EFFECTS]
    if report.names.record is not None:
        _known(report, "effect_unknown", effects, report.names.record.action, (*at, "effects"), what)
    elif effects:
        report.add("record_missing", (*at, "effects"), what=what)


def _list_bases(report: Report, action: Action, at: tuple[str, ...], what: str) -> None:
    if not action.list_basis:
        return
    kinds = {kind for pack in _packs(report) for kind in pack.list_kind}
    _known(report, "list_kind_unknown", action.list_basis, kinds, at, f"{what}的 list_basis ")
    for kind, names in action.list_basis.items():
        _bases(report, names, at, f"{what}对名单“{kind}”所引的条文")


def _some(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _known(
    report: Report, code: str, used: Iterable[str], known: Collection[str], at: tuple[str, ...], what: str
) -> None:
    for name in used:
        if name not in known:
            packs = "、".join(pack.pack for pack in report.names.packs_for(report.procedure)) or "无"
            report.add(code, at, what=what, name=name, known="、".join(sorted(known)), packs=packs)


def _bases(report: Report, used: Iterable[str], at: tuple[str, ...], what: str) -> None:
    own, packs = report.procedure.basis, report.names.packs_for(report.procedure)
    lacking = [name for name in used if name not in own and not any(name in pack.basis for pack in packs)]
    if lacking:
        known = {*own, *(basis for pack in packs for basis in pack.basis)}
        _known(report, "basis_unknown", lacking, known, (*at, "basis"), f"{what}的 basis ")


def _letter(report: Report, kind: str | None, at: tuple[str, ...], what: str) -> None:
    _known(report, "letter_unknown", _some(kind), report.names.letters, at, what)


def _choices(report: Report, item: Input, at: tuple[str, ...]) -> None:
    if item.choices is not None:
        _list(report, item.choices, at, f"填写项“{item.label}”")


def _list(report: Report, name: str, at: tuple[str, ...], what: str) -> None:
    _in_packs(report, "list_unknown", name, {pack.pack: pack.lists for pack in _packs(report)}, at, what)


def _packs(report: Report) -> tuple[RulePack, ...]:
    return report.names.packs_for(report.procedure)


def _in_packs(
    report: Report, code: str, name: str, has: Mapping[str, Collection[str]], at: tuple[str, ...], what: str
) -> None:
    """Check that a case may be pinned to any pack in force with its version: each has to have what the file names, or its base."""
    lacking = [p.pack for p in _packs(report) if name not in has[p.pack] and name not in has.get(p.over or "", ())]
    if lacking or not has:
        report.add(code, at, what=what, name=name, packs="、".join(lacking) or "无")


def _guards(report: Report, uses: Iterable[GuardUse], at: tuple[str, ...], what: str) -> None:
    p = report.procedure
    declared: dict[str, Collection[str]] = {"action": p.action, "clock": p.clock, "state": p.state, "role": p.actor}
    for use in uses:
        takes = report.names.guards.get(use.guard)
        if takes is None:
            report.add("guard_unknown", at, what=what, name=use.guard)
            continue
        for key, value in use.parameters.items():
            if key not in takes:
                known = "、".join(takes) or "无"
                report.add("guard_parameter", at, what=what, guard=use.guard, name=key, known=known)
            elif key in declared and value not in declared[key]:
                report.add("guard_value", at, what=what, guard=use.guard, key=key, name=value)
