"""What each try of a push or of another row met, and when the next may be: kept beside the row, for those who look for the cause."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from repairflow.casework.outbox import last_why
from repairflow.gateway.platform import Heard, Why
from repairflow.records import outbox, push_attempt, target
from repairflow.records.outbox import RESENT
from repairflow.records.rows import OutboxRow, all_rows

TAKEN = "taken"
PENDING_WORD: Why = "pending"
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
    """Ensure that the try stands beside its row; `heard` is None for a message that was taken."""
    millis = max(0, int((now - began).total_seconds() * 1000))
    tx.execute(
        insert(push_attempt).values(
            outbox_id=row.id, number=row.attempts, at=began, millis=millis, why=heard.why if heard else TAKEN,
            status=heard.status if heard else None, said=heard.said if heard else "",
        )
    )  # fmt: skip


def rest(tx: Connection, target_id: int, after: int, now: datetime) -> None:
    """Ensure that nothing goes to the target for as long as it asked, up to a day."""
    until = now + min(timedelta(seconds=after), LONGEST_REST)
    tx.execute(update(target).where(target.c.id == target_id).values(rest_until=until))


def due(at: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Tell whether an instant has come, or lies so far ahead that no clock of ours should have written it."""
    return or_(at <= now, at > now + STRAYED)


def open_targets(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Targets that may be spoken to: in use, not held, and not resting at their own wish."""
    return (
        target.c.active,
        target.c.url != "",  # 企业信息平台: it takes letters alone
        target.c.held_at.is_(None),
        or_(target.c.rest_until.is_(None), due(target.c.rest_until, now)),
    )


class Run(NamedTuple):
    """What came of a push since it was queued, or sent out again by a person: the failures on end, since when they last, and
    since when the platform says that it will decide later. An answer of that kind is no failure."""

    failures: int
    failing_since: datetime
    pending_since: datetime | None


class _Try(NamedTuple):
    number: int
    at: datetime
    why: str


def run_of(tx: Connection, row: OutboxRow) -> Run:
    """Say what came of a row so far; tries of before they were kept count, too."""
    tries = select(push_attempt.c.number, push_attempt.c.at, push_attempt.c.why)
    kept = tries.where(push_attempt.c.outbox_id == row.id).order_by(push_attempt.c.id.desc())
    mine = list[_Try]()
    for one in all_rows(tx.execute(kept), _Try):
        if one.why == RESENT or (mine and one.number >= mine[-1].number):
            break  # before that a person sent it out again, which begins the count anew; the number tells it of old rows
        mine.append(one)
    pending = [one for one in mine if one.why == PENDING_WORD]
    answered = pending[0].number if pending else 0
    failing = [one.at for one in mine if one.number > answered]
    since = failing[-1] if failing else row.created_at
    return Run(row.attempts - answered, since, pending[-1].at if pending else None)


def given_up(run: Run, now: datetime) -> bool:
    """Tell whether a row that failed again was tried long and often enough."""
    return now - run.failing_since >= GIVE_UP_AFTER and run.failures >= LEAST_TRIES


def undecided(run: Run, now: datetime) -> bool:
    """Tell whether a platform said for too long that it will decide later."""
    return run.pending_since is not None and now - run.pending_since >= LONGEST_PENDING


def wake(tx: Connection, target_id: int | None, now: datetime) -> None:
    """Ensure that what failed at a target that is back is tried at once. What it takes its time over is left to that."""
    tx.execute(
        update(outbox)
        .where(
            outbox.c.target_id == target_id, outbox.c.state == "waiting", outbox.c.attempts > 0, outbox.c.next_at > now,
            func.coalesce(last_why, "") != PENDING_WORD,
        )
        .values(next_at=now)
    )  # fmt: skip
