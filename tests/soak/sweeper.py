"""A sweeper in a process of its own, which anybody may kill at any moment: sweeps until nothing is due any more.

    python -m tests.soak.sweeper URL NOW

Each firing takes the real lock, keeps its rung, and leaves a mark that nothing keeps from being left twice.
"""

from __future__ import annotations

import sys
from datetime import datetime

import structlog
from sqlalchemy import Connection, bindparam, insert, update

from repairflow.casework.cases.deadline_firing import lock
from repairflow.db import Database
from repairflow.records import deadline, notice, rung_fired
from repairflow.worker.sweeps import find_due, sweep

RUNGS = ("remind:1", "yellow", "escalate:1")
"""Every deadline fires these, in this order; all are due."""

_next = update(deadline).where(deadline.c.id == bindparam("row"))


def fire(tx: Connection, row: int, now: datetime) -> str | None:
    """One rung, as casework fires it: nothing when somebody else has the case."""
    due = lock(tx, row, now)
    if due is None:
        return None
    one = due.row
    kept = {"case_id": one.case_id, "clock": one.clock, "started_on": one.started_on, "due_day": one.due_day}
    tx.execute(insert(rung_fired).values(**kept, rung=due.rung, fired_at=now, late=0))
    mark = {"person_id": 1, "case_id": one.case_id, "kind": due.rung, "title": "x", "body": "x", "created_at": now}
    tx.execute(insert(notice).values(mark))
    following = dict(zip(RUNGS, (*RUNGS[1:], None), strict=True))[due.rung]
    tx.execute(_next.values(next_rung=following, next_at=due.at if following else None), {"row": row})
    return due.rung


def main(url: str, now: datetime) -> None:
    db = Database(url)
    while sweep(db, find_due, fire, now, limit=50).fired or waits(db, now):
        pass


def waits(db: Database, now: datetime) -> bool:
    """Whether anything is still due: another sweeper may hold it, and may die with it."""
    with db.read() as tx:
        return bool(find_due(tx, now, 1))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
