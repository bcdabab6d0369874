"""Audit findings (审计发现): what the law wants to be there and is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.documents.publication_notice import KIND, PUBLIC, duty_since
from repairflow.casework.permissions import record_scope
from repairflow.records import letter, office, record, subject
from repairflow.times import at

_informed = exists(
    select(letter.c.id).where(letter.c.record_id == record.c.id, letter.c.kind == KIND, letter.c.state != "withdrawn")
)


def _owed() -> ColumnElement[bool]:
    """Public records that came in since a 告知书 is owed with them."""
    return and_(record.c.state.in_(PUBLIC), record.c.created_at >= at(duty_since(), time.min))


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


@dataclass(frozen=True, slots=True)
class Coverage:
    """两书同达: how many public records there are, and how many of them came with their 告知书."""

    public: int
    informed: int

    @property
    def missing(self) -> int:
        """How many came without."""
        return self.public - self.informed


def without_informed(tx: Connection, actor: Actor, *, after: int = 0, size: int = 100) -> tuple[Uninformed, ...]:
    """Public records without a 告知书 that stands that the actor may see, oldest first; the next page is `after` the last id."""
    rows = tx.execute(
        select(
            record.c.id, record.c.number, record.c.document_number, record.c.decision_date,
            subject.c.name.label("subject_name"), office.c.name.label("office"), record.c.created_at,
        )
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
        .where(_owed(), ~_informed, record_scope(actor), record.c.id > after)
        .order_by(record.c.id)
        .limit(size)
    )  # fmt: skip
    return tuple(Uninformed(*row) for row in rows)


def coverage(tx: Connection, actor: Actor) -> Coverage:
    """The counts over the records the actor may see."""
    informed = func.sum(case((_informed, 1), else_=0))
    found = tx.execute(select(func.count(), informed).select_from(record).where(_owed(), record_scope(actor))).one()
    return Coverage(int(found[0]), int(found[1] or 0))
