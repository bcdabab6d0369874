"""Figures that the worker counts now and then, so that no page counts the archive anew; each says when it was counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from repairflow.records import kept_figure
from repairflow.records.rows import KeptFigureRow, all_rows

Figures = Mapping[str, Mapping[str, Any]]
"""The content of each figure by its name."""
EVERY = timedelta(minutes=10)
"""How old a count is before it is counted anew."""
LOCK = 7_314_009
"""Any number no other advisory lock uses: of all workers one keeps figures at a time."""
_ALL = select(kept_figure)


def kept(tx: Connection, *names: str) -> dict[str, KeptFigureRow]:
    """Return the figures of these names that are kept."""
    found = tx.execute(_ALL.where(kept_figure.c.name.in_(names)))
    return {row.name: row for row in all_rows(found, KeptFigureRow)}


def fresh(tx: Connection, now: datetime) -> bool:
    """Tell whether somebody counted within the last ten minutes; what was counted in the future does not count."""
    lately = kept_figure.c.counted_at > now - EVERY, kept_figure.c.counted_at <= now
    return tx.execute(select(kept_figure.c.name).where(*lately).limit(1)).first() is not None


def keep(tx: Connection, figures: Figures, counted_at: datetime) -> None:
    """Ensure that these figures are kept as they were counted at this instant, and no others."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(LOCK)))
    tx.execute(delete(kept_figure))
    rows = [{"name": name, "content": content, "counted_at": counted_at} for name, content in figures.items()]
    if rows:
        tx.execute(insert(kept_figure), rows)
