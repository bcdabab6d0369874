"""What lies before a step: the steps that may, those that must, and the answers a question admits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from repairflow.law.checks.graph import KEPT, Key, closure, edges, reachable, successors
from repairflow.law.procedure.model import Input, Procedure
from repairflow.law.procedure.packs import RulePack


def before(procedure: Procedure) -> dict[str, frozenset[str]]:
    """For each action, the actions that may have been taken earlier in the same case."""
    return _before(Key(procedure))


@lru_cache(maxsize=KEPT)
def _before(key: Key) -> dict[str, frozenset[str]]:
    p = key.procedure
    following, arrived = successors(p), reachable(p)
    after: dict[str, set[str]] = {}
    for name, action in p.action.items():
        starts = [s for s in action.from_ if s in arrived]
        goes_to = [action.to] if action.to is not None and action.to in p.state and starts else starts
        after[name] = closure(goes_to, following)
    return {
        name: frozenset(other for other in p.action if after[other] & set(action.from_) & arrived)
        for name, action in p.action.items()
    }


def without(procedure: Procedure, barred: Collection[str]) -> frozenset[str]:
    """Return the states a case can come to stand in when none of these actions is ever taken."""
    return _without(Key(procedure), frozenset(barred))


@lru_cache(maxsize=64 * KEPT)
def _without(key: Key, barred: frozenset[str]) -> frozenset[str]:
    procedure = key.procedure
    following: dict[str, list[str]] = {}
    for edge in edges(procedure):
        if edge.action not in barred:
            following.setdefault(edge.source, []).append(edge.target)
    return frozenset(closure({procedure.initial} & set(procedure.state), following))


def always_before(procedure: Procedure, steps: Collection[str], state: str) -> bool:
    """Tell whether every way into a state takes one of these steps."""
    return state not in without(procedure, steps)


def possible_answers(item: Input, packs: Iterable[RulePack]) -> set[str]:
    """Return the answers a closed question admits, in small letters; empty for an open one."""
    if item.kind == "boolean":
        return {"true", "false"}
    if item.kind == "choice" and item.choices is not None:
        return {code.lower() for pack in packs for code in pack.lists.get(item.choices, {})}
    return set()
