"""How often something was tried, counted in rows, so that all processes of all nodes count together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, case, delete, or_
from sqlalchemy.dialects import postgresql, sqlite

from repairflow.records import attempt


def count(tx: Connection, key: str, now: datetime, until: datetime) -> tuple[int, datetime]:
    """Return one more of a key: how many there are in its window, and when that is over. A window in the future (the clock was
    put back) begins anew."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = make(attempt).values(key=key, began_at=now, until=until, taken=1)
    over = or_(attempt.c.until <= now, attempt.c.began_at > now)
    anew = {"taken": (1, attempt.c.taken + 1), "began_at": (now, attempt.c.began_at), "until": (until, attempt.c.until)}
    later = {name: case((over, first), else_=more) for name, (first, more) in anew.items()}
    counted = row.on_conflict_do_update(index_elements=[attempt.c.key], set_=later)
    found = tx.execute(counted.returning(attempt.c.taken, attempt.c.until)).one()
    return found.taken, found.until


def forget(tx: Connection, key: str) -> None:
    """Ensure that nothing was tried under this key."""
    tx.execute(delete(attempt).where(attempt.c.key == key))
