"""Rows of the trail: events, the log over them, checkpoints, definitions in use; and what the worker remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple


class EventRow(NamedTuple):
    """An event of a stream (办理留痕)."""

    id: int
    stream: str
    seq: int
    case_id: int | None
    record_id: int | None
    at: datetime
    action: str
    from_state: str | None
    to_state: str | None
    actor_id: int | None
    actor_name: str
    actor_role: str
    reason: str | None
    command_id: str | None
    body: bytes
    prev: str
    digest: str


class EventPersonalRow(NamedTuple):
    """A personal value of an event, kept outside the chain."""

    id: int
    event_id: int
    field: str
    salt: str
    value: str | None


class LogLeafRow(NamedTuple):
    """An event's place in the log."""

    position: int
    event_id: int
    leaf: bytes


class CheckpointRow(NamedTuple):
    """A signed checkpoint of the log."""

    id: int
    size: int
    root: str
    note: str
    at: datetime


class CosignatureRow(NamedTuple):
    """A checkpoint that a witness cosigned."""

    id: int
    size: int
    witness: str
    line: str
    at: datetime


class RowTouchRow(NamedTuple):
    """A touched row as a trigger saw it."""

    id: int
    tx: str | None
    tbl: str
    row_id: int
    was: str | None
    now: str | None


class RowChangeRow(NamedTuple):
    """What the program changed in a row."""

    id: int
    tbl: str
    row_id: int
    kind: str
    salt: str
    fields: str
    at: str
    batch: int | None


class LawDraftRow(NamedTuple):
    """A file of law that one legal reviewer proposed and another decides on."""

    id: int
    path: str
    label: str
    content: str
    digest: str
    effective: date
    state: str
    proposed_by: int
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None


class LawFileRow(NamedTuple):
    """A file of an installation's own law as this database keeps it."""

    id: int
    path: str
    digest: str
    content: str
    kept_at: datetime


class DefinitionUsedRow(NamedTuple):
    """A definition file this database has used."""

    id: int
    kind: str
    name: str
    version: str
    digest: str


class DefinitionRepinRow(NamedTuple):
    """A used definition that an upgrade or an erratum pinned anew."""

    id: int
    kind: str
    name: str
    version: str
    from_digest: str
    digest: str
    cause: str
    reason: str
    at: datetime


class CalendarYearRow(NamedTuple):
    """One year's working days, as loaded."""

    id: int
    name: str
    year: int
    content: str
    digest: str
    source: str
    published: bool
    loaded_at: datetime
    person_id: int | None


class UninformedRow(NamedTuple):
    """A public record whose subject has no 告知书 that stands."""

    record_id: int


class KeptFigureRow(NamedTuple):
    """What the worker counted, and when."""

    name: str
    content: Mapping[str, Any]
    counted_at: datetime


class HeartbeatRow(NamedTuple):
    """When a part of the worker was last alive."""

    name: str
    at: datetime
    beat: int
