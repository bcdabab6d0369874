"""Rows of jobs and their errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class JobRow(NamedTuple):
    """A job (后台任务)."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, object]
    priority: int
    state: str
    done: int
    total: int
    attempt: int
    rescues: int
    failures: int
    node: str | None
    next_at: datetime | None
    cancel_at: datetime | None
    result: Mapping[str, object] | None
    person_id: int | None
    created_at: datetime
    ended_at: datetime | None
    minder_id: int | None
    note: str | None
    settled_at: datetime | None


class JobErrorRow(NamedTuple):
    """What went wrong at one attempt of a job."""

    id: int
    job_id: int
    attempt: int
    text: str
    at: datetime


class BatchRow(NamedTuple):
    """A batch (批量办理)."""

    id: int
    token: str
    command_id: str
    person_id: int
    action: str
    label: str
    reason: str | None
    ground: str | None
    state: str
    total: int
    message: str | None
    started_at: datetime
    ended_at: datetime | None


class BatchCaseRow(NamedTuple):
    """A case of a batch, and what became of it."""

    id: int
    batch_id: int
    case_id: int
    version: int
    state: str
    message: str | None
