"""Offices found by their code."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from repairflow.errors import NotFound
from repairflow.records import office


def office_by_code(tx: Connection, code: str) -> Any:
    """The office row with this code; NotFound naming it."""
    row = tx.execute(select(office).where(office.c.code == code)).first()
    if row is None:
        raise NotFound(f"没有编码为 {code} 的单位，请核对单位编码。")
    return row
