"""Entering a row that somebody else may be entering at this moment: then there is one, and the slower one is told."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def enter(tx: Connection, table: Table, values: Mapping[str, object]) -> int | None:
    """Return the id of the new row; None where a row of the same unique key is there, then nothing is written."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    made = make(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
    found: int | None = tx.execute(made).scalar()
    return found
