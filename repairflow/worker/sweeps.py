"""The sweep: finds deadlines that are due and fires them, one transaction each, oldest first.

It selects "due and not done", never "due today", so an outage loses nothing. A rung fires inside the transaction that
claimed its deadline, through the same `perform` as a person's step; what one case breaks on delays that case alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, select, update

from repairflow.db import Database
from repairflow.records import cases, deadline, record
from repairflow.worker import holds

RETRY = timedelta(minutes=10)  # a deadline that could not fire comes up again

Due = tuple[datetime, int, bool]
"""When, which deadline row, and whether it hangs on a case (else on a record)."""

Find = Callable[[Connection, datetime, int], Sequence[Due]]
Fire = Callable[[Connection, int, datetime], Sequence[object]]

log = structlog.get_logger(__name__)

_free = (deadline.c.next_at <= bindparam("now"), deadline.c.held.is_(None))
_due = (
    select(deadline.c.next_at, deadline.c.id, deadline.c.case_id.is_not(None))
    .where(*_free)
    .order_by(deadline.c.next_at, deadline.c.id)
    .limit(bindparam("most"))
)
_next = select(deadline.c.next_at).where(deadline.c.id == bindparam("row"), *_free)


def _claim(owner: Table, key: ColumnElement[Any]) -> Select[Any]:
    """Locks the case (or record) and the deadline together, and looks again whether it is still due.

    Somebody else's lock means that they move this case right now; the next sweep looks at what they left.
    """
    return (
        select(deadline.c.next_rung)
        .select_from(owner.join(deadline, key == owner.c.id))
        .where(deadline.c.id == bindparam("row"), *_free)
        .with_for_update(of=(owner, deadline), skip_locked=True)
    )


_claim_of_case = _claim(cases, deadline.c.case_id)
_claim_of_record = _claim(record, deadline.c.record_id)


@dataclass(slots=True)
class Summary:
    """What one sweep did: rungs fired, deadlines others held or had fired, deadlines put off; and whether a hold is on."""

    fired: int = 0
    skipped: int = 0
    failed: int = 0
    holding: bool = False


def find_due(tx: Connection, now: datetime, limit: int) -> Sequence[Due]:
    """The deadlines due by `now` and not held, soonest first; reads the index of due rows alone."""
    return [(row[0], row[1], bool(row[2])) for row in tx.execute(_due, {"now": now, "most": limit})]


def sweep(db: Database, find: Find, fire: Fire, now: datetime, limit: int = 500) -> Summary:
    """Fire what is due by `now`, at most `limit` rungs; afterwards each fired once, or stays for a later sweep.

    Several may run at once, on any number of nodes. A deadline that has more than one rung due fires them in turn, each
    in its place among the others.
    """
    summary = Summary(holding=not holds.trust(db, now))
    with db.read() as tx:
        queue = list(find(tx, now, limit))
    # A full batch may have more behind it: what comes after its last row waits for the next sweep, to keep the order.
    horizon = queue[-1][0] if len(queue) == limit else now
    for _ in range(limit):
        if not queue:
            break
        _, row, of_case = heapq.heappop(queue)
        following = _fire_one(db, fire, row, of_case, now, summary)
        if following is not None and following <= horizon:
            heapq.heappush(queue, (following, row, of_case))
    return summary


def _fire_one(db: Database, fire: Fire, row: int, of_case: bool, now: datetime, summary: Summary) -> datetime | None:
    """When the deadline's next rung is due, if it is due already."""
    claim = _claim_of_case if of_case else _claim_of_record
    due = {"row": row, "now": now}
    try:
        with db.begin() as tx:
            rung = tx.execute(claim, due).scalar_one_or_none()
            if rung is None or (summary.holding and rung == holds.IRREVERSIBLE):
                summary.skipped += 1
                return None
            fired = len(fire(tx, row, now))
            following: datetime | None = tx.execute(_next, due).scalar_one_or_none() if fired else None
        summary.fired += fired
        return following
    except Exception as error:  # one case that breaks must not stop the others
        log.exception("deadline not fired", deadline_id=row, error=str(error))
    summary.failed += 1
    with db.begin() as tx:
        tx.execute(update(deadline).where(deadline.c.id == row, *_free).values(next_at=now + RETRY), {"now": now})
    return None
