"""Lists as they were published each year: who may read them, and how far one that is being written is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.casework.queries.records import list_registry
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.records import list_entry, list_publication, list_publication_part, subject
from repairflow.records.rows import ListPublicationPartRow, ListPublicationRow, all_rows, first_row

ENTRY = 6
"""Where the id of its entry stands in a row of a part; what stands before it is published."""
MOST = 20
"""Publications of one list that its pages name, newest first."""


class Published(NamedTuple):
    """A publication with how many parts of it are written."""

    row: ListPublicationRow
    parts: int


def of_kind(tx: Connection, code: str, *, done: bool) -> tuple[Published, ...]:
    """Return the publications of one list, newest first; those that are done alone for the public."""
    query = select(list_publication).where(list_publication.c.list_kind == code)
    if done:
        query = query.where(list_publication.c.state == "done")
    rows = all_rows(tx.execute(query.order_by(list_publication.c.day.desc()).limit(MOST)), ListPublicationRow)
    return tuple(Published(row, _parts(tx, row.id)) for row in rows)


def _parts(tx: Connection, publication_id: int) -> int:
    counted = select(func.count()).where(list_publication_part.c.publication_id == publication_id)
    return int(tx.execute(counted).scalar_one())


def part(
    tx: Connection, law: Library, today: date, token: str, number: int
) -> tuple[ListPublicationRow, tuple[Sequence[str], ...]]:
    """Return a publication that is done with the rows of one part; NotFound for any other alike, and for a list that is not public now.

    What was written stays as its digest says; an entry that was annulled later is not given any more.
    """
    row = first_row(
        tx.execute(
            select(list_publication).where(list_publication.c.token == token, list_publication.c.state == "done")
        ),
        ListPublicationRow,
    )
    found = None
    if row is not None:
        here = list_publication_part.c.publication_id == row.id, list_publication_part.c.part == number
        found = first_row(tx.execute(select(list_publication_part).where(*here)), ListPublicationPartRow)
    if row is None or found is None:
        raise NotFound("没有这份公布的名单。")
    list_registry.kept(law, today, row.list_kind, public=True)
    ids = select(list_entry.c.id).join(subject, subject.c.id == list_entry.c.subject_id)
    written = list_entry.c.id.in_([int(one[ENTRY]) for one in found.rows])
    readable = set(tx.execute(ids.where(written, *list_registry.never_undone())).scalars())
    return row, tuple(one[:ENTRY] for one in found.rows if int(one[ENTRY]) in readable)
