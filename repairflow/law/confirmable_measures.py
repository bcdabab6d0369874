"""Measures (失信惩戒措施) that nobody has read in their source: what an office confirms of each before a letter may name it, and
before a page shows it without 待核实. A list that is confirmed carries none of the measures that hang on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repairflow.law.confirmable_periods import Confirmable, Key
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import length
from repairflow.law.toml_file import meaning_digest

MEASURES = "measures"
"""What is confirmed, in the place of a procedure's name."""


def of_measure(pack: RulePack, code: str) -> Confirmable | None:
    """Return a measure as an office confirms it; None where somebody has read what it rests on, or the pack has none of this code."""
    found = pack.measure.get(code)
    if found is None or pack.read(found.basis):
        return None
    cites = tuple(pack.basis[name].citation for name in found.basis if name in pack.basis)
    worded = found.model_dump(include={"label", "force", "permanent", "lift_with_record"}) | {
        "term": length(found.term)
    }
    digest = meaning_digest({**worded, "basis": list(cites)}).removeprefix("sha256:")
    lasts = "永久" if found.permanent else f"最长{length(found.term)}" if found.term is not None else "随所依附的信息"
    return Confirmable((MEASURES, digest[:16], code), f"{found.label}（{lasts}）", cites, found.source_rank or "")


def least_sources(law: Library) -> Mapping[Key, str]:
    """Of each measure to be confirmed that names one, the lowest source that carries it."""
    return {one.key: one.least for one in every(law) if one.least}


def every(law: Library) -> Iterator[Confirmable]:
    """Yield each that some pack leaves to be confirmed, once."""
    found: dict[Key, Confirmable] = {}
    for pack in law.packs.values():
        for code in pack.measure:
            if (one := of_measure(pack, code)) is not None:
                found.setdefault(one.key, one)
    yield from found.values()
