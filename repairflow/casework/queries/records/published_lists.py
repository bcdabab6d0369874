"""Lists as they were published each year: who may read them, and how far one that is being written is."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.errors import NotFound
from repairflow.records import list_publication, list_publication_part
from repairflow.records.rows import ListPublicationPartRow, ListPublicationRow, all_rows, first_row

MOST = 20
"""Publications of one list that its pages name, newest first."""


class Published(NamedTuple):
    """A publication with how many parts of it are written."""

    row: ListPublicationRow
    parts: int


def of_kind(tx: Connection, code: str, *, done: bool) -> tuple[Published, ...]:
    """The publications of one list, newest first; those that are done alone for the public."""
    query = select(list_publication).where(list_publication.c.list_kind == code)
    if done:
        query = query.where(list_publication.c.state == "done")
    rows = all_rows(tx.execute(query.order_by(list_publication.c.day.desc()).limit(MOST)), ListPublicationRow)
    return tuple(Published(row, _parts(tx, row.id)) for row in rows)


def _parts(tx: Connection, publication_id: int) -> int:
    counted = select(func.count()).where(list_publication_part.c.publication_id == publication_id)
    return int(tx.execute(counted).scalar_one())


def part(tx: Connection, token: str, number: int) -> tuple[ListPublicationRow, ListPublicationPartRow]:
    """One part of a publication that is done; NotFound for any other alike."""
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
    return row, found
