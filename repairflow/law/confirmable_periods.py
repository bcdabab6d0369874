"""Publicity periods and conditions of repair that nobody has read in their source: what an office confirms of them before a letter
may name them, and before a page shows them without 待核实. (Terms of lists are confirmed with their kind of list.) Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import SEVERITY_LABELS, RulePack, Severity
from repairflow.law.procedure.remedy import length
from repairflow.law.toml_file import meaning_digest

PERIODS, CONDITIONS = "periods", "conditions"
"""What is confirmed, in the place of a procedure's name."""
REPAIR_CONDITIONS = "repair_conditions"

Key = tuple[str, str, str]
"""What it is, the digest of its figures and words, its code: the same figures are the same rule in every pack."""


class Confirmable(NamedTuple):
    """Figures or conditions that an office confirms as its own rule, with what nobody has read."""

    key: Key
    label: str
    cites: tuple[str, ...]
    least: str = ""  # the lowest source that carries it (`own_rule_ranks.SOURCES`)


def of_class(pack: RulePack, severity: Severity) -> Confirmable | None:
    """Return the publicity period of a class; None where somebody has read its figures."""
    found = pack.period.get(severity)
    if found is None or pack.read(found.basis):
        return None
    least = f"最短{length(found.minimum)}、" if found.minimum is not None else ""
    words = f"{SEVERITY_LABELS[severity]}失信信息的公示期{least}最长{length(found.maximum)}，自文书作出之日起算"
    return _made(pack, PERIODS, severity, words, found.basis)


def of_conditions(pack: RulePack) -> Confirmable | None:
    """Return the conditions of repair; None where somebody has read all their articles."""
    found = pack.lists.get(REPAIR_CONDITIONS, {})
    basis = tuple(dict.fromkeys(name for one in found.values() for name in one.basis))
    if not found or pack.read(basis):
        return None
    words = f"申请信用修复的条件：{'；'.join(one.label for one in found.values())}"
    return _made(pack, CONDITIONS, REPAIR_CONDITIONS, words, basis)


def every(law: Library) -> Iterator[Confirmable]:
    """Yield each that some pack leaves to be confirmed, once."""
    found: dict[Key, Confirmable] = {}
    for pack in law.packs.values():
        shown = (of_class(pack, severity) for severity, period in pack.period.items() if period.published)
        for one in (*shown, of_conditions(pack)):
            if one is not None:
                found.setdefault(one.key, one)
    yield from found.values()


def _made(pack: RulePack, what: str, code: str, words: str, basis: tuple[str, ...]) -> Confirmable:
    digest = _digest_of(words)
    cites = tuple(pack.basis[name].citation for name in basis if name in pack.basis)
    return Confirmable((what, digest, code), words, cites)


@lru_cache(maxsize=4096)  # each step of a case asks for its record's class; there are a few words for each pack
def _digest_of(words: str) -> str:
    return meaning_digest({"words": words}).removeprefix("sha256:")[:16]
