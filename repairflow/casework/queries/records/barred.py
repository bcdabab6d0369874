"""Records that are marked as not to be repaired, as the people of an office may see them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import record_scope
from repairflow.records import record, subject
from repairflow.records.rows import all_rows

MOST = 200


class Barred(NamedTuple):
    """A marked record: its numbers, whose it is, and what the mark says."""

    number: str
    document_number: str
    name: str
    mark: str


def barred(tx: Connection, actor: Actor) -> tuple[Barred, ...]:
    """The marked records that the actor may see, newest first."""
    query = (
        select(record.c.number, record.c.document_number, subject.c.name, record.c.not_repairable.label("mark"))
        .join(subject, subject.c.id == record.c.subject_id)
        .where(record.c.not_repairable.is_not(None), record_scope(actor))
        .order_by(record.c.id.desc())
        .limit(MOST)
    )
    return tuple(all_rows(tx.execute(query), Barred))
