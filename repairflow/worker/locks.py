"""One order of locks for the whole worker: the case first, then the rows that belong to it, as `perform` does.

Whoever locked an outbox row or a deadline before its case could wait for a person's step that waits for that row.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

from repairflow.records import cases, record

_STATEMENTS = {table: select(table.c.id).with_for_update() for table in (cases, record)}


def hold(tx: Connection, case_id: int | None, record_id: int | None) -> None:
    """Lock the case, or without one the record, until this transaction ends; SQLite's writer has locked all already."""
    if tx.dialect.name == "sqlite":
        return
    table: Table = record if case_id is None else cases
    row = record_id if case_id is None else case_id
    if row is not None:
        tx.execute(_STATEMENTS[table].where(table.c.id == row))
