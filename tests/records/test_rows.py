"""The row types say of each table what the table is: names, order, types, what may be empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy import JSON, Column, Table, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.types import TypeDecorator

from repairflow.db import Database
from repairflow.records import heartbeat, metadata, rows
from repairflow.records.rows import HeartbeatRow, all_rows, first_row, one_row
from tests.support.row_types import row_type

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_row_type_has_the_columns_of_its_table(table: Table) -> None:
    assert row_type(table)._fields == tuple(column.name for column in table.columns)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_row_type_says_what_a_column_holds(table: Table) -> None:
    hints = get_type_hints(row_type(table))
    said = {column.name: _said(hints[column.name]) for column in table.columns}
    assert said == {column.name: _held(column) for column in table.columns}


def test_every_row_type_belongs_to_a_table() -> None:
    types = {getattr(rows, name) for name in rows.__all__ if name.endswith("Row")}
    assert types == {row_type(table) for table in TABLES}


def _said(hint: Any) -> tuple[object, bool]:
    """The type a hint names, and whether None may stand there."""
    union = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    (kind,) = [one for one in union if one is not NoneType]
    kind = type(get_args(kind)[0]) if get_origin(kind) is Literal else get_origin(kind) or kind
    return "json" if kind in (Mapping, Sequence) else kind, NoneType in union


def _held(column: Column[Any]) -> tuple[object, bool]:
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return "json" if isinstance(stored, JSON) else stored.python_type, bool(column.nullable)


@pytest.fixture
def beating(database: Database, clock: Any) -> Database:
    with database.begin() as tx:
        tx.execute(heartbeat.insert(), [{"name": name, "at": clock(), "beat": 1} for name in ("a", "b")])
    return database


def test_rows_are_read_into_their_type(beating: Database, clock: Any) -> None:
    everything = select(heartbeat).order_by(heartbeat.c.name)
    a, b = HeartbeatRow("a", clock(), 1), HeartbeatRow("b", clock(), 1)
    nobody = select(heartbeat).where(heartbeat.c.name == "c")
    with beating.read() as tx:
        assert all_rows(tx.execute(everything), HeartbeatRow) == [a, b]
        assert first_row(tx.execute(everything), HeartbeatRow) == a
        assert first_row(tx.execute(nobody), HeartbeatRow) is None
        assert one_row(tx.execute(everything.where(heartbeat.c.name == "b")), HeartbeatRow) == b
        with pytest.raises(NoResultFound):
            one_row(tx.execute(nobody), HeartbeatRow)
        with pytest.raises(MultipleResultsFound):
            one_row(tx.execute(everything), HeartbeatRow)


class _Turned(NamedTuple):
    beat: int
    name: str


@pytest.mark.parametrize("read", [all_rows, first_row, one_row])
def test_columns_in_another_order_are_refused(beating: Database, read: Any) -> None:
    """Values go into the fields by their place: read all the same, each would stand under the other's name."""
    with beating.read() as tx, pytest.raises(TypeError, match=r"_Turned has the fields \('beat', 'name'\)"):
        read(tx.execute(select(heartbeat.c.name, heartbeat.c.beat).limit(1)), _Turned)
