"""The rows of a town with something of every kind, many times over: as an archive behind it, or as work that waits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, Table, UniqueConstraint, func, select

from repairflow.auditing import sequencer
from repairflow.casework import row_batches
from repairflow.db import Database
from repairflow.law.identifiers import make_uscc
from repairflow.records import metadata
from repairflow.records.base import Instant
from repairflow.sample import names

ONCE = frozenset({
    # what an installation has however many cases it keeps
    "absence", "api_token", "assignment_rule", "calendar_feed", "calendar_year", "checkpoint", "cosignature",
    "definition_repin", "definition_used", "exchange_key", "fine_threshold", "law_draft", "law_file", "meeting_room",
    "number_series", "office", "office_heading", "office_name", "office_seal", "own_phrase", "own_rule", "preference",
    "role_grant", "saved_view", "target",
    # what is made from the rest: by triggers, by the sequencer and by the worker
    "log_leaf", "row_change", "row_touch", "search_part", "uninformed", "kept_figure",
    # what machines remember for a while
    "attempt", "command_claim", "heartbeat", "web_session",
})  # fmt: skip
"""Tables that stay as they are."""
UNDER_WAY = frozenset({"deadline", "draft"})
"""Tables of which an archive has no rows."""
ENDED = {
    "act": {"state": "'kept'"},
    "batch": {"state": "'done'"},
    "cases": {"closed_at": "coalesce(t.closed_at, t.filed_at)", "due_day": "NULL"},
    "held_row": {"state": "'accepted'"},
    "import_run": {"state": "'done'"},
    "inbound_message": {"state": "'taken'"},
    "inquiry_run": {"state": "'done'"},
    "job": {"state": "'done'", "next_at": "NULL"},
    "list_entry": {"left_on": "t.listed_on", "left_how": "'removed'"},
    "notice": {"read_at": "t.created_at"},
    "outbox": {"state": "'done'", "next_at": "NULL", "lease_until": "NULL", "ended_at": "t.created_at"},
    "page_capture": {"state": "'done'"},
    "sync_finding": {"ended_at": "t.seen_at"},
}  # fmt: skip
"""What a row has otherwise when nobody waits for it any more."""
_MEMBERS = "SELECT person_id FROM mandate UNION SELECT person_id FROM linked_person"
"""The people of subjects: they become more, officers do not."""
_KINDS = {"list_kind", "kind", "round", "clock", "rung", "seq"}
"""Columns of keys whose values are given."""
_COUNT, _DIGITS = "substr(CAST(1000000 + n.n AS text), 2)", 6
_AGO = 400
"""The youngest of an archive is so many days older than what it is a copy of, each further copy a day more."""
_PART = 25


class Multiplied:
    """The rows that stand in a database now, to be written again and again beside themselves.

    With `archive` the copies have ended long ago, else they wait as the rows themselves do. Their chains are not those of
    the trail: they are there to be many, not to be proved.
    """

    def __init__(self, db: Database, *, archive: bool = True) -> None:
        self._db, self._times, self._archive = db, 0, archive
        left = ONCE | (UNDER_WAY if archive else frozenset())
        with db.read() as tx:
            self._tables = [one for one in metadata.sorted_tables if one.name not in left and "id" in one.c]
            self._span = self._shift = _highest(tx, self._tables)
            self._highest = {column: 0 for one in self._tables for column in _numbered(one)}
            self._members = [row.person_id for row in tx.exec_driver_sql(_MEMBERS)]
            self._subjects = list(tx.execute(select(metadata.tables["subject"].c.id)).scalars())

    def until(self, times_over: int) -> None:
        """Ensure that each row is there so many times more, and that the log has leaves for all."""
        while self._times < times_over:
            more = min(_PART, times_over - self._times)
            with self._db.begin() as tx:
                self._shift = _highest(tx, self._tables)
                self._highest = {column: _highest_of(tx, column) for column in self._highest}
                for table in self._tables:
                    if self._span[table.name]:
                        tx.exec_driver_sql(self._written(table, more))
                self._coded(tx, more)
                _counted_on(tx, self._tables)
            self._times += more
        bound = 1
        while bound:
            with self._db.begin() as tx:
                bound = row_batches.bind(tx, _newest(tx))
        with self._db.begin() as tx:
            while sequencer.sequence(tx, 20_000, everything=True):
                pass

    def _written(self, table: Table, more: int) -> str:
        named = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(self._value(column) for column in table.columns)
        which = f" AND t.id IN ({_listed(self._members)})" if table.name == "person" else ""
        first, last = self._times + 1, self._times + more
        return (
            f"WITH RECURSIVE n(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {last}) "
            f"INSERT INTO {table.name} ({named}) SELECT {values} FROM n, {table.name} t "
            f"WHERE t.id <= {self._span[table.name]}{which} ORDER BY n.n, t.id"
        )

    def _value(self, column: Column[Any]) -> str:
        """Return what a copy has in a column."""
        table, value = column.table.name, f't."{column.name}"'
        of = next((key.column.table.name for key in column.foreign_keys), "")
        if column.primary_key or of in self._span:
            return self._moved(value, of or table)
        if column in self._highest:
            return f"0 * {value} + {self._moved('t.id', table)} + {self._highest[column]}"
        if column.name in _apart(column.table):
            return _told_apart(column)
        if not self._archive:
            return value
        value = ENDED.get(table, {}).get(column.name, value)
        if value == "NULL" or not isinstance(column.type, Instant | Date):
            return value
        return self._ago(value, whole_days=isinstance(column.type, Date))

    def _ago(self, value: str, *, whole_days: bool) -> str:
        if not self._db.is_sqlite:
            return f"{value} - ({_AGO} + n.n)" + ("" if whole_days else " * interval '1 day'")
        shape = "%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M:%f000"
        return f"strftime('{shape}', {value}, '-' || ({_AGO} + n.n) || ' days')"

    def _moved(self, value: str, table: str) -> str:
        moved = f"{value} + {self._shift[table]} + (n.n - {self._times + 1}) * {self._span[table]}"
        if table == "person":
            return f"CASE WHEN {value} IN ({_listed(self._members)}) THEN {moved} ELSE {value} END"
        return moved

    def _coded(self, tx: Connection, more: int) -> None:
        """Give each new subject a name and a credit code of its own."""
        subject, span = metadata.tables["subject"], self._span["subject"]
        for number in range(more):
            for one in self._subjects:
                key = one + self._shift["subject"] + number * span
                new = {"name": names.company(key, 7), "uscc": make_uscc("320831", names.serial(key))}
                tx.execute(subject.update().where(subject.c.id == key, subject.c.uscc.is_not(None)).values(new))
        tx.info.pop("touched", None)  # rows that no act wrote: they are what a test works on


def _apart(table: Table) -> frozenset[str]:
    """Return the columns that a copy must have otherwise, for only one row may have such values."""
    sets = [[c.name for c in one.columns] for one in table.constraints if isinstance(one, UniqueConstraint)]
    sets += [[c.name for c in one.columns] for one in table.indexes if one.unique]
    found = {"stream"} if table.name == "event" else set[str]()
    for columns in sets:
        keys = {key.column.table.name for name in columns for key in table.c[name].foreign_keys}
        if keys <= ONCE | {"person"}:  # else a copy is of a copy
            found |= {name for name in columns if not table.c[name].foreign_keys} - _KINDS
    return frozenset(found)


def _numbered(table: Table) -> list[Column[Any]]:
    return [table.c[name] for name in _apart(table) if table.c[name].type.python_type is int]


def _told_apart(column: Column[Any]) -> str:
    value = f't."{column.name}"'
    if column.name in ("digest", "token", "token_digest", "uscc", "id_index"):
        return f"substr({value}, 1, length({value}) - {_DIGITS}) || {_COUNT}"
    return f"{value} || '-' || {_COUNT}"


def _highest_of(tx: Connection, column: Column[Any]) -> int:
    return tx.execute(select(func.max(column))).scalar() or 0


def _highest(tx: Connection, tables: Collection[Table]) -> dict[str, int]:
    return {one.name: _highest_of(tx, one.c.id) for one in tables}


def _counted_on(tx: Connection, tables: Collection[Table]) -> None:
    """Ensure that the ids PostgreSQL gives go on behind those of the copies."""
    if tx.dialect.name == "postgresql":
        for table in tables:
            tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), func.max(table.c.id))))


def _newest(tx: Connection) -> datetime:
    found: datetime = tx.execute(select(func.max(metadata.tables["event"].c.at))).scalar_one()
    return found


def _listed(keys: Collection[int]) -> str:
    return ", ".join(str(key) for key in keys) or "NULL"
