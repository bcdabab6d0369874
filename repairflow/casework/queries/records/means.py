"""Means of repair as the subject, its offices and the pages of cases read them; the quiz; bodies that offer services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, literal, select

from repairflow.casework import means_catalogue, search
from repairflow.casework.actor import Actor
from repairflow.casework.credit_records.duty_performance import registrars
from repairflow.casework.queries import paging
from repairflow.errors import NotFound
from repairflow.law.means import Means
from repairflow.law.procedure.library import Library
from repairflow.prepared import compared, constant
from repairflow.records import learning, person, record, repair_means, service_body, subject
from repairflow.records.rows import LearningRow, RecordRow, ServiceBodyRow, all_rows, first_row

SIZE = 30
TRIES = 100
"""The newest tries at the quiz that a page shows."""


class MeansLine(NamedTuple):
    """One declared means with the names it needs; `label` and `verification` come from the catalogue."""

    id: int
    record_id: int
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
    declared_by: str
    label: str
    verification: str


class Page(NamedTuple):
    """Declared means, oldest first; `next` begins the next page, empty on the last."""

    rows: tuple[MeansLine, ...]
    next: str


def for_record(tx: Connection, law: Library, actor: Actor, number: str) -> tuple[RecordRow, dict[str, Means]]:
    """Return a record of the actor's subject and what counts for it. NotFound for any other."""
    where = (record.c.number == search.own_number(number), record.c.subject_id.in_(sorted(actor.subjects)))
    row = first_row(tx.execute(select(record).where(*where)), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权查看。")
    return row, dict(means_catalogue.of_record(law, row))


def of_record(tx: Connection, law: Library, record_id: int) -> tuple[MeansLine, ...]:
    """Return all that was declared for a record, oldest first."""
    query = _all().where(repair_means.c.record_id == record_id).order_by(repair_means.c.id)
    return _said_of(tx, law, all_rows(tx.execute(query), MeansLine))


def waiting(tx: Connection, law: Library, actor: Actor, after: str = "") -> Page:
    """Return one page of what waits for the actor's offices. Invalid when `after` is no place of ours."""
    mine = (
        repair_means.c.state == constant("waiting"),
        compared(record.c.authority_id.in_(sorted(registrars(actor)))),
    )
    rows, following = paging.page(tx, _all().where(*mine), repair_means.c.id, MeansLine, after, SIZE, oldest_first=True)
    return Page(_said_of(tx, law, rows), following)


def tries(tx: Connection, actor: Actor, subject_id: int) -> tuple[LearningRow, ...]:
    """Return the newest tries of a subject, newest first. NotFound for a stranger."""
    if subject_id not in actor.subjects:
        raise NotFound
    found = select(learning).where(learning.c.subject_id == subject_id).order_by(learning.c.id.desc()).limit(TRIES)
    return tuple(all_rows(tx.execute(found), LearningRow))


def bodies(tx: Connection) -> tuple[ServiceBodyRow, ...]:
    """Return all bodies, those one is warned of first."""
    order = (service_body.c.flag == "", service_body.c.name)
    return tuple(all_rows(tx.execute(select(service_body).order_by(*order)), ServiceBodyRow))


def _all() -> Select[MeansLine]:
    columns = [repair_means.c[name] for name in MeansLine._fields[:12]]
    unsaid = [literal("").label(name) for name in MeansLine._fields[16:]]
    about = (record.c.number.label("record_number"), record.c.document_number)
    return (
        select(*columns, *about, subject.c.name, person.c.name.label("declared_by"), *unsaid)
        .join(record, record.c.id == repair_means.c.record_id)
        .join(subject, subject.c.id == repair_means.c.subject_id)
        .join(person, person.c.id == repair_means.c.declared_by)
    )


def _said_of(tx: Connection, law: Library, lines: Sequence[MeansLine]) -> tuple[MeansLine, ...]:
    if not lines:
        return ()
    about = select(record).where(record.c.id.in_({line.record_id for line in lines}))
    counted = {row.id: means_catalogue.of_record(law, row) for row in all_rows(tx.execute(about), RecordRow)}
    return tuple(_said(line, counted[line.record_id].get(line.code)) for line in lines)


def _said(line: MeansLine, spec: Means | None) -> MeansLine:
    """Return the line in the words of the catalogue; by its code where the catalogue has it no more."""
    return line._replace(label=spec.label, verification=spec.verification) if spec else line._replace(label=line.code)
