"""What a transaction has read and need not ask again: a page asks for the same office, rule or letter from many places.

A reading transaction has a stable view, so the same question has the same answer until it ends, and nothing is kept longer. A
writing one asks each time, unless whoever opened it says what does not change meanwhile (`standing_still`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection

A = TypeVar("A")
_READ, _STILL, _RULES = "read_once", "standing_still", "rules_stand"
MOST = 2_000
"""Answers that one transaction keeps; one that walks a whole archive begins anew beyond that."""


@contextmanager
def stable_view(tx: Connection) -> Iterator[None]:
    """Within the block the transaction sees one state of the database: each question is asked once."""
    with _within(tx, _READ):
        yield


def sees_one_state(tx: Connection) -> bool:
    """Tell whether the transaction asks each question once."""
    return _READ in tx.info


@contextmanager
def standing_still(tx: Connection) -> Iterator[None]:
    """Within the block nobody changes a subject, an office or a target in this writing transaction: each is read once."""
    with _within(tx, _STILL):
        yield


@contextmanager
def rules_stand(tx: Connection) -> Iterator[None]:
    """Within the block nobody changes an office or what it has confirmed as its own rules: a step of a case, and those it brings on,
    ask for each once."""
    if _RULES in tx.info:  # of the step that brought this one on
        yield
        return
    with _within(tx, _RULES):
        yield


def read_once(tx: Connection, name: Hashable, ask: Callable[[], A]) -> A:
    """Return what `ask` answers; in a reading transaction what it answered the first time under this name."""
    return _kept(tx, (_READ,), name, ask)


def once(tx: Connection, name: Hashable, ask: Callable[[], A]) -> A:
    """As `read_once`, for what a writing transaction need not ask again either, within `standing_still`."""
    return _kept(tx, (_READ, _STILL), name, ask)


def once_a_step(tx: Connection, name: Hashable, ask: Callable[[], A]) -> A:
    """As `once`, for what no step of a case changes: also within `rules_stand`."""
    return _kept(tx, (_READ, _STILL, _RULES), name, ask)


@contextmanager
def _within(tx: Connection, block: str) -> Iterator[None]:
    kept = tx.info  # asked now: of a connection that was lost within the block it cannot be asked any more
    kept[block] = {}
    try:
        yield
    finally:
        kept.pop(block, None)  # what is kept with a connection outlives its transaction


def _kept(tx: Connection, blocks: tuple[str, ...], name: Hashable, ask: Callable[[], A]) -> A:
    within: dict[Hashable, A] | None = next((tx.info[one] for one in blocks if one in tx.info), None)
    if within is None:
        return ask()
    if name not in within:
        found = ask()
        if len(within) >= MOST:
            within.clear()
        within[name] = found
    return within[name]
