"""What every connection of the program to SQLite holds to (the tests' own hurry, support/once.py, is left out here), and which
connections stay open between writes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from repairflow.connections import Limits
from repairflow.db import RESTING, Database, _sqlite


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("synchronous", 2),  # FULL: what was committed is on the disk, whatever happens to the machine
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 7000),
    ],
)
def test_a_connection_to_sqlite_holds_to_it(tmp_path: Path, pragma: str, value: object) -> None:
    engine = _sqlite(f"sqlite:///{tmp_path}/some.db", Limits(lock=7))
    with engine.connect() as tx:
        assert tx.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    engine.dispose()


def test_the_next_write_takes_the_connection_of_the_last(database: Database) -> None:
    with database.begin() as tx:
        first = tx.connection.driver_connection
    with database.begin() as tx:
        assert tx.connection.driver_connection is first


@pytest.mark.parametrize("fails", [True, False])
def test_only_the_connection_of_a_write_that_ended_well_stays_out_of_the_pool(database: Database, fails: bool) -> None:
    try:
        with database.begin():
            if fails:
                raise LookupError
    except LookupError:
        pass
    assert database.engine.pool.checkedout() == (0 if fails else 1)  # type: ignore[attr-defined]  # of a pool with a limit


def test_no_more_connections_stay_out_of_the_pool_than_a_few(database: Database) -> None:
    limit = 1 if database.is_sqlite else RESTING + 2  # SQLite has one writer at a time
    with ExitStack() as together:
        for _ in range(limit):
            together.enter_context(database.begin())
    assert database.engine.pool.checkedout() == min(limit, RESTING)  # type: ignore[attr-defined]  # as above
    database.dispose()
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # as above
