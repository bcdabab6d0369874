"""Pages of a register read by keyset: each begins where the one before ended, so that nothing is left out or shown twice."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Connection, Select

from repairflow import plain
from repairflow.errors import Invalid
from repairflow.records.rows import all_rows

R = TypeVar("R", bound=NamedTuple)


def place_of(after: str) -> int | None:
    """Return the id behind which a page begins, None for the first. Invalid for a cursor of none of our rows."""
    if not after:
        return None
    try:
        return plain.whole(after, 1)
    except ValueError:
        raise Invalid("没有这一页，请从第一页重新查看。") from None


def page(
    tx: Connection,
    query: Select[Any],
    key: Column[int],
    row: type[R],
    after: str,
    size: int,
    *,
    oldest_first: bool = False,
) -> tuple[tuple[R, ...], str]:
    """Return the rows behind the cursor `after` ("" for the first page), newest first, and the cursor of the next page, "" on the last.

    `key` is the row's own id, by whose order the pages go, and one of the columns of `row`. Invalid for a cursor of none of our rows.
    """
    if (place := place_of(after)) is not None:
        query = query.where(key > place if oldest_first else key < place)
    rows = all_rows(tx.execute(query.order_by(key if oldest_first else key.desc()).limit(size + 1)), row)
    return tuple(rows[:size]), str(getattr(rows[size - 1], key.name)) if len(rows) > size else ""
