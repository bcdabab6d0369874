"""Connections to PostgreSQL which one test closed, as they were when they were new, for the next one.

A server's process learns the tables, compiles the triggers and plans every statement for each connection anew: more than
most tests ask of it.
"""

from __future__ import annotations

from typing import Any, Self

import psycopg
from psycopg.pq import TransactionStatus

from repairflow import postgresql
from repairflow.connections import Limits

MOST = 4
"""How many are kept of one kind; a test that opens more does so on purpose."""
AS_NEW = (
    "RESET ALL; RESET SESSION AUTHORIZATION; UNLISTEN *; CLOSE ALL; SELECT pg_advisory_unlock_all(); DISCARD TEMP;"
    " DISCARD SEQUENCES"
)

_patient = postgresql._Patient
_idle: dict[str, list[_Kept]] = {}


class _Kept(_patient):
    """A connection of the program that goes back to where it was taken from when it is closed."""

    kind = ""

    @classmethod
    def connect(cls, *given: Any, **named: Any) -> Self:
        """One that waits, else a new one."""
        # Each engine has a map of types of its own, and all have the same in it.
        kind = repr((given, sorted((name, value) for name, value in named.items() if name != "context")))
        waiting = _idle.get(kind, [])
        while waiting:
            kept = waiting.pop()
            if not kept.closed:
                return kept
        new = super().connect(*given, **named)
        new.kind = kind
        if new.prepare_threshold is not None:  # many tests ask the same of it: the server reads and plans each once
            new.prepare_threshold, new.prepared_max = 1, 5_000
        return new

    def close(self) -> None:
        """It waits for the next one to ask for it, unless it is broken or its database none of the tests' own."""
        if self._made_new():
            _idle.setdefault(self.kind, []).append(self)
        else:
            super().close()

    def end(self) -> None:
        """Close it indeed."""
        super().close()

    def _made_new(self) -> bool:
        kept = _idle.get(self.kind, [])
        if self.closed or self in kept or len(kept) >= MOST or not self.info.dbname.startswith("rf_"):
            return False
        if self.limits != Limits():  # a test with limits of its own is about connections and servers that fail
            return False
        if self.pgconn.transaction_status not in (
            TransactionStatus.IDLE,
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
        ):
            return False
        try:
            self.rollback()
            self.isolation_level = self.read_only = self.deferrable = None
            self.autocommit = True
            self.execute(AS_NEW, prepare=False)
            self.autocommit = False
        except psycopg.Error:
            return False
        self._notice_handlers.clear()
        return True


def keep() -> None:
    """Afterwards the program's connections of this process are kept."""
    postgresql._Patient = _Kept  # type: ignore[misc]  # our own in its place


def pids(database: str) -> list[int]:
    """The server's processes that wait for somebody to ask for this database."""
    return [one.info.backend_pid for one in _of(database)]


def forget(database: str | None = None) -> None:
    """Close those of one database, or all."""
    for one in _of(database):
        _idle[one.kind].remove(one)
        one.end()


def _of(database: str | None) -> list[_Kept]:
    return [one for kept in _idle.values() for one in kept if not one.closed and database in (None, one.info.dbname)]
