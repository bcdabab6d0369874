"""Rows of the sharing out of work: who sees to which case, by which rule, and who is away."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class CaseAssignmentRow(NamedTuple):
    """Who sees to one post's part of a case (分办)."""

    id: int
    case_id: int
    role: str
    person_id: int
    way: str
    at: datetime
    by_id: int | None


class AssignmentRuleRow(NamedTuple):
    """How an office gives out the cases that wait for one post."""

    id: int
    office_id: int
    role: str
    procedure: str
    way: str
    person_id: int | None


class AbsenceRow(NamedTuple):
    """Days on which somebody is away, and who stands in (请假代办)."""

    id: int
    person_id: int
    from_day: date
    until_day: date
    deputy_id: int | None
    by_id: int
    at: datetime
    handed_at: datetime | None
    ended_at: datetime | None
