"""Two versions of a procedure, or two rule packs, beside each other, in labels: what a lawyer reads to see what a new one changes. Pure."""

from __future__ import annotations

from typing import NamedTuple

from repairflow.law.comparison_lines import NAME, Said, Titles, of_pack, of_procedure
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

UNTITLED = Titles()
GONE, NEW = "删去", "新增"
CITED = "依据"
"""Part of the file with the bases."""
CITING = frozenset({CITED, "提出的依据"})
"""Respects of a rule in which it names them."""


class Change(NamedTuple):
    """One respect in which the versions differ; a dash where one of them has nothing of the kind."""

    part: str
    what: str
    respect: str
    was: str
    now: str
    code: str = ""

    @property
    def of_citations(self) -> bool:
        """Whether only what a rule cites, or who read it, has changed: nobody is treated otherwise for that."""
        return self.part == CITED or self.respect in CITING


def differences(old: Procedure, new: Procedure, titles: Titles = UNTITLED) -> list[Change]:
    """Everything that differs, in the order of the newer file; empty when they mean the same but for their versions."""
    return _compared(of_procedure(old, titles), of_procedure(new, titles))


def pack_differences(old: RulePack, new: RulePack) -> list[Change]:
    """As `differences`, of two whole rule packs."""
    return _compared(of_pack(old), of_pack(new))


def _compared(old: Said, new: Said) -> list[Change]:
    before, after = dict(old), dict(new)
    were, are = ({(line.part, line.code) for line in one} for one in (before, after))
    labels = {
        (line.part, line.code): text for one in (before, after) for line, text in one.items() if line.respect == NAME
    }
    found: list[Change] = []
    told: set[tuple[str, str]] = set()
    for line in dict.fromkeys((*after, *before)):
        thing = (line.part, line.code)
        what = labels.get(thing, line.code)
        if thing not in were or thing not in are:
            if thing not in told:
                told.add(thing)
                respect, was, now = (NEW, "—", what) if thing in are else (GONE, what, "—")
                found.append(Change(line.part, what, respect, was, now, line.code))
        elif (was := before.get(line, "—")) != (now := after.get(line, "—")):
            found.append(Change(line.part, what, line.respect, was, now, line.code))
    return found
