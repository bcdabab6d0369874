"""What every connection of the program to SQLite holds to; the tests' own hurry (support/once.py) is left out here."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from repairflow.db import Limits, _sqlite


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
