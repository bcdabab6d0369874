"""A town as it was first built at one instant, copied into the empty databases of later tests.

Most tests begin with the same few hundred rows; to write them once and copy them is several times as quick.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text

from repairflow.db import Database
from repairflow.law.procedure.roles import OFFICE_ROLES
from tests.support import databases, kept_files

_EMPTY = text("SELECT NOT EXISTS (SELECT 1 FROM office) AND NOT EXISTS (SELECT 1 FROM event)")
_NUMBERED = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"

Ids = tuple[dict[str, int], dict[str, int], dict[str, int]]
Fill = Callable[[Database], None]
"""Puts rows into a database."""


@dataclass(frozen=True)
class _Copy:
    """What the building of a town gave, and a way to put its rows into an empty database."""

    ids: Ids
    fill: Fill


_copies: dict[tuple[str, datetime, frozenset[str]], _Copy] = {}


def built(db: Database, at: datetime, build: Callable[[], Ids]) -> Ids:
    """The ids of the town's parties; afterwards their rows are there, as `build` wrote them for the first of this instant."""
    known = (db.engine.dialect.name, at, frozenset(OFFICE_ROLES))  # an installation's own law may add posts
    copy = _copies.get(known)
    if copy is None:
        stands = at == at.replace(second=0, microsecond=0)  # of a clock that runs no instant comes again
        empty = stands and _is_empty(db)
        _without_bulk(db)
        ids = build()
        if empty:
            _copies[known] = _Copy(ids, taken(db, known))
    elif _is_empty(db):
        ids = copy.ids
        copy.fill(db)
    else:
        ids = build()
    offices, subjects, people = ids
    return dict(offices), dict(subjects), dict(people)


def _is_empty(db: Database) -> bool:
    if db.is_sqlite and kept_files.as_made(_path(db), rows=False):
        return True
    with db.engine.connect() as tx:
        return bool(tx.execute(_EMPTY).scalar_one())


def _with_driver(db: Database, use: Callable[[Any], Any]) -> Any:
    """Call it with the driver's own connection, outside any transaction."""
    held = db.engine.raw_connection()
    try:
        return use(held.driver_connection)
    finally:
        held.close()


def _without_bulk(db: Database) -> None:
    """Afterwards an empty database holds no rows of an earlier town either."""
    if not db.is_sqlite:
        _with_driver(db, _delete_bulk)


def _delete_bulk(driver: psycopg.Connection[Any]) -> None:
    if databases.bulks.pop(_key(driver), None) is not None:
        driver.execute("SET LOCAL session_replication_role = replica")
        for name in databases.BULK:
            driver.execute(f"DELETE FROM {name}")
        driver.commit()


def _key(driver: psycopg.Connection[Any]) -> str:
    return f"{driver.info.host}/{driver.info.dbname}"


def taken(db: Database, town: object = None) -> Fill:
    """A way to put all rows of now into another empty or, on SQLite, any migrated database.

    `town` names what is copied where the bulk of its rows may stay for the next copy, see `databases.Bulk`.
    """
    if not db.is_sqlite:
        fill = _with_driver(db, lambda driver: _postgresql(driver, town))
        return lambda other: _with_driver(other, fill)
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    _with_driver(db, lambda driver: driver.backup(kept))

    def put(other: Database) -> None:
        if kept_files.as_made(_path(other)):
            kept_files.fill(_path(other), kept)
        else:
            _with_driver(other, kept.backup)

    return put


def _path(db: Database) -> str:
    return str(db.engine.url.database)


def _postgresql(driver: psycopg.Connection[Any], town: object) -> Callable[[Any], None]:
    tables = driver.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows: dict[str, bytes] = {}
    for (name,) in tables:
        if name != "alembic_version" and driver.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone():
            with driver.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as found:
                rows[name] = b"".join(bytes(part) for part in found)
    numbers = "; ".join(f"SELECT setval('{name}', {last})" for name, last in driver.execute(_NUMBERED).fetchall())
    counted = tuple(driver.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in databases.BULK)
    driver.rollback()

    def fill(other: psycopg.Connection[Any]) -> None:
        # The rows keep their numbers, so that those of other tables hold; triggers have noted them once.
        other.execute("SET LOCAL session_replication_role = replica")
        bulk = databases.bulks.pop(_key(other), None)
        stays = bulk is not None and bulk.town == town
        if bulk is not None and not stays:
            for name in databases.BULK:
                other.execute(f"DELETE FROM {name}")
        for name, content in rows.items():
            if stays and name in databases.BULK:
                continue
            with other.cursor().copy(f'COPY "{name}" FROM STDIN (FORMAT binary)') as into:
                into.write(content)
        other.execute(numbers)
        if bulk is None or not stays:
            (number,) = other.execute("SELECT pg_current_xact_id()::xid::text").fetchone() or ("",)
            bulk = databases.Bulk(town, number, counted)
        other.commit()
        if town is not None:
            databases.bulks[_key(other)] = bulk

    return fill
