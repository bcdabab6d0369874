"""The internal notes of a case (内部备注) for those who read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.cases.case_notes import TEXT, stream_of, taken_back
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import may_note
from repairflow.errors import NotFound
from repairflow.prepared import constant
from repairflow.records import event, event_personal
from repairflow.records.rows import CaseRow

MOST = 200
"""The newest notes that a page shows."""


class Note(NamedTuple):
    """One note; `text` is None once it was erased or taken back. `own`: the reader wrote it."""

    seq: int
    at: datetime
    by: str
    named: Sequence[str]
    text: str | None
    taken_back: bool
    own: bool


def notes(tx: Connection, actor: Actor, case: CaseRow) -> tuple[Note, ...]:
    """Return the newest notes, newest first. NotFound for who does not see them, the subject first of all."""
    if not may_note(actor, case):
        raise NotFound
    words = and_(event_personal.c.event_id == event.c.id, event_personal.c.field == TEXT)
    rows = tx.execute(
        select(event.c.seq, event.c.at, event.c.actor_id, event.c.actor_name, event.c.body, event_personal.c.value)
        .outerjoin(event_personal, words)
        .where(event.c.stream == stream_of(case.number), event.c.action == constant(EventName.NOTE_CASE))
        .order_by(event.c.seq.desc())
        .limit(MOST)
    ).all()
    gone = taken_back(tx, case.number) if rows else frozenset()
    return tuple(
        Note(
            row.seq, row.at, row.actor_name, chain.content(row.body)["named"], None if row.seq in gone else row.value,
            row.seq in gone, row.actor_id == actor.id,
        )
        for row in rows
    )  # fmt: skip
