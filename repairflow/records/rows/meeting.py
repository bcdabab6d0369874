"""Rows of interviews and hearings and of the rooms they are held in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class MeetingRoomRow(NamedTuple):
    """A room of an office for interviews and hearings."""

    id: int
    office_id: int
    name: str
    closed_at: datetime | None


class MeetingRow(NamedTuple):
    """One booking (约谈、听证): it stands, or another took its place, or it was cancelled."""

    id: int
    case_id: int
    office_id: int
    subject_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str
    room_id: int | None
    first_id: int
    second_id: int
    booked_at: datetime
    booked_by_id: int
    ended: str | None
    ended_at: datetime | None
    ended_why: str | None
    asked_at: datetime | None
    asked_why: str | None
    asked_for: str | None
    refused_at: datetime | None
    refused_why: str | None
    came: str | None
    came_at: datetime | None
    attended: str | None
    said: str | None
    outcome: str | None
