"""A case or a record built again from what the program wrote: each of its rows as it was made and changed, beside what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select, text

from repairflow.auditing.report import Fault
from repairflow.auditing.row_proof import prove_row
from repairflow.errors import NotFound
from repairflow.records import cases, metadata, record, row_change, row_triggers


@dataclass(frozen=True, slots=True)
class Change:
    """One line: when, insert, update, delete or base, and per field what was and what is (None where a line has no before)."""

    at: str
    kind: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Built:
    """A row as the program made it, its changes oldest first, and where it differs from what is there."""

    table: str
    row_id: int
    changes: tuple[Change, ...]
    findings: tuple[Fault, ...]


def rebuild(tx: Connection, number: str) -> list[Built]:
    """Return every row of a case or record by its number (办件编号, 信息编号). NotFound for neither.

    Rows that were deleted by hand are found by their lines, as far as those name the case or record.
    """
    for owner, link in ((cases, "case_id"), (record, "record_id")):
        key = tx.scalar(select(owner.c.id).where(owner.c.number == number))
        if key is not None:
            return [_built(tx, owner.name, key), *_belonging(tx, link, key)]
    raise NotFound("没有这个编号的办件或信息。")


def _belonging(tx: Connection, link: str, key: int) -> Iterator[Built]:
    held = set(row_triggers.held(tx))
    for table in metadata.sorted_tables:
        if table.name in held and link in table.c:
            for row_id in sorted(_ids(tx, table, link, key)):
                yield _built(tx, table.name, row_id)


def _ids(tx: Connection, table: Table, link: str, key: int) -> set[int]:
    there = set(tx.scalars(select(table.c.id).where(table.c[link] == key)))
    lines = row_change.c
    said = select(lines.row_id, lines.fields).where(lines.tbl == table.name, lines.fields.like(f'%"{link}":%{key}%'))
    return there | {one.row_id for one in tx.execute(said) if key in _said(_fields(one.fields).get(link))}


def _said(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


_OF_ROW = text("SELECT at, kind, fields FROM row_change WHERE tbl = :table AND row_id = :row ORDER BY id")


def _built(tx: Connection, table: str, row_id: int) -> Built:
    lines = tx.execute(_OF_ROW, {"table": table, "row": row_id})
    changes = tuple(Change(one.at, one.kind, _fields(one.fields)) for one in lines)
    return Built(table, row_id, changes, tuple(prove_row(tx, table, row_id)))


def _fields(written: str) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(written)
    except ValueError:
        return {}
    return found
