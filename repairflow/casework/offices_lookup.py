"""Offices found by their code."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.errors import NotFound
from repairflow.records import office
from repairflow.records.rows import OfficeRow, first_row


def office_by_code(tx: Connection, code: str) -> OfficeRow:
    """The office row with this code; NotFound naming it."""
    row = first_row(tx.execute(select(office).where(office.c.code == code)), OfficeRow)
    if row is None:
        raise NotFound(f"没有编码为 {code} 的单位，请核对单位编码。")
    return row
