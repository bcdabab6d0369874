"""What commands share: each says who asks, and many name the one thing that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from repairflow.casework.actor import Actor
from repairflow.casework.command_ids import CommandId


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody asks to be changed."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class OfLetter(Change):
    """A change of one letter, named by its token."""

    letter: str


@dataclass(frozen=True, slots=True)
class OfRecord(Change):
    """A change of one record, named by its number."""

    record: str


@dataclass(frozen=True, slots=True)
class OfImport(Change):
    """A change of one delivered table, named by its token."""

    token: str


@dataclass(frozen=True, slots=True)
class OfBatch(Change):
    """A change of one's own batch, named by its token."""

    token: str


@dataclass(frozen=True, slots=True)
class OfPush(Change):
    """A change of one row of the outbox, named by its id."""

    push: int


@dataclass(frozen=True, slots=True)
class OfAccount(Change):
    """A change of one account, named by its login."""

    login: str


@dataclass(frozen=True, slots=True)
class OfPlace(Change):
    """A change of one office or platform, named by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class OfSubject(Change):
    """A change of one organisation, named by its credit code."""

    subject: str
    given: Mapping[str, str]  # by the names of its form
    command_id: CommandId | None = None  # claimed by a program
