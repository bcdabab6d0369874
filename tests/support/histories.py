"""Databases as earlier versions of the program left them: rows recorded from their demonstrations, put into their own schema."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from repairflow.casework.queries.audit.replay.deadlines import Days, counted
from repairflow.casework.queries.audit.replay.difference import Difference
from repairflow.casework.queries.audit.replay.recorded import History
from repairflow.db import Database
from repairflow.law.procedure.library import Library
from repairflow.records import schema

FOLDER = Path(__file__).parents[1] / "histories"


@cache
def recorded(release: str) -> dict[str, Any]:
    """What was recorded of a release: its schema revision, its rows by table, and the due days it counted after each step."""
    found: dict[str, Any] = json.loads((FOLDER / f"{release}.json").read_text("utf-8"))
    return found


def fill(db: Database, release: str) -> str:
    """Afterwards a database without tables is the demonstration of that release; gives its revision."""
    if not db.is_sqlite:
        return _fill(db, release)
    db.dispose()
    shutil.copyfile(_template(release), str(db.engine.url.database))
    return str(recorded(release)["revision"])


@cache
def _template(release: str) -> Path:
    """A file made once, then copied: the migrations cost more than most tests."""
    path = Path(tempfile.mkdtemp(prefix="rf-history-")) / f"{release}.db"
    db = Database(f"sqlite:///{path}")
    _fill(db, release)
    db.dispose()  # with its last connection, what lay in the write-ahead log goes into the file
    return path


def _fill(db: Database, release: str) -> str:
    past = recorded(release)
    schema.upgrade(db, past["revision"])
    there = sa.MetaData()
    there.reflect(db.engine)
    with db.engine.begin() as tx:
        for name, rows in past["tables"].items():
            table = there.tables[name]
            tx.execute(table.insert(), [{k: _value(table.c[k], v, tx) for k, v in row.items()} for row in rows])
            if tx.dialect.name == "postgresql" and "id" in table.c:
                last = max(row["id"] for row in rows)
                tx.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))
    return str(past["revision"])


def _value(column: sa.Column[Any], value: Any, tx: sa.Connection) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.LargeBinary):
        return bytes.fromhex(value["hex"]) if "hex" in value else value["text"].encode()
    if isinstance(column.type, sa.DateTime):
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if tx.dialect.name == "postgresql" else at
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def counted_otherwise(law: Library, history: History, recorded_days: list[list[Days]]) -> Iterator[Difference]:
    """Runs that end otherwise than an earlier version counted them, step by step."""
    for until, before in enumerate(recorded_days, start=1):
        then = {(clock, nth): (state, day) for clock, nth, state, day in before}
        now = {(clock, nth): (state, day) for clock, nth, state, day in counted(law, history, until)}
        for key in sorted(then.keys() | now.keys()):
            if then.get(key) != now.get(key):
                name, seq = f"due {history.case.procedure}.{key[0]}", history.steps[until - 1].seq
                yield Difference("due", name, history.case.number, seq, str(then.get(key)), str(now.get(key)))
