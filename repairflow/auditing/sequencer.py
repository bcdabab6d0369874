"""The sequencer: gives every event its one place in the log, in one order for all, however many nodes write events.

It looks for events that have no leaf, never for "id greater than the last": on PostgreSQL a transaction that took its id
early may commit late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, text

from repairflow.auditing import merkle
from repairflow.records import event, log_leaf

LOCK = 7_314_002  # PostgreSQL: one sequencer or signer at a time, on whatever node
LATE = 1_000  # how many ids behind the newest leaf a quick look still goes

_NEWEST = select(func.max(log_leaf.c.event_id))
_NEXT = select(func.coalesce(func.max(log_leaf.c.position), -1) + 1)
_WAITING = (
    select(event.c.id, event.c.digest)
    .outerjoin(log_leaf, log_leaf.c.event_id == event.c.id)
    .where(log_leaf.c.event_id.is_(None))
    .order_by(event.c.id)
)
_INSERT = insert(log_leaf)


def leaf_of(digest: str) -> bytes:
    """Return the leaf of the event with this digest; the digest binds its body and all events before it in its stream."""
    return merkle.leaf_hash(digest.encode("ascii"))


def waiting(tx: Connection) -> bool:
    """Tell whether a quick look finds an event without a leaf: what to ask before opening a write transaction."""
    return tx.execute(_recent(tx).limit(1)).first() is not None


def count_waiting(tx: Connection) -> int:
    """Return how many events without a leaf a quick look finds: it reads what waits, not the log."""
    return tx.execute(select(func.count()).select_from(_recent(tx).subquery())).scalar_one()


def sequence(tx: Connection, limit: int, *, everything: bool = False) -> int:
    """At most `limit` events more have a leaf, in order of their ids; how many. `tx` is a write transaction of its own.

    A quick look goes `LATE` ids behind the newest leaf; `everything` looks at all events, for once a day: only a
    transaction open while a thousand others committed needs it.
    """
    alone(tx)
    return _append(tx, tx.execute((_WAITING if everything else _recent(tx)).limit(limit)).all())


def knows(tx: Connection, digest: str) -> bool:
    """Tell whether there is an event with this digest."""
    return tx.execute(select(event.c.id).where(event.c.digest == digest)).first() is not None


def late(tx: Connection, digest: str) -> bool:
    """Tell whether the event with this digest has no leaf and is too far back for a quick look."""
    newest = tx.execute(_NEWEST).scalar()
    row = tx.execute(_WAITING.where(event.c.digest == digest)).first()
    return row is not None and newest is not None and row.id <= newest - LATE


def place(tx: Connection, digest: str) -> None:
    """Ensure that the event with this digest has a leaf, wherever it stands. `tx` is a write transaction of its own."""
    alone(tx)
    _append(tx, tx.execute(_WAITING.where(event.c.digest == digest)).all())


def alone(tx: Connection) -> None:
    """Lock the log: until `tx` ends no other node sequences or signs. On SQLite a write transaction is alone anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _recent(tx: Connection) -> Select[Any, Any]:
    newest = tx.execute(_NEWEST).scalar()
    return _WAITING if newest is None else _WAITING.where(event.c.id > newest - LATE)


def _append(tx: Connection, rows: Sequence[Row[Any, Any]]) -> int:
    if rows:
        start = tx.execute(_NEXT).scalar_one()
        tx.execute(
            _INSERT,
            [
                {"position": position, "event_id": row.id, "leaf": leaf_of(row.digest)}
                for position, row in enumerate(rows, start)
            ],
        )
    return len(rows)
