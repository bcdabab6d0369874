"""Records that are marked as not to be repaired, as the people of an office may see them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import record_scope
from repairflow.casework.queries import paging
from repairflow.records import record, subject

SIZE = 50


class Barred(NamedTuple):
    """A marked record: its numbers, whose it is, and what the mark says."""

    id: int
    number: str
    document_number: str
    name: str
    mark: str


class Page(NamedTuple):
    """Marked records, newest first; `next` begins the next page, empty on the last."""

    rows: tuple[Barred, ...]
    next: str


def barred(tx: Connection, actor: Actor, after: str = "") -> Page:
    """Return one page of the marked records that the actor may see. Invalid when `after` is no place of ours."""
    query = (
        select(
            record.c.id,
            record.c.number,
            record.c.document_number,
            subject.c.name,
            record.c.not_repairable.label("mark"),
        )
        .join(subject, subject.c.id == record.c.subject_id)
        .where(record.c.not_repairable.is_not(None), record_scope(actor))
    )
    return Page(*paging.page(tx, query, record.c.id, Barred, after, SIZE))
