"""What each try of a push met, and when the next may be: kept beside the row, for those who look for the cause."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from repairflow.gateway.platform import Heard
from repairflow.records import push_attempt, target
from repairflow.records.rows import OutboxRow

TAKEN = "taken"
AT_HOME = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3600))
"""Waits after what this machine does itself: letters, messages to people."""
OUTSIDE = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)  # fmt: skip
"""Waits after a push that was not taken: ten tries over about 75 hours."""
GIVE_UP_AFTER = timedelta(days=3)
LEAST_TRIES = len(OUTSIDE) + 1
"""A row that stood behind another for days is still given a fair try."""
LONGEST_REST = timedelta(hours=24)
STRAYED = timedelta(hours=27)
"""Further ahead than any lease or wait reaches: a clock that was ahead wrote it, and nobody waits for that day."""
PENDING = timedelta(hours=1)
LONGEST_PENDING = timedelta(days=7)
"""How long a platform may leave a message undecided before a person has to ask."""


def wait(
    attempts: int, after: int | None = None, chance: Callable[[], float] = random.random, outside: bool = True
) -> timedelta:
    """Say how long a row waits after its `attempts`-th failure, by `OUTSIDE` or `AT_HOME`.

    Each is up to a tenth shorter or longer, so that rows which failed together do not come back together. A platform that
    asks for `after` seconds gets them, up to a day.
    """
    waits = OUTSIDE if outside else AT_HOME
    rest = waits[min(max(attempts, 1), len(waits)) - 1] * (0.9 + chance() / 5)
    return max(rest, min(timedelta(seconds=after or 0), LONGEST_REST))


def note(tx: Connection, row: OutboxRow, began: datetime, now: datetime, heard: Heard | None) -> None:
    """Afterwards the try stands beside its row; `heard` is None for a message that was taken."""
    if row.target_id is None:
        return
    millis = max(0, int((now - began).total_seconds() * 1000))
    tx.execute(
        insert(push_attempt).values(
            outbox_id=row.id, number=row.attempts, at=began, millis=millis, why=heard.why if heard else TAKEN,
            status=heard.status if heard else None, said=heard.said if heard else "",
        )
    )  # fmt: skip


def rest(tx: Connection, target_id: int, after: int, now: datetime) -> None:
    """Afterwards nothing goes to the target for as long as it asked, up to a day."""
    until = now + min(timedelta(seconds=after), LONGEST_REST)
    tx.execute(update(target).where(target.c.id == target_id).values(rest_until=until))


def due(at: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Whether an instant has come, or lies so far ahead that no clock of ours should have written it."""
    return or_(at <= now, at > now + STRAYED)


def open_targets(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Targets that may be spoken to: in use, not held, and not resting at their own wish."""
    return (
        target.c.active,
        target.c.held_at.is_(None),
        or_(target.c.rest_until.is_(None), due(target.c.rest_until, now)),
    )


def given_up(row: OutboxRow, now: datetime) -> bool:
    """Whether a row that failed again was tried long and often enough."""
    return now - row.created_at >= GIVE_UP_AFTER and row.attempts >= LEAST_TRIES


def undecided(tx: Connection, row: OutboxRow, now: datetime) -> bool:
    """Whether a platform said for too long that it will decide later."""
    first = select(push_attempt.c.at).where(push_attempt.c.outbox_id == row.id, push_attempt.c.why == "pending")
    since = tx.execute(first.order_by(push_attempt.c.id).limit(1)).scalar()
    return since is not None and now - since >= LONGEST_PENDING
