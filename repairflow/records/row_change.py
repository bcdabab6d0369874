"""What the program changed in which row, and the notes of triggers it is made of."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from repairflow.records.base import Id, metadata

row_touch = Table(
    "row_touch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tx", String(30)),  # PostgreSQL: the transaction; SQLite has one writer at a time
    Column("tbl", String(60), nullable=False),
    Column("row_id", Id, nullable=False),
    Column("was", Text),
    Column("now", Text),
)
"""Rows as triggers saw them; gone at the end of each transaction of the program. What stays was changed by somebody else."""
Index("ix_row_touch_tx", row_touch.c.tx, sqlite_where=row_touch.c.tx.is_not(None))

row_change = Table(
    "row_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tbl", String(60), nullable=False),
    Column("row_id", Id, nullable=False),
    Column("kind", String(10), nullable=False),  # insert | update | delete | base
    Column("salt", String(32), nullable=False),  # of its digests of personal values; empty once they are erased
    Column("fields", Text, nullable=False),  # canonical JSON: name -> value, or name -> [was, is]
    Column("at", String(32), nullable=False),
    Column("batch", Integer),  # which event of the stream `rows` holds its digest; empty until then
)
"""Only grows; the events of the stream `rows` bind it into the log."""
Index("ix_row_change_row", row_change.c.tbl, row_change.c.row_id, row_change.c.id)
Index(
    "ix_row_change_waiting", row_change.c.id,
    sqlite_where=row_change.c.batch.is_(None), postgresql_where=row_change.c.batch.is_(None),
)  # fmt: skip
Index(
    "ix_row_change_batch", row_change.c.batch, row_change.c.id,
    sqlite_where=row_change.c.batch.is_not(None), postgresql_where=row_change.c.batch.is_not(None),
)  # fmt: skip
