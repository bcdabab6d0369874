"""Facts of the day of a step that nothing else in its history says: kept in its event, so that its guards can be asked again.

What a step's form, materials, earlier steps and due days were stands in the trail anyway. The state of the record, other
cases and pushes may be others tomorrow; of these the event keeps what a guard looked at, and no more.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType
from typing import Any, cast, get_type_hints

from pydantic import TypeAdapter

from repairflow.law.guards import Answer, Facts, answer_all
from repairflow.law.procedure.model import GuardUse

OF_THE_DAY = frozenset(
    {
        "record",
        "open_same",
        "pushes",
        "no_commitment_until",
        "linked",
        "decided_before",
        "closes_at",
        "documents",
        "answerable",
        "new_dishonesty",
        "last_dishonesty",
        "rungs",
        "entry_stands",
    }
)
"""The fields of Facts that may be others now."""


class _Watched:
    """Facts that remember which of those of the day were looked at; stands in for them, since a copy costs more than most
    guards do."""

    __slots__ = ("_facts", "seen")

    def __init__(self, facts: Facts) -> None:
        self._facts, self.seen = facts, set[str]()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  of whatever type the fact is
        if name in OF_THE_DAY:
            self.seen.add(name)
        return getattr(self._facts, name)


def ask(uses: tuple[GuardUse, ...], facts: Facts) -> tuple[tuple[Answer, ...], dict[str, object]]:
    """Ask all guards; beside their answers stands what of the day they looked at, as an event keeps it."""
    if not uses:
        return (), {}
    watched = _Watched(facts)
    answers = answer_all(uses, cast(Facts, watched))
    return answers, {name: _plain(getattr(facts, name)) for name in sorted(watched.seen)}


def recalled(kept: Mapping[str, object]) -> dict[str, Any]:  # each of its own type in Facts
    """Return the facts that an event kept, as guards take them; raises ValidationError for what is none."""
    return {name: _reader(name).validate_python(value) for name, value in kept.items() if name in OF_THE_DAY}


_KEPT_AS_THEY_ARE = frozenset({str, int, bool, NoneType})  # most of a record: asked first, by the class alone


def _plain(value: Any) -> object:  # noqa: ANN401  a field of Facts
    kind = value.__class__
    if kind in _KEPT_AS_THEY_ARE:
        return value
    if kind is date:
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _names(kind)}
    return value.isoformat() if isinstance(value, date) else value


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cast(Any, kind)))


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(Facts)[name])
