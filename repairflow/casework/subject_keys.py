"""By what a filing names its subject: the credit code of an organisation; of a natural person, whose number lies in the vault,
a key that is good only for who speaks for that person."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, and_

from repairflow.casework.actor import Actor
from repairflow.records import subject

PERSON = "ZRR-"
LONGEST = 9


class Keyed(Protocol):
    """What a key is made of: a row of a subject has it."""

    @property
    def id(self) -> int: ...
    @property
    def uscc(self) -> str | None: ...


def key_of(row: Keyed) -> str:
    """Return the key of a subject."""
    return row.uscc or f"{PERSON}{row.id}"


def named(key: str, actor: Actor) -> ColumnElement[bool]:
    """Return the subject that a key names to this actor: nobody learns from it whether a person is known."""
    rest = key.removeprefix(PERSON)
    if key.startswith(PERSON) and rest.isascii() and rest.isdigit() and len(rest) <= LONGEST:
        own = subject.c.id.in_(sorted(actor.subjects))
        return and_(subject.c.id == int(rest), subject.c.uscc.is_(None), own)
    return subject.c.uscc == key
