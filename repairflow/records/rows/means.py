"""Rows of means of repair, of the quiz, and of bodies that offer services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple


class RepairMeansRow(NamedTuple):
    """One means of repair that a subject says it has taken."""

    id: int
    subject_id: int
    record_id: int
    code: str
    hours: int
    issuer: str
    certificate: str
    done_on: date
    expires_on: date | None
    material: str
    state: str
    declared_by: int
    declared_at: datetime
    settled_by: int | None
    settled_at: datetime | None
    reason: str | None


class LearningRow(NamedTuple):
    """One try at the quiz."""

    id: int
    subject_id: int
    person_id: int
    version: str
    answers: Sequence[int]
    score: int
    passed: bool
    taken_at: datetime
    certificate: str | None
    expires_on: date | None


class ServiceBodyRow(NamedTuple):
    """A body that offers training, reports or advice."""

    id: int
    uscc: str
    name: str
    services: Sequence[str]
    fees: str
    contact: str
    flag: str
    reason: str
    entered_by: int
    entered_at: datetime
    changed_at: datetime
