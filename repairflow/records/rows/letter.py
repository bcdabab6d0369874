"""Rows of letters, their number series, service, consents, seals and letters to be issued anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple


class LetterRow(NamedTuple):
    """A letter (文书)."""

    id: int
    case_id: int | None
    record_id: int | None
    subject_id: int | None
    event_seq: int
    kind: str
    round: int
    number: str
    office_id: int
    title: str
    template_version: str
    content: Mapping[str, Any]
    text_digest: str
    chain_head: str
    token: str
    state: str
    superseded_by: int | None
    issued_at: datetime
    pdf_digest: str | None
    unsigned_digest: str | None
    pdf_size: int | None
    pressed_at: datetime | None
    press_error: str | None
    press_seq: int | None


class NumberSeriesRow(NamedTuple):
    """The last number drawn from a series in a year."""

    id: int
    series: str
    year: int
    last: int


class ServiceRow(NamedTuple):
    """A service (送达) of a letter."""

    id: int
    letter_id: int
    mode: str
    recipient: str
    served_at: datetime
    effective_day: date
    place: str
    witness: str
    note: str
    material_id: int | None
    person_id: int | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class ReissueRow(NamedTuple):
    """A proposal to issue a letter anew."""

    id: int
    letter_id: int
    addressee: str
    fields: Mapping[str, str]
    reason: str
    state: str
    proposed_by: int
    proposed_at: datetime
    decided_at: datetime | None
    answer: str | None
    new_id: int | None


class ServiceConsentRow(NamedTuple):
    """A subject's consent to electronic service."""

    id: int
    subject_id: int
    person_id: int
    given_at: datetime
    withdrawn_at: datetime | None


class OfficeSealRow(NamedTuple):
    """Whether an office's letters must be signed."""

    id: int
    office_id: int
    required: bool
    changed_at: datetime
