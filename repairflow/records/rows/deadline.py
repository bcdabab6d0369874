"""Rows of deadlines and the rungs already fired."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class DeadlineRow(NamedTuple):
    """A running, paused or waiting limit of a case or record (期限)."""

    id: int
    case_id: int | None
    record_id: int | None
    clock: str
    label: str
    owner: str
    state: str
    started_on: date
    due_day: date | None
    due_at: datetime | None
    provisional: bool
    days_total: int
    days_remaining: int | None
    next_at: datetime | None
    next_rung: str | None
    held: str | None


class RungFiredRow(NamedTuple):
    """A reminder or escalation that fired."""

    id: int
    case_id: int | None
    record_id: int | None
    clock: str
    started_on: date
    due_day: date
    rung: str
    fired_at: datetime
    late: int
    returned_at: datetime | None
    times: int
