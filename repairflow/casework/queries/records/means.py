"""Means of repair as the subject, its offices and the pages of cases read them; the quiz; bodies that offer services."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from repairflow.casework import means_catalogue, search
from repairflow.casework.actor import Actor
from repairflow.casework.credit_records.duty_performance import registrars
from repairflow.errors import NotFound
from repairflow.law.means import Means
from repairflow.law.procedure.library import Library
from repairflow.records import learning, record, repair_means, service_body, subject
from repairflow.records.rows import LearningRow, RecordRow, ServiceBodyRow, all_rows, first_row, one_row

MOST = 100


class MeansLine(NamedTuple):
    """One declared means with the names it needs; `label` and `verification` come from the catalogue."""

    id: int
    code: str
    hours: int
    issuer: str
    certificate: str
    done_on: date
    expires_on: date | None
    material: str
    state: str
    declared_at: datetime
    reason: str | None
    record_number: str
    document_number: str
    name: str
    label: str
    verification: str


def for_record(tx: Connection, law: Library, actor: Actor, number: str) -> tuple[RecordRow, dict[str, Means]]:
    """A record of the actor's subject and what counts for it. NotFound for any other."""
    where = (record.c.number == search.own_number(number), record.c.subject_id.in_(sorted(actor.subjects)))
    row = first_row(tx.execute(select(record).where(*where)), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权查看。")
    return row, dict(means_catalogue.of_record(law, row))


def of_record(tx: Connection, law: Library, record_id: int) -> tuple[MeansLine, ...]:
    """All that was declared for a record, oldest first."""
    return _read(tx, law, _all().where(repair_means.c.record_id == record_id))


def waiting(tx: Connection, law: Library, actor: Actor) -> tuple[MeansLine, ...]:
    """What waits for the actor's offices, oldest first."""
    mine = (repair_means.c.state == "waiting", record.c.authority_id.in_(sorted(registrars(actor))))
    return _read(tx, law, _all().where(*mine))


def tries(tx: Connection, actor: Actor, subject_id: int) -> tuple[LearningRow, ...]:
    """The tries of a subject, newest first. NotFound for a stranger."""
    if subject_id not in actor.subjects:
        raise NotFound
    found = select(learning).where(learning.c.subject_id == subject_id).order_by(learning.c.id.desc()).limit(MOST)
    return tuple(all_rows(tx.execute(found), LearningRow))


def bodies(tx: Connection) -> tuple[ServiceBodyRow, ...]:
    """All bodies, those one is warned of first."""
    order = (service_body.c.flag == "", service_body.c.name)
    return tuple(all_rows(tx.execute(select(service_body).order_by(*order)), ServiceBodyRow))


class _Row(NamedTuple):
    id: int
    code: str
    hours: int
    issuer: str
    certificate: str
    done_on: date
    expires_on: date | None
    material: str
    state: str
    declared_at: datetime
    reason: str | None
    record_number: str
    document_number: str
    name: str
    record_id: int


def _all() -> Select[_Row]:
    columns = [repair_means.c[name] for name in _Row._fields[:11]]
    return (
        select(
            *columns, record.c.number.label("record_number"), record.c.document_number, subject.c.name,
            repair_means.c.record_id,
        )
        .join(record, record.c.id == repair_means.c.record_id)
        .join(subject, subject.c.id == repair_means.c.subject_id)
        .order_by(repair_means.c.id)
        .limit(MOST)
    )  # fmt: skip


def _read(tx: Connection, law: Library, query: Select[_Row]) -> tuple[MeansLine, ...]:
    found = []
    for row in all_rows(tx.execute(query), _Row):
        about = one_row(tx.execute(select(record).where(record.c.id == row.record_id)), RecordRow)
        spec = means_catalogue.of_record(law, about).get(row.code)
        labels = (spec.label, spec.verification) if spec is not None else (row.code, "")
        found.append(MeansLine(*row[:14], *labels))
    return tuple(found)
