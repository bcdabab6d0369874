"""To whom a letter was written, and how the same party is written to today: names change, organisations merge, children grow up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import party_names
from repairflow.casework.case_state.situation import situation
from repairflow.casework.context import Services
from repairflow.casework.documents import issuing_step
from repairflow.casework.documents.fields.case import addressee_of
from repairflow.casework.documents.fields.voice import (
    guardian_of,
    holder,
    or_guardian_of,
    successor_of,
)
from repairflow.casework.rows_by_id import subject_of as row_of_subject
from repairflow.errors import Invalid
from repairflow.letters.text.printable import name_in_head
from repairflow.read_once import read_once
from repairflow.records import cases, record
from repairflow.records.rows import CaseRow, LetterRow, one_row
from repairflow.times import local_day


class Party(NamedTuple):
    """Whom a letter is written to, as it stands at the head, and the code printed beside it."""

    name: str
    code: str


def subject_of(tx: Connection, row: LetterRow) -> int:
    """Return the subject a letter is about."""
    if row.subject_id is not None:
        return row.subject_id
    table, key = (cases, row.case_id) if row.case_id is not None else (record, row.record_id)
    asked = select(table.c.subject_id).where(table.c.id == key)
    return read_once(tx, ("subject_of", table.name, key), lambda: int(tx.execute(asked).scalar_one()))


def reader_of(tx: Connection, row: LetterRow) -> int | None:
    """Return the subject a letter is written to: the one it is about, by the name of today or an earlier one, or who succeeds it.
    None for a letter to an office, or to somebody whose name it keeps back."""
    own = row_of_subject(tx, subject_of(tx, row))
    to = str(row.content.get("addressee"))
    names = _names(tx, own.id)
    if to in names or any(to.startswith((guardian_of(name), or_guardian_of(name))) for name in names):
        return own.id
    if own.successor_id is not None and any(to.endswith(successor_of("", name)) for name in names):
        return own.successor_id
    return None


def shown_to_subject(tx: Connection, rows: Iterable[LetterRow]) -> tuple[LetterRow, ...]:
    """Return those of these letters that were written to the subject they are about (by any name, to its successor, to a child's
    guardian) or copied to it; letters to others are left out."""
    return tuple(
        row
        for row in rows
        if reader_of(tx, row) is not None or _names(tx, subject_of(tx, row)) & set(row.content.get("cc", ()))
    )


def _names(tx: Connection, subject_id: int) -> set[str]:
    """Return the names a subject has and had, as a letter's head prints them."""
    return {_in_head(name) for name in (row_of_subject(tx, subject_id).name, *party_names.former(tx, subject_id))}


def _in_head(name: str) -> str:
    try:
        return name_in_head(name)
    except Invalid:  # none is addressed by it
        return name


def called(tx: Connection, row: LetterRow) -> frozenset[str]:
    """Return the names a letter's head may be corrected by: the whole of it, and a subject's name or a guardian's in it."""
    head = str(row.content["addressee"])
    _, _, guardian = head.partition(guardian_of(""))
    inside = {name for name in _names(tx, subject_of(tx, row)) if name in head}
    return frozenset({head, *inside, guardian} - {""})


def today(tx: Connection, services: Services, row: LetterRow, now: datetime) -> Party:
    """Return whom a letter about this one is written to now. Who was written to under a name that neither case nor record gives (a
    letter issued anew) is written to as before."""
    first = issuing_step.first_of(tx, row)
    if reader_of(tx, row) is None and reader_of(tx, first) is not None:
        return Party(str(row.content["addressee"]), str(row.content.get("addressee_code", "")))
    if first.case_id is None:
        to = holder(tx, subject_of(tx, first))
        return Party(name_in_head(to.name), to.uscc or "")
    case = one_row(tx.execute(select(cases).where(cases.c.id == first.case_id)), CaseRow)
    at = situation(tx, services.law, case, local_day(now))
    inputs = next((step.inputs for step in at.history if step.seq == first.event_seq), {})
    found = addressee_of(tx, services.vault, at, first.kind, inputs, issuing_step.ground_of(tx, first))
    return Party(found.name, found.uscc or "")
