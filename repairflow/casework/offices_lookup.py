"""Offices found by their code."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from repairflow.casework.rows_by_id import office_of
from repairflow.errors import NotFound
from repairflow.records import office
from repairflow.records.rows import OfficeRow, first_row


def current_office(tx: Connection, office_id: int | None) -> int | None:
    """Return the office that acts today for this one: itself, or the one that has taken over its powers."""
    successor = office_of(tx, office_id).successor_id if office_id is not None else None
    return successor if successor is not None else office_id


def office_by_code(tx: Connection, code: str) -> OfficeRow:
    """Return the office row with this code; NotFound naming it."""
    row = first_row(tx.execute(select(office).where(office.c.code == code)), OfficeRow)
    if row is None:
        raise NotFound(f"没有编码为 {code} 的单位，请核对单位编码。")
    return row


def names_by_code(tx: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return the names of the offices with these codes; a code that none has is left out."""
    if not codes:
        return {}
    rows = tx.execute(select(office.c.code, office.c.name).where(office.c.code.in_(sorted(codes))))
    return {row.code: row.name for row in rows}
