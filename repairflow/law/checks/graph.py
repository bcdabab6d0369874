"""A procedure as a graph of states: what leads where, what can be reached. Names that resolve to nothing are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from repairflow.law.procedure.model import Procedure


@dataclass(frozen=True, slots=True)
class Edge:
    """One way an action may be taken; `target` is `source` itself for a step that stays."""

    action: str
    source: str
    target: str


KEPT = 64
"""Procedures whose graphs are kept: many checks, one after another, look at each of them."""


class Key:
    """A procedure as the key of a cache: itself, not what it holds."""

    __slots__ = ("procedure",)

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure

    def __hash__(self) -> int:
        return id(self.procedure)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.procedure is self.procedure


def edges(procedure: Procedure) -> tuple[Edge, ...]:
    """Return every way to take every action, in the order of the file."""
    return _edges(Key(procedure))


@lru_cache(maxsize=KEPT)
def _edges(key: Key) -> tuple[Edge, ...]:
    procedure = key.procedure
    return tuple(
        Edge(name, source, action.to or source)
        for name, action in procedure.action.items()
        for source in action.from_
        if source in procedure.state and (action.to is None or action.to in procedure.state)
    )


def closure(starts: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the starts and all that follows them."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += following.get(state, ())
    return seen


def successors(procedure: Procedure) -> Mapping[str, tuple[str, ...]]:
    """Return the states one step away from each state."""
    return _successors(Key(procedure))


@lru_cache(maxsize=KEPT)
def _successors(key: Key) -> Mapping[str, tuple[str, ...]]:
    following: dict[str, list[str]] = {state: [] for state in key.procedure.state}
    for edge in edges(key.procedure):
        following[edge.source].append(edge.target)
    return MappingProxyType({state: tuple(targets) for state, targets in following.items()})


def predecessors(procedure: Procedure) -> dict[str, list[str]]:
    """Return the states one step before each state."""
    before: dict[str, list[str]] = {state: [] for state in procedure.state}
    for edge in edges(procedure):
        before[edge.target].append(edge.source)
    return before


def reachable(procedure: Procedure) -> set[str]:
    """Return the states a case can come to stand in."""
    return closure({procedure.initial} & set(procedure.state), successors(procedure))
