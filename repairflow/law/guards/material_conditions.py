"""Named conditions under which a procedure file may require a material (`required_if`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from repairflow.law.guards.facts import Facts

REPAIR_MEANS = ("training", "credit_report", "public_service", "donation", "on_time_performance")
"""Means of repair (修复方式) that a rule pack may ask evidence of, by `switch.asks_<means> = "serious,…"`."""


def _pack_asks(means: str) -> Callable[[Facts], bool]:
    def holds(facts: Facts) -> bool:
        classes = str(facts.pack.switch.get(f"asks_{means}", "")).split(",")
        return facts.record is not None and facts.record.severity in classes

    return holds


PREDICATES: Mapping[str, Callable[[Facts], bool]] = {
    "filed_by_agent": lambda facts: facts.filed_by_agent,
    "filed_on_paper": lambda facts: not str(facts.filing.get("commitment_signed_by") or "").strip(),
    **{f"pack_asks_{means}": _pack_asks(means) for means in REPAIR_MEANS},
}


def required_materials(facts: Facts) -> dict[str, str]:
    """Kinds and labels of the materials this filing must bring; what it promises to bring by a day of its own is none of them."""
    promised = bool(facts.filing.get("promised_day"))
    return {
        kind: label
        for kind, label in all_required(facts).items()
        if not (promised and facts.procedure.material[kind].deferrable)
    }


def all_required(facts: Facts) -> dict[str, str]:
    """Kinds and labels of the materials that a decision needs, promised ones among them."""
    return {
        kind: material.label
        for kind, material in facts.procedure.material.items()
        if material.required or (material.required_if is not None and PREDICATES[material.required_if](facts))
    }
