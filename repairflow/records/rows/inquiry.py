"""Rows of questions about many organisations at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple


class InquiryRunRow(NamedTuple):
    """A question about many organisations, and how far it is answered."""

    id: int
    token: str
    person_id: int
    purpose: str
    digest: str
    state: str
    done: int
    total: int
    faulty: int
    listed: int
    message: str | None
    started_at: datetime
    ended_at: datetime | None


class InquiryPartRow(NamedTuple):
    """Some of its rows; `answers` is None until the worker answered them."""

    id: int
    run_id: int
    first: int
    asked: Sequence[str]
    problems: Sequence[str]
    answers: Sequence[Sequence[Any]] | None
    at: datetime | None
