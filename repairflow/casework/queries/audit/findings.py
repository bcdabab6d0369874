"""Audit findings (审计发现): what the law wants to be there and is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.documents.publication_notice import duty_since
from repairflow.casework.permissions import record_scope
from repairflow.records import office, record, subject, uninformed
from repairflow.times import at


@dataclass(frozen=True, slots=True)
class Uninformed:
    """A public record whose subject was never given a 信用修复告知书 (两书同达)."""

    id: int
    number: str
    document_number: str
    decision_date: date
    subject_name: str
    office: str
    created_at: datetime


def without_informed(tx: Connection, actor: Actor, *, after: int = 0, size: int = 100) -> tuple[Uninformed, ...]:
    """Public records without a 告知书 that stands that the actor may see, oldest first; the next page is `after` the last id."""
    rows = tx.execute(
        _lacking(
            actor,
            record.c.id, record.c.number, record.c.document_number, record.c.decision_date,
            subject.c.name.label("subject_name"), office.c.name.label("office"), record.c.created_at,
        )
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
        .where(record.c.id > after)
        .order_by(record.c.id)
        .limit(size)
    )  # fmt: skip
    return tuple(Uninformed(*row) for row in rows)


def missing(tx: Connection, actor: Actor) -> int:
    """Return how many of those there are (两书同达)."""
    return int(tx.execute(_lacking(actor, func.count())).scalar_one())


def _lacking(actor: Actor, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return these columns of the public records without a 告知书 that came in since one is owed with them, and the actor may see."""
    since = at(duty_since(), time.min)
    return (
        select(*columns)
        .select_from(record)
        .where(record.c.id.in_(select(uninformed.c.record_id)), record.c.created_at >= since, record_scope(actor))
    )
