"""The database door: one engine, two kinds of transaction, and nothing else commits.

`begin()` is a write transaction (SQLite: BEGIN IMMEDIATE, so that two writers queue instead of failing);
`read()` cannot write. A commit that changed a guarded table without an event in the same transaction is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy import event as on
from sqlalchemy.sql.dml import Insert, UpdateBase

BUSY_TIMEOUT_MS = 30_000


class Unwitnessed(AssertionError):
    """Business rows changed and no event was written: a fault of the program, never of its user."""


class Database:
    """An engine and its doors. `url` is a SQLAlchemy URL for SQLite or PostgreSQL (psycopg)."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._reader = self.engine.execution_options(read_door=True)
        on.listen(self.engine, "before_execute", _watch)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One write transaction: commits once when the block ends well, else rolls everything back.

        Raises `Unwitnessed` instead of committing when guarded rows changed and no event stands beside them.
        """
        with self.engine.connect() as tx:
            tx.info.pop("touched", None)
            tx.info.pop("witnessed", None)
            with tx.begin():
                yield tx
                touched = tx.info.get("touched")
                if touched and not tx.info.get("witnessed"):
                    raise Unwitnessed(f"changed without an event: {', '.join(sorted(touched))}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One read transaction with a stable view; any write in it fails."""
        with self._reader.connect() as tx:
            if not self.is_sqlite:
                tx.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            yield tx

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def _watch(tx: Connection, statement: Any, *_: Any) -> None:
    if isinstance(statement, UpdateBase):
        table = statement.table
        if getattr(table, "info", {}).get("guarded"):
            tx.info.setdefault("touched", set()).add(str(table))
        elif str(table) == "event" and isinstance(statement, Insert):
            tx.info["witnessed"] = True


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000})

    @on.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would begin by itself, too late and without IMMEDIATE
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the append-only triggers
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @on.listens_for(engine, "begin")
    def _begin(tx: Connection) -> None:
        reading = tx.get_execution_options().get("read_door", False)
        tx.exec_driver_sql("PRAGMA query_only=1" if reading else "PRAGMA query_only=0")
        tx.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
