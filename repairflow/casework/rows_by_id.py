"""Rows that nearly every write reads by their id: record, subject, office. Prepared, because an import asks for each of them
several times a row; what it does not change is read once a batch (`standing_still`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, literal_column, select
from sqlalchemy.exc import NoResultFound

from repairflow.prepared import Answer, Prepared
from repairflow.read_once import once, once_a_step, read_once
from repairflow.records import office, record, subject
from repairflow.records.rows import OfficeRow, RecordRow, SubjectRow, all_rows

_of_id = select(record).where(record.c.id == bindparam("row"))
_record, _record_locked = Prepared(_of_id, RecordRow), Prepared(_of_id.with_for_update(), RecordRow)
_subject = Prepared(select(subject).where(subject.c.id == bindparam("row")), SubjectRow)
_office = Prepared(select(office).where(office.c.id == bindparam("row")), OfficeRow)
_centre = Prepared(
    select(office).where(office.c.kind == "credit_office").order_by(office.c.id).limit(literal_column("1")), OfficeRow
)
R = TypeVar("R", bound=NamedTuple)


def record_of(tx: Connection, record_id: int) -> RecordRow:
    """Return the record of this id. NoResultFound where there is none."""
    found = record_there(tx, record_id)
    if found is None:
        raise NoResultFound("no row of this id")
    return found


def record_there(tx: Connection, record_id: int) -> RecordRow | None:
    """Return the record of this id; None where there is none."""
    return read_once(tx, ("record", record_id), lambda: _record.run(tx, row=record_id).first)


def record_locked(tx: Connection, record_id: int) -> RecordRow | None:
    """Return the record of this id, locked until the transaction ends; None where there is none."""
    return _record_locked.run(tx, row=record_id).first


def subject_of(tx: Connection, subject_id: int) -> SubjectRow:
    """Return the subject of this id. NoResultFound where there is none."""
    return once(tx, ("subject", subject_id), lambda: _the_one(_subject.run(tx, row=subject_id)))


def office_of(tx: Connection, office_id: int) -> OfficeRow:
    """Return the office of this id. NoResultFound where there is none."""
    return once_a_step(tx, ("office", office_id), lambda: _the_one(_office.run(tx, row=office_id)))


def offices_of(tx: Connection, office_ids: Iterable[int]) -> dict[int, OfficeRow]:
    """Return the offices of these ids, by id: one question for all."""
    wanted = sorted(set(office_ids))
    if len(wanted) == 1:  # compiled once
        return {key: office_of(tx, key) for key in wanted}
    rows = read_once(tx, ("offices", *wanted), lambda: _all_of(tx, wanted))
    return {row.id: read_once(tx, ("office", row.id), partial(_same, row)) for row in rows}


def subjects_of(tx: Connection, subject_ids: Iterable[int]) -> dict[int, SubjectRow]:
    """Return the subjects of these ids, by id: one question for all."""
    wanted = sorted(set(subject_ids))
    if len(wanted) == 1:  # compiled once
        return {key: subject_of(tx, key) for key in wanted}
    rows = all_rows(tx.execute(select(subject).where(subject.c.id.in_(wanted))), SubjectRow)
    return {row.id: row for row in rows}


def centre(tx: Connection) -> OfficeRow | None:
    """Return the credit centre (信用办), which decides what no authority decides; None without one."""
    return once_a_step(tx, "centre", lambda: _centre.run(tx).first)


def _all_of(tx: Connection, office_ids: list[int]) -> tuple[OfficeRow, ...]:
    return tuple(all_rows(tx.execute(select(office).where(office.c.id.in_(office_ids))), OfficeRow))


def _same(row: OfficeRow) -> OfficeRow:
    return row


def _the_one(found: Answer[R]) -> R:
    if found.first is None:
        raise NoResultFound("no row of this id")
    return found.first
