"""Rows that nearly every write reads by their id: record, subject, office. Prepared, because an import asks for each of them
several times a row; what it does not change is read once a batch (`standing_still`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import NoResultFound

from repairflow.prepared import Answer, Prepared
from repairflow.records import office, record, subject
from repairflow.records.rows import OfficeRow, RecordRow, SubjectRow

_of_id = select(record).where(record.c.id == bindparam("row"))
_record, _record_locked = Prepared(_of_id, RecordRow), Prepared(_of_id.with_for_update(), RecordRow)
_subject = Prepared(select(subject).where(subject.c.id == bindparam("row")), SubjectRow)
_office = Prepared(select(office).where(office.c.id == bindparam("row")), OfficeRow)
R = TypeVar("R", bound=NamedTuple)
A = TypeVar("A")


def record_of(tx: Connection, record_id: int) -> RecordRow:
    """Return the record of this id. NoResultFound where there is none."""
    return _the_one(_record.run(tx, row=record_id))


def record_there(tx: Connection, record_id: int) -> RecordRow | None:
    """Return the record of this id; None where there is none."""
    return _record.run(tx, row=record_id).first


def record_locked(tx: Connection, record_id: int) -> RecordRow | None:
    """Return the record of this id, locked until the transaction ends; None where there is none."""
    return _record_locked.run(tx, row=record_id).first


def subject_of(tx: Connection, subject_id: int) -> SubjectRow:
    """Return the subject of this id. NoResultFound where there is none."""
    return once(tx, f"subject/{subject_id}", lambda: _the_one(_subject.run(tx, row=subject_id)))


def office_of(tx: Connection, office_id: int) -> OfficeRow:
    """Return the office of this id. NoResultFound where there is none."""
    return once(tx, f"office/{office_id}", lambda: _the_one(_office.run(tx, row=office_id)))


_KEPT = "standing_still"


@contextmanager
def standing_still(tx: Connection) -> Iterator[None]:
    """Within the block nobody changes a subject, an office or a target in this transaction: each is read once."""
    tx.info[_KEPT] = {}
    try:
        yield
    finally:
        tx.info.pop(_KEPT, None)


def once(tx: Connection, name: str, ask: Callable[[], A]) -> A:
    """Return what `ask` answers; within `standing_still` what it answered the first time under this name."""
    kept = tx.info.get(_KEPT)
    if kept is None:
        return ask()
    if name not in kept:
        kept[name] = ask()
    found: A = kept[name]
    return found


def _the_one(found: Answer[R]) -> R:
    if found.first is None:
        raise NoResultFound("no row of this id")
    return found.first
