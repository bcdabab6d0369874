"""Rows of what changed before the public, and of whom offices follow."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class PublicChangeRow(NamedTuple):
    """What the public sees of a record changed; `position` is None until its place among the others is given."""

    id: int
    record_id: int
    at: datetime
    position: int | None


class FollowedSubjectRow(NamedTuple):
    """An organisation that an office follows, who is told, and for what."""

    id: int
    office_id: int
    uscc: str
    person_id: int
    purpose: str
    at: datetime
