"""Rows of administrative acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class ActRow(NamedTuple):
    """An administrative act beside penalties."""

    id: int
    number: str
    kind: str
    subject_id: int
    office_id: int
    document_number: str
    document_key: str
    decision_date: date
    title: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    of_person: bool
    due_day: date
    state: str
    provenance: str
    entered_by: int
    entered_at: datetime
    settled_by: int | None
    published_day: date | None
    reason: str | None
    disputed_on: date | None
    version: int
    withdrawn_as: str | None
    note: str | None
