"""Documents on file that a designation may rest on (据以认定的文书), so that nobody types again what the system holds."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import record_scope
from repairflow.law.only_bad_lists import BASIS
from repairflow.records import list_entry, office, record
from repairflow.records.rows import all_rows

MOST = 20


class Paper(NamedTuple):
    """A document on file: the number of its record, its own number, who made it and when, and what it found."""

    record: str
    number: str
    office: str
    day: date
    behaviour: str

    @property
    def answers(self) -> dict[str, str]:
        """The document as the form takes it."""
        return dict(zip(BASIS, (self.number, self.office, self.day.isoformat()), strict=True))


def papers(tx: Connection, actor: Actor, subject_id: int) -> tuple[Paper, ...]:
    """Documents about a subject that the actor may see and that were not annulled, newest first; entries of lists are none."""
    rows = tx.execute(
        select(
            record.c.number.label("record"), record.c.document_number.label("number"), office.c.name.label("office"),
            record.c.decision_date.label("day"), record.c.behaviour,
        )
        .join(office, office.c.id == record.c.authority_id)
        .outerjoin(list_entry, list_entry.c.record_id == record.c.id)
        .where(
            record.c.subject_id == subject_id, record.c.annulled_at.is_(None), list_entry.c.id.is_(None),
            record_scope(actor),
        )
        .order_by(record.c.decision_date.desc(), record.c.id.desc()).limit(MOST)
    )  # fmt: skip
    return tuple(all_rows(rows, Paper))
