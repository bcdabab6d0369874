"""Which named tuple types the rows of a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from repairflow.records import rows

SHORTER = {"cases": "CaseRow", "held_row": "HeldRow", "import_row": "ImportRow"}
"""Names that are not made of the table's name: 办件 is no plural, and a row is said once."""


def row_type(table: Table) -> Any:
    """The type; AttributeError when the table has none."""
    return getattr(rows, SHORTER.get(table.name) or f"{table.name.title().replace('_', '')}Row")
