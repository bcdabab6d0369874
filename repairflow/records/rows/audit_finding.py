"""The row of an auditor's finding."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class AuditFindingRow(NamedTuple):
    """A finding (审计意见) about a case."""

    id: int
    number: str
    case_id: int
    office_id: int
    state: str
    text: str
    raised_by: int
    raised_at: datetime
    answer: str | None
    answered_by: int | None
    answered_at: datetime | None
    remark: str | None
    closed_by: int | None
    closed_at: datetime | None
