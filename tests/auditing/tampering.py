"""Somebody who owns the database changes one row: which tables and columns they may choose, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, insert, inspect, select, text, update
from sqlalchemy import types as sql
from sqlalchemy.exc import DBAPIError

from repairflow.db import Database
from repairflow.records import metadata

LEFT_OUT = frozenset(
    {
        "web_session", "draft", "notice",  # sessions, drafts, notices
        "attempt", "command_claim", "heartbeat", "search_part", "uninformed", "kept_figure",  # caches
        "row_touch",  # on its way into the lines
    }
)  # fmt: skip
"""The only tables in which a change by hand need not show."""

LEFT_OUT_COLUMNS = {
    "outbox": {"attempts", "lease_until", "last_error"},
    "import_run": {"rows_done"},
    "job": {"done", "total", "attempt", "rescues", "failures", "node", "next_at"},
    "checkpoint": {"at"},
    "event_personal": {"value", "salt"},  # emptied together they are an erasure
    "row_change": {"batch", "salt"},
}
TRAIL = frozenset({"event", "event_personal", "log_leaf", "checkpoint", "row_change"})
KINDS = ("edit", "delete", "duplicate", "swap", "move")


@dataclass(frozen=True)
class Attack:
    """What was done to which row."""

    kind: str
    table: str
    rows: tuple[Any, ...]
    column: str = ""

    def is_named_in(self, findings: Sequence[Any]) -> bool:
        """Whether a finding names the row. What is wrong in the trail itself may show at the row beside it."""
        if self.table in TRAIL:
            return any(one.table in TRAIL or one.stream for one in findings)
        return any(one.table == self.table and one.id in self.rows for one in findings)


@contextmanager
def burglar(db: Database) -> Iterator[Connection]:
    """A connection without triggers and constraints; whatever is done is taken back."""
    with db.engine.connect() as tx:
        driver: Any = tx.connection.driver_connection
        if db.is_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF").close()
            driver.execute("PRAGMA ignore_check_constraints=ON").close()
        with tx.begin() as whole:
            if db.is_sqlite:
                for name in tx.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                    tx.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                tx.execute(text("SET LOCAL session_replication_role = replica"))
            yield tx
            whole.rollback()
        if db.is_sqlite:
            driver.execute("PRAGMA foreign_keys=ON").close()
            driver.execute("PRAGMA ignore_check_constraints=OFF").close()


def tables(tx: Connection) -> list[Table]:
    """Those with rows."""
    there = set(inspect(tx).get_table_names())
    chosen = [t for t in metadata.sorted_tables if t.name in there - LEFT_OUT]
    return [t for t in chosen if tx.execute(select(t).limit(1)).first() is not None]


def attack(tx: Connection, chance: Random, among: Sequence[Table]) -> Attack:
    """One change that the database takes."""
    while True:
        table, kind = chance.choice(among), chance.choice(KINDS)
        try:
            with tx.begin_nested():
                done = _done(tx, chance, table, kind)
        except DBAPIError:
            continue  # a constraint refuses it, whoever asks
        if done is not None:
            return done


def _done(tx: Connection, chance: Random, table: Table, kind: str) -> Attack | None:
    key = next(iter(table.primary_key))
    ids = list(tx.scalars(select(key).order_by(key)))
    chosen = chance.choice(ids)
    row = tx.execute(select(table).where(key == chosen)).one()._mapping
    columns = [c for c in table.columns if c is not key and c.name not in LEFT_OUT_COLUMNS.get(table.name, ())]
    if kind == "delete":
        tx.execute(delete(table).where(key == chosen))
        return Attack(kind, table.name, (chosen,))
    if kind == "duplicate":
        new = max(ids) + 1
        values = {c.name: row[c.name] for c in table.columns} | {key.name: new}
        tx.execute(insert(table).values(values))
        return Attack(kind, table.name, (new, chosen))
    if kind == "move" and table.name == "event_personal":
        return None  # its own number stands for nothing: that it belongs to another event is an edit
    if kind == "move":
        new = max(ids) + 1 + chance.randrange(3)
        tx.execute(update(table).where(key == chosen).values({key.name: new}))
        return Attack(kind, table.name, (chosen, new))
    column = chance.choice(columns)
    if kind == "edit":
        other = _other(chance, column, row[column.name])
        tx.execute(update(table).where(key == chosen).values({column.name: other}))
        return Attack(kind, table.name, (chosen,), column.name)
    second = chance.choice(ids)
    there = tx.scalar(select(column).where(key == second))
    if there == row[column.name]:
        return None  # nothing would change
    tx.execute(update(table).where(key == chosen).values({column.name: there}))
    tx.execute(update(table).where(key == second).values({column.name: row[column.name]}))
    return Attack(kind, table.name, (chosen, second), column.name)


def _other(chance: Random, column: Column[Any], value: Any) -> Any:
    if value is not None and column.nullable and chance.random() < 0.2:
        return None
    kind = column.type.impl_instance if isinstance(column.type, sql.TypeDecorator) else column.type
    match kind:
        case sql.JSON():
            return [value, "x"]
        case sql.Boolean():
            return not value
        case sql.Integer():
            return (value or 0) + 1
        case sql.Numeric():
            return (value or 0) + 1
        case sql.DateTime() | sql.Date() if value is not None:
            return value.replace(year=value.year + 1, day=min(value.day, 28))
        case sql.DateTime():
            return datetime(2026, 1, 1, tzinfo=UTC)
        case sql.Date():
            return date(2026, 1, 1)
        case sql.LargeBinary():
            return (value or b"") + b"x"
    return (value or "") + "x"
