"""Trouble made on purpose: servers that say nothing, locks that nobody gives back, databases that are full or read-only."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psycopg

from repairflow.db import Database


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


@contextmanager
def closed_port() -> Iterator[int]:
    """A port where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it meanwhile
        yield held.getsockname()[1]


@contextmanager
def locked(db: Database, table: str, mode: str = "EXCLUSIVE") -> Iterator[None]:
    """Somebody outside the program holds the table (PostgreSQL) or the only writer's place (SQLite), and does nothing.

    Others may read meanwhile, unless the mode says otherwise.
    """
    if db.is_sqlite:
        with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            yield
            held.execute("ROLLBACK")
    else:
        with psycopg.connect(plain(db)) as held:
            held.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield
            held.rollback()


@contextmanager
def file_away(db: Database) -> Iterator[None]:
    """The folder of a SQLite database is somewhere else for as long as the block lasts, and must be opened anew."""
    db.dispose()
    path = Path(str(db.engine.url.database))
    aside = path.parent.with_name(path.parent.name + "-aside")
    path.parent.rename(aside)
    yield
    aside.rename(path.parent)


def plain(db: Database) -> str:
    """The address of a PostgreSQL database as psycopg takes it."""
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


class Gateway:
    """A relay on loopback before a PostgreSQL server, which can be frozen (it takes all and passes nothing) or cut."""

    def __init__(self, folder: str) -> None:
        self._to = f"{folder}/.s.PGSQL.5432"
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.open = Event()
        self.open.set()
        self.refuses = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        self.open.clear()

    def thaw(self) -> None:
        self.open.set()

    def cut(self) -> None:
        """Every connection is closed; new ones are taken again."""
        for pair in self._pairs:
            for one in pair:
                hang_up(one)
        self._pairs.clear()

    def close(self) -> None:
        self._server.close()
        self.thaw()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.refuses:
                hang_up(near)
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._to)
            self._pairs.append((near, far))
            for one, other in ((near, far), (far, near)):
                Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                self.open.wait()
                other.sendall(data)
        hang_up(one)
        hang_up(other)


def hang_up(one: socket.socket) -> None:
    """The connection ends for whoever reads it, and its socket is closed."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
