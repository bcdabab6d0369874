"""Rows of what other platforms sent us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class InboundMessageRow(NamedTuple):
    """A message from another platform; `body` is None once nothing waits for a person."""

    id: int
    target_id: int
    office_id: int
    serial: str
    kind: str
    lane: str
    sequence: int
    digest: str
    body: bytes | None
    state: str
    reasons: Sequence[Mapping[str, str]]
    case_id: int | None
    record_id: int | None
    came: Sequence[Mapping[str, Any]]  # rows as `casework.inbound` writes them
    received_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    reason: str | None
