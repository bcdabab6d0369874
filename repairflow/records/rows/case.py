"""Rows of cases, their materials and links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple


class CaseRow(NamedTuple):
    """A case (办件)."""

    id: int
    number: str
    procedure: str
    procedure_version: str
    procedure_digest: str
    pack: str
    kind: str | None
    subject_id: int
    record_id: int | None
    act_id: int | None
    receiving_id: int
    deciding_id: int
    provider_id: int
    intake_id: int | None
    division_code: str | None
    state: str
    outcome: str | None
    version: int
    chain_head: str
    channel: str
    external_serial: str | None
    filed_by: int | None
    filed_day: date
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    inputs: Mapping[str, object]
    handler_id: int | None
    priority: str | None
    confidential: bool
    internal: bool


class CaseLinkRow(NamedTuple):
    """A later case opened by an earlier one."""

    id: int
    from_id: int
    to_id: int
    action: str


class MaterialRow(NamedTuple):
    """A file handed in with a filing or step."""

    id: int
    token: str
    case_id: int | None
    kind: str
    file_name: str
    media_type: str
    size: int
    digest: str
    uploaded_by: int | None
    uploaded_at: datetime
    step: int | None
    address: str | None


class SealedInputRow(NamedTuple):
    """An answer no page shows."""

    id: int
    case_id: int
    name: str
    sealed: bytes
