"""Articles that are no longer in force, or were to be read again by now, wherever a file names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.library import Library
from repairflow.law.reviewing.rows import overdue


@dataclass(frozen=True, slots=True)
class Due:
    """One article to read again, and why."""

    citation: str
    recheck_by: date | None
    ended: date | None  # the last day it was in force, where that has passed

    @property
    def why(self) -> str:
        if self.ended is not None:
            return f"到 {self.ended} 已经失效"
        return f"应当在 {self.recheck_by} 以前再次核对"


def to_read_again(law: Library, today: date) -> tuple[Due, ...]:
    """Return every article that any statute, pack or version names and that is overdue, each once, by its citation."""
    found: dict[str, Due] = {}
    for basis in _named(law):
        if overdue(basis, today):
            ended = basis.valid_to if basis.valid_to is not None and basis.valid_to < today else None
            found[basis.citation] = Due(basis.citation, basis.recheck_by, ended)
    return tuple(found[citation] for citation in sorted(found))


def _named(law: Library) -> Iterator[Basis]:
    yield from law.statutes.values()
    for pack in law.packs.values():
        yield from pack.basis.values()
    for procedure in law.procedures.values():
        yield from procedure.basis.values()
