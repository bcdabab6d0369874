"""Lists as they were published each year: who may read them, and how far one that is being written is."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.errors import NotFound
from repairflow.records import list_publication, list_publication_part
from repairflow.records.rows import ListPublicationPartRow, ListPublicationRow, all_rows, first_row

MOST = 20
"""Publications of one list that its pages name, newest first."""


def of_kind(tx: Connection, code: str, *, done: bool) -> tuple[ListPublicationRow, ...]:
    """The publications of one list, newest first; those that are done alone for the public."""
    query = select(list_publication).where(list_publication.c.list_kind == code)
    if done:
        query = query.where(list_publication.c.state == "done")
    rows = tx.execute(query.order_by(list_publication.c.day.desc()).limit(MOST))
    return tuple(all_rows(rows, ListPublicationRow))


def parts(size: int, row: ListPublicationRow) -> range:
    """The numbers of its parts, each of so many entries but for the last."""
    return range(1, max(1, -(-row.entries // size)) + 1)


def part(tx: Connection, token: str, number: int) -> tuple[ListPublicationRow, ListPublicationPartRow]:
    """One part of a publication that is done; NotFound for any other alike."""
    row = first_row(
        tx.execute(select(list_publication).where(list_publication.c.token == token, list_publication.c.state == "done")),
        ListPublicationRow,
    )
    found = None
    if row is not None:
        here = list_publication_part.c.publication_id == row.id, list_publication_part.c.part == number
        found = first_row(tx.execute(select(list_publication_part).where(*here)), ListPublicationPartRow)
    if row is None or found is None:
        raise NotFound("没有这份公布的名单。")
    return row, found
