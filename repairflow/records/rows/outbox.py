"""Rows of what happens after commit: the outbox, its targets, and people's inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple


class TargetRow(NamedTuple):
    """A platform that is told of changes."""

    id: int
    code: str
    name: str
    kind: str
    url: str
    secret: bytes
    office_id: int | None
    active: bool
    rest_until: datetime | None
    held_at: datetime | None
    held_why: str | None
    inbound_office_id: int | None
    receipt_key: str | None
    page_url: str | None
    takes: Sequence[str] | None
    absent_words: str | None


class ExchangeKeyRow(NamedTuple):
    """A pair of keys by which messages are signed; `sealed` is None once it signs no more."""

    id: int
    code: str
    public: str
    sealed: bytes | None
    valid_from: datetime
    valid_to: datetime | None


class OutboxRow(NamedTuple):
    """A message, file or notice still to be handed on, or handed on."""

    id: int
    key: str
    topic: str
    target_id: int | None
    case_id: int | None
    record_id: int | None
    letter_id: int | None
    lane: str
    kind: str
    payload: Mapping[str, object]
    state: str
    attempts: int
    next_at: datetime | None
    lease_until: datetime | None
    last_error: str | None
    receipt: Mapping[str, object] | None
    created_at: datetime
    ended_at: datetime | None
    minder_id: int | None
    note: str | None


class PushAttemptRow(NamedTuple):
    """One try of a push, and what was heard of the other side."""

    id: int
    outbox_id: int
    number: int
    at: datetime
    millis: int
    why: str
    status: int | None
    said: str


class SyncFindingRow(NamedTuple):
    """A record on which a platform and we part, as the daily look found it."""

    id: int
    target_id: int
    number: str
    kind: str
    decided: str | None
    shown: str | None
    found_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    chased_at: datetime | None
    chased_by: int | None


class PageLookRow(NamedTuple):
    """The last look at a page of a platform that takes no messages."""

    id: int
    target_id: int
    record_id: int
    looked_at: datetime
    shown: bool | None
    said: str
    finding_id: int | None


class PlatformLetterRow(NamedTuple):
    """A letter that asks a platform to mend what it shows; `answer` is None while one is waited for."""

    id: int
    finding_id: int
    letter_id: int
    round: int
    sent_by: int
    sent_at: datetime
    due_day: date
    told_at: datetime | None
    answer: str | None
    answered_on: date | None
    answer_note: str | None
    answered_by: int | None


class NoticeRow(NamedTuple):
    """A notice in a person's inbox (收件箱)."""

    id: int
    person_id: int
    case_id: int | None
    record_id: int | None
    kind: str
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None
