"""Rows of examples."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class ExampleRow(NamedTuple):
    """An example (典型案例) that an office tells."""

    id: int
    number: str
    kind: str
    title: str
    text: str
    office_id: int
    state: str
    proposed_by: int
    proposed_at: datetime
    settled_by: int | None
    published_day: date | None
    reason: str | None
