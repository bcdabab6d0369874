"""Remedies that a statute of one province gives: told there, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from repairflow.law.checks.checked_files import Checked
from repairflow.law.divisions import province_of, provinces
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack


def check(checked: Checked, packs: Iterable[RulePack]) -> None:
    """Note each step that sends its reader to a body of a province in which the version does not hold."""
    given = _given(packs)
    for where, p in checked.procedures.items():
        _note(checked, where, p, given, "")
    for where, overlay in checked.overlays.items():
        if overlay.office is None and where in checked.results:
            _note(checked, where, checked.results[where], given, province_of(overlay.jurisdiction or ""))


def _given(packs: Iterable[RulePack]) -> Mapping[str, str]:
    """By remedy, the province whose statute it rests on; those of the whole country are left out."""
    found: dict[str, str] = {}
    for pack in packs:
        for code, remedy in pack.remedy.items():
            cites = [pack.basis[name].cite for name in remedy.basis if name in pack.basis]
            place = next((one for one in provinces() for cite in cites if one in cite), None)
            if place is not None:
                found[code] = place
    return found


def _note(checked: Checked, where: str, p: Procedure, given: Mapping[str, str], here: str) -> None:
    for name, action in p.action.items():
        for code in action.remedy:
            if given.get(code, here) != here:
                holds = f"本细化适用于{here}" if here else "本版适用于全国"
                text = (
                    f"动作“{action.label}”（{name}）告知的救济“{code}”是{given[code]}的条例给的，{holds}；请改正 remedy"
                )
                checked.add("basis_elsewhere", where, ("action", name, "remedy"), text)
