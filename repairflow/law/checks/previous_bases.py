"""Whether a step or limit of a new version rests on something that the version before did not rest on: only that excuses a change."""

from __future__ import annotations

from collections.abc import Iterable

from repairflow.law.procedure.model import Procedure


def nothing_new(p: Procedure, now: Iterable[str], before: Iterable[str], old: Procedure) -> bool:
    """Tell whether each basis named now was named there before, or stood in the version before and nobody has read it since.

    Leaving a basis out is no new one; nor is another one of the same file that nobody has read.
    """
    known = {basis.citation for basis in old.basis.values()}
    added = set(now) - set(before)
    return not any(_new(p, name, known) for name in added)


def _new(p: Procedure, name: str, known: set[str]) -> bool:
    basis = p.basis.get(name)
    if basis is None:
        return True  # an article of a statute that this step or limit did not rest on
    return basis.verified or basis.citation not in known
