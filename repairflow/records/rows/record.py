"""Rows of records, the measures on them, and the imports that brought them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple


class RecordRow(NamedTuple):
    """A dishonesty record (失信信息)."""

    id: int
    number: str
    subject_id: int
    kind: str
    authority_id: int
    provider_id: int
    document_number: str
    document_key: str
    decision_date: date
    behaviour: str
    facts: str
    penalty_basis: str
    penalty_kinds: Sequence[str]
    penalty_content: str
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    severity: Literal["minor", "ordinary", "serious"]
    pack: str
    simple_procedure: bool | None
    class_by_hand: bool
    class_waits_for: str | None
    publish_from: date | None
    min_until: date | None
    apply_from: date | None
    max_until: date | None
    duty_performed_on: date | None
    corrected_on: date | None
    minor: bool
    of_person: bool
    state: str
    note: str | None
    version: int
    chain_seq: int
    chain_head: str
    source: Mapping[str, object]
    created_at: datetime
    not_repairable: str | None
    provenance: str
    annulled_at: datetime | None


class RecordSpellingRow(NamedTuple):
    """One spelling of a record's document number."""

    id: int
    record_id: int
    key: str
    spelling: str
    at: datetime


class FineThresholdRow(NamedTuple):
    """The lines between classes of fines as an office stated them."""

    id: int
    office_id: int
    minor_below_wan: Decimal
    serious_from_wan: Decimal
    document: str
    document_day: date
    person_id: int
    stated_at: datetime


class HeldRow(NamedTuple):
    """A delivered row, or a question about a record, that waits for a person."""

    id: int
    kind: str
    office_id: int
    authority_id: int | None
    record_id: int | None
    file_name: str
    row: int | None
    reasons: Sequence[Mapping[str, str]]
    content: Mapping[str, object]
    id_sealed: bytes | None
    digest: str
    state: str
    created_at: datetime
    proposed_by: int | None
    proposed_at: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    reason: str | None


class MeasureRow(NamedTuple):
    """A measure (惩戒措施) that hangs on a record."""

    id: int
    record_id: int
    code: str
    label: str
    office_id: int
    imposed_on: date
    until: date | None
    lifted_at: datetime | None


class RedressRow(NamedTuple):
    """That an annulled record is put right with all who were told."""

    id: int
    record_id: int
    begun_at: datetime
    told: Sequence[str]
    asked_by: int | None
    public_at: datetime | None


class WithdrawalStatementRow(NamedTuple):
    """Why what shows a published penalty was withdrawn, as everybody reads it."""

    id: int
    record_id: int
    case_id: int | None
    office_id: int
    change: str
    reason: str
    effective_on: date | None
    stated_at: datetime


class ImportRunRow(NamedTuple):
    """One import of a file."""

    id: int
    token: str
    file_name: str
    file_digest: str
    office_id: int
    person_id: int | None
    state: str
    rows_total: int
    rows_done: int
    rows_new: int
    rows_same: int
    rows_refused: int
    rows_held: int
    message: str | None
    provenance: str
    started_at: datetime
    ended_at: datetime | None


class ImportRow(NamedTuple):
    """A row of an import that was refused, and why."""

    id: int
    run_id: int
    row: int
    field: str
    reason: str
