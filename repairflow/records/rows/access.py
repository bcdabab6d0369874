"""Rows of how people come in and are reached: links, attempts, claimed commands, preferences, drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple


class CredentialLinkRow(NamedTuple):
    """A link by which a person sets a password or second factor."""

    id: int
    person_id: int
    opens: str
    way: str
    token_digest: str
    sealed: bytes | None
    made_by: int | None
    made_at: datetime
    ends_at: datetime
    released_by: int | None
    released_at: datetime | None
    used_at: datetime | None
    ended_at: datetime | None


class AttemptRow(NamedTuple):
    """What one caller has taken of a limit."""

    key: str
    began_at: datetime
    until: datetime
    taken: int


class CommandClaimRow(NamedTuple):
    """A command id in use."""

    command_id: str
    body: str
    at: datetime
    answer: Mapping[str, object] | None


class PreferenceRow(NamedTuple):
    """A channel a person chose for a topic."""

    id: int
    person_id: int
    topic: str
    channel: str


class SavedViewRow(NamedTuple):
    """A view of the queue that an officer keeps."""

    id: int
    person_id: int
    name: str
    query: str
    saved_at: datetime


class OwnPhraseRow(NamedTuple):
    """A phrase for reasons that an officer keeps."""

    id: int
    person_id: int
    text: str
    saved_at: datetime


class CalendarFeedRow(NamedTuple):
    """A calendar subscription."""

    id: int
    token_digest: str
    person_id: int
    created_at: datetime
    ended_at: datetime | None


class DraftRow(NamedTuple):
    """An unfinished filing or step."""

    id: int
    token: str
    person_id: int
    procedure: str
    record_id: int | None
    case_id: int | None
    action: str
    command_id: str
    answers: Mapping[str, object]
    materials: Sequence[str]
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    made: str | None
