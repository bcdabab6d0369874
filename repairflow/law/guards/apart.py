"""Kinds of filings that go on beside another: a request to annul a listing is no duplicate of one to leave the list."""

from __future__ import annotations

from collections.abc import Iterable

from repairflow.law.procedure.model import GuardUse

DUPLICATE = "no_duplicate_pending"


def stands_apart(guards: Iterable[GuardUse], kind: str | None) -> bool:
    """Tell whether a filing of this kind goes on beside open cases of other kinds: only one of its own kind is a duplicate."""
    return kind is not None and any(g.guard == DUPLICATE and g.parameters.get("apart") == kind for g in guards)
