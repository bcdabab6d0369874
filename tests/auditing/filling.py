"""Rows, written by the program, for tables in which a history has none: a table without rows cannot be attacked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Table, insert, inspect, select
from sqlalchemy import types as sql

from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.records import metadata
from tests.auditing.tampering import LEFT_OUT

_ONE_OF = re.compile(r"(\w+) IN \('(\w+)'")


def fill(tx: Connection) -> None:
    """Ensure that every table that holds facts has two rows at least. Their fields agree with the columns, not with each other."""
    said = NewEvent(
        action=EventName.BIND_ROWS, at=datetime(2026, 6, 10, 2, tzinfo=UTC), content={"batch": 0, "rows": []}
    )
    event_log.append(tx, "filling", said)  # a write of the program stands beside an event
    there = set(inspect(tx).get_table_names()) - LEFT_OUT
    for table in metadata.sorted_tables:
        if table.name in there and tx.execute(select(table).limit(1)).first() is None:
            for number in (1, 2):
                tx.execute(insert(table).values(_row(tx, table, number)))


def _row(tx: Connection, table: Table, number: int) -> dict[str, Any]:
    allowed = dict(
        found.groups()
        for check in table.constraints
        if isinstance(check, CheckConstraint) and (found := _ONE_OF.match(str(check.sqltext)))
    )
    columns = [column for column in table.columns if not column.primary_key]
    return {
        column.name: allowed.get(column.name) or _value(tx, column, number, place)
        for place, column in enumerate(columns)
    }


def _value(tx: Connection, column: Column[Any], number: int, place: int) -> Any:
    """Return a value of the column's kind; later columns hold later days, other numbers and other rows."""
    for key in column.foreign_keys:
        ids = list(tx.scalars(select(key.column).order_by(key.column).limit(number + place)))
        return ids[-1] if ids else None
    kind = column.type.impl_instance if isinstance(column.type, sql.TypeDecorator) else column.type
    match kind:
        case sql.JSON():
            return [number]
        case sql.Boolean():
            return number == 1
        case sql.Integer() | sql.Numeric():
            return number
        case sql.DateTime():
            return datetime(2026, 5, number, place, tzinfo=UTC)
        case sql.Date():
            return date(2026, 5, number) + timedelta(days=place)
        case sql.LargeBinary():
            return bytes([number])
        case sql.String():
            return f"{number} {column.name}"[: kind.length]
    raise NotImplementedError(column.type)
