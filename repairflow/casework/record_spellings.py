"""Spellings of the number of a record's document, each kept as it was delivered (文书号的各种写法)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, select

from repairflow.errors import Refusal, Refused
from repairflow.law.document_keys import document_key
from repairflow.prepared import Prepared, inserting
from repairflow.records import record, record_spelling


class _Spelling(NamedTuple):
    id: int


_SPELLED = Prepared(
    select(record_spelling.c.id).where(
        record_spelling.c.record_id == bindparam("whose"), record_spelling.c.spelling == bindparam("so")
    ),
    _Spelling,
)
_SPELL = Prepared(inserting(record_spelling, "record_id", "key", "spelling", "at"))


def spell(tx: Connection, record_id: int, spelling: str, now: datetime, *, first: bool = False) -> None:
    """Ensure that the record is found by this spelling of its number too; nothing happens where it was. `first` where the
    record was made a moment ago and has none."""
    if first or _SPELLED.run(tx, whose=record_id, so=spelling).first is None:
        _SPELL.run(tx, record_id=record_id, key=document_key(spelling), spelling=spelling, at=now)


def demand_free(
    tx: Connection, authority_id: int, subject_id: int, number: str, *, but: int | None = None, message: str
) -> None:
    """Raise Refused with `message` when another record in force of this office and subject (not `but`) has this number."""
    rows = tx.execute(
        select(record.c.id).where(
            record.c.authority_id == authority_id, record.c.subject_id == subject_id, record.c.annulled_at.is_(None),
            record.c.id.in_(_spelled(record_spelling.c.key == document_key(number))),
        )
    )  # fmt: skip
    if any(row.id != but for row in rows):
        raise Refused([Refusal("number_taken", message)])


def spelled_like(typed: str) -> ColumnElement[bool]:
    """Return records a part of whose number, in any spelling, is what somebody typed; nothing typed finds none.

    A number that ends with its 号 is looked for at the end, so that 2号 does not find 21号.
    """
    key = document_key(typed)
    column = record_spelling.c.key
    whole = typed.rstrip().endswith(("号", "號"))
    so = column.endswith(key, autoescape=True) if whole else column.contains(key, autoescape=True)
    return exists().where(record_spelling.c.record_id == record.c.id, so)


def _spelled(where: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(record_spelling.c.record_id).where(where)
