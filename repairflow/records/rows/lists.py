"""Rows of lists and who stands on them, linked persons, and interviews in a credit file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple


class ListEntryRow(NamedTuple):
    """A subject's entry on a list (名单)."""

    id: int
    list_kind: str
    subject_id: int
    record_id: int | None
    case_id: int
    principal_id: int | None
    listed_on: date
    renewed_on: date | None
    left_on: date | None
    left_how: str | None
    left_by: int | None


class LinkedPersonRow(NamedTuple):
    """A natural person answerable for an enterprise."""

    id: int
    subject_id: int
    person_id: int
    capacity: str
    since: date
    until: date | None


class InterviewEntryRow(NamedTuple):
    """An interview (约谈) in a subject's credit file."""

    id: int
    case_id: int
    subject_id: int
    record_id: int | None
    kind: str
    held_on: date
    result: str


class ListPublicationRow(NamedTuple):
    """A list as it was published on the day of a year that its rules name."""

    id: int
    token: str
    list_kind: str
    day: date
    label: str
    state: str
    entries: int
    total: int
    message: str | None
    started_at: datetime
    ended_at: datetime | None


class ListPublicationPartRow(NamedTuple):
    """A part of it: each row has a name, code, office, the day of entry and the last day."""

    id: int
    publication_id: int
    part: int
    rows: Sequence[Sequence[str]]
    next: str
