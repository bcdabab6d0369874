"""What a database is asked, on SQLite and PostgreSQL alike: the statements of SQLAlchemy and those that are compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event as on

from repairflow.db import Database


@contextmanager
def asked(db: Database) -> Iterator[list[tuple[str, str]]]:
    """Give the statements of the block, each with its values, in their order."""
    found: list[tuple[str, str]] = []

    def note(_tx: object, _cursor: object, text: str, given: object, *_: object) -> None:
        found.append((text, repr(given)))

    on.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        on.remove(db.engine, "before_cursor_execute", note)
