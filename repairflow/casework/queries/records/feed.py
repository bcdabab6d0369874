"""The feed of what changed before the public (变动清单): read on by a mark, for those who keep copies or scores.

An entry says how the record stands now. Of one that the public does not see any more, only its number: whoever has it
takes it away, and nobody else learns whose it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from repairflow.casework.queries.records.credit_inquiry import shown_on
from repairflow.casework.queries.records.names_told import told_name
from repairflow.casework.told_periods import dated, told_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import Severity
from repairflow.law.sectors import lists_without_new
from repairflow.records import office, public_change, record, subject
from repairflow.records.rows import all_rows


class Known(NamedTuple):
    """What the feed tells of a record that the public sees; `name` as open data tell it."""

    name: str | None
    uscc: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: str
    disputed: bool
    publish_from: date | None
    until: date | None
    period_confirmed: bool
    authority: str


class Entry(NamedTuple):
    """One change: its place, when it was, of which record, and how that stands now; `known` is None where it is not shown."""

    position: int
    at: datetime
    number: str
    known: Known | None


class _Row(NamedTuple):
    id: int
    position: int
    at: datetime
    number: str
    shown: bool
    name: str
    uscc: str | None
    whose: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: Severity
    state: str
    publish_from: date | None
    until: date | None
    authority: str
    pack: str
    authority_id: int
    source: Mapping[str, object]
    class_waits_for: str | None


def entries(tx: Connection, law: Library, after: int, most: int, today: date) -> list[Entry]:
    """At most so many changes behind a place, in order."""
    seen = and_(shown_on(lists_without_new(law, today), today), subject.c.uscc.is_not(None))
    rows = (
        select(
            record.c.id, public_change.c.position, public_change.c.at, record.c.number, seen.label("shown"), subject.c.name, subject.c.uscc,
            subject.c.kind.label("whose"), record.c.kind, record.c.document_number, record.c.decision_date,
            record.c.behaviour, record.c.severity, record.c.state, record.c.publish_from, record.c.max_until.label("until"),
            office.c.name.label("authority"), record.c.pack, record.c.authority_id, record.c.source, record.c.class_waits_for,
        )
        .join(record, record.c.id == public_change.c.record_id)
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
        .where(public_change.c.position > after, ~record.c.minor, ~record.c.of_person)
        .order_by(public_change.c.position)
        .limit(most)
    )  # fmt: skip
    found = all_rows(tx.execute(rows), _Row)
    told = told_of(tx, law, map(dated, found))
    return [_entry(row, told=row.id in told) for row in found]


def _entry(row: _Row, *, told: bool) -> Entry:
    known = None
    if row.shown and row.uscc is not None:
        known = Known(
            told_name(row.name, row.whose), row.uscc, row.kind, row.document_number, row.decision_date, row.behaviour, row.severity,
            row.state == "disputed", row.publish_from, row.until, told, row.authority,
        )  # fmt: skip
    return Entry(row.position, row.at, row.number, known)
