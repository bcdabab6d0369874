"""Whether the clock can be trusted: a jump far ahead puts irreversible steps on hold until a person says it is right.

The last trusted instant is kept. While the present lies too far ahead of it, it does not move: so the hold stays, on every
node, until `confirm` or until the clock has come back. From inside, a long outage looks the same: whoever comes first
confirms the time, and what was missed fires in order.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from repairflow.db import Database
from repairflow.records import deadline
from repairflow.worker import beats

CLOCK = "clock"
HOLD = "hold"  # kept while a hold is on: whether deadlines are marked need not be looked for
JUMP = timedelta(hours=6)
STEP = timedelta(minutes=1)  # how coarsely the trusted instant is kept: an idle sweep writes nothing
IRREVERSIBLE = "due"  # at the due day a case may lapse and publicity may end; the other rungs only tell people
WHY = "系统时间比上次运行时晚了六小时以上（时钟有误，或服务中断过）。请核对时间并确认，确认后继续执行。"


def jumped(last: datetime | None, now: datetime) -> bool:
    """Whether `now` lies more than six hours after the last trusted instant."""
    return last is not None and now - last > JUMP


def trust(db: Database, now: datetime) -> bool:
    """Whether irreversible steps may fire. Afterwards deadlines that wait say why, and those that need not do not."""
    with db.read() as tx:
        last, held = beats.get(tx, CLOCK), beats.get(tx, HOLD) is not None
    if jumped(last, now):
        with db.begin() as tx:
            if not held:
                beats.put(tx, HOLD, now)
            waiting = (deadline.c.next_at <= now, deadline.c.next_rung == IRREVERSIBLE, deadline.c.held.is_(None))
            tx.execute(update(deadline).where(*waiting).values(held=WHY))
        return False
    # A clock set back leaves the instant alone: the way forward again is no jump.
    if held or last is None or now - last >= STEP:
        with db.begin() as tx:
            beats.put(tx, CLOCK, now if last is None else max(last, now))
            if held:
                _let_go(tx)
    return True


def holding(tx: Connection, now: datetime) -> bool:
    """Whether irreversible steps wait for a person: for pages and health checks."""
    return jumped(beats.get(tx, CLOCK), now)


def confirm(tx: Connection, now: datetime) -> int:
    """A person says that `now` is right: the hold ends. The number of deadlines it had stopped."""
    beats.put(tx, CLOCK, now)
    return _let_go(tx)


def _let_go(tx: Connection) -> int:
    beats.drop(tx, HOLD)
    return tx.execute(update(deadline).where(deadline.c.held == WHY).values(held=None)).rowcount
