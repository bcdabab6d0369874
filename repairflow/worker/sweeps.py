"""The sweep: finds deadlines that are due and fires them, one transaction each, oldest first.

It selects "due and not done", never "due today", so an outage loses nothing. A rung fires inside the transaction that
claimed its deadline, through the same `perform` as a person's step; what one case breaks on delays that case alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, bindparam, select, update

from repairflow.casework import clock_guard
from repairflow.db import Database
from repairflow.records import deadline

RETRY = timedelta(minutes=10)  # a deadline that could not fire comes up again

Due = tuple[datetime, int]
"""When its next rung is due, and which deadline row."""

Find = Callable[[Connection, datetime, int], Sequence[Due]]
Fire = Callable[[Connection, int, datetime], object]

log = structlog.get_logger(__name__)

_free = (deadline.c.next_at <= bindparam("now"), deadline.c.held.is_(None))
_due = (
    select(deadline.c.next_at, deadline.c.id)
    .where(*_free)
    .order_by(deadline.c.next_at, deadline.c.id)
    .limit(bindparam("most"))
)
_next = select(deadline.c.next_at).where(deadline.c.id == bindparam("row"), *_free)
_waits = select(deadline.c.id).where(deadline.c.id == bindparam("row"), clock_guard.must_wait)


@dataclass(slots=True)
class Summary:
    """What one sweep did: rungs fired, deadlines others held or had fired, deadlines put off; and whether a hold is on."""

    fired: int = 0
    skipped: int = 0
    failed: int = 0
    holding: bool = False


def find_due(tx: Connection, now: datetime, limit: int) -> Sequence[Due]:
    """Return the deadlines due by `now` and not held, soonest first; reads the index of due rows alone."""
    return [(row[0], row[1]) for row in tx.execute(_due, {"now": now, "most": limit})]


def sweep(
    db: Database, find: Find, fire: Fire, now: datetime, limit: int = 500, witness: clock_guard.Witness | None = None
) -> Summary:
    """Fire what is due by `now`, at most `limit` rungs; afterwards each fired once, or stays for a later sweep.

    `fire` locks the case and fires one rung inside the transaction it is given; it answers nothing (None, or an empty
    list) when somebody else has the case or the deadline is no longer due. Several sweeps may run at once, on any number
    of nodes. A deadline with more than one rung due fires them in turn, each in its place among the others.
    """
    with db.read() as tx:
        clock = clock_guard.read_clock(tx, now)
        queue = list(find(tx, now, limit)) if clock.settled else []
    seen = witness is not None and witness.saw(now, trusted=not clock.jumped)
    if not clock.settled:
        with db.begin() as tx:
            clock_guard.settle(tx, clock, seen=seen)
            queue = list(find(tx, now, limit))
    summary = Summary(holding=clock.jumped)
    # A full batch may have more behind it: what comes after its last row waits for the next sweep, to keep the order.
    horizon = queue[-1][0] if len(queue) == limit else now
    for _ in range(limit):
        if not queue:
            break
        _, row = heapq.heappop(queue)
        following = _fire_one(db, fire, row, now, summary)
        if following is not None and following <= horizon:
            heapq.heappush(queue, (following, row))
    return summary


def _fire_one(db: Database, fire: Fire, row: int, now: datetime, summary: Summary) -> datetime | None:
    """Return when the deadline's next rung is due, if it is due already."""
    try:
        with db.begin() as tx:
            if summary.holding and tx.execute(_waits, {"row": row}).first() is not None:
                summary.skipped += 1
                return None
            if not fire(tx, row, now):
                summary.skipped += 1
                return None
            following: datetime | None = tx.execute(_next, {"row": row, "now": now}).scalar_one_or_none()
    except Exception:  # one case that breaks must not stop the others
        log.exception("deadline not fired", deadline_id=row)
    else:
        summary.fired += 1
        return following
    summary.failed += 1
    if summary.holding:
        return None  # a time by this clock may lie years ahead, and nothing would come of the deadline until then
    with db.begin() as tx:
        tx.execute(update(deadline).where(deadline.c.id == row, *_free).values(next_at=now + RETRY), {"now": now})
    return None
