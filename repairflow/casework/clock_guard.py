"""Whether the clock can be trusted: a jump far ahead puts irreversible steps on hold until a person says it is right.

The last trusted instant is kept. While the present lies too far ahead of it, it does not move: so the hold stays, on every
node, until `confirm` or until the clock has come back. From inside, a long outage looks the same: whoever comes first
confirms the time, and what was missed fires in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from repairflow import times
from repairflow.casework import early_reminders, event_log, heartbeats
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import Refusal, Refused
from repairflow.prepared import Prepared
from repairflow.records import deadline, heartbeat

CLOCK = "clock"
HOLD = "hold"  # kept while a hold is on: whether deadlines are marked need not be looked for
JUMP = timedelta(hours=6)
STEP = timedelta(minutes=1)  # how coarsely the trusted instant is kept: an idle sweep writes nothing
STREAM = "system"
AHEAD = "ahead"  # kept while a worker has seen the clock being set ahead: the last instant before
NO_TIME = "系统时间被拨快了六小时以上，日期不可信，暂时不能办理。请系统管理员核对服务器时间，校正或者确认以后再办理。"

must_wait: ColumnElement[bool] = or_(
    deadline.c.next_rung == "due",  # at the due day a case may lapse and publicity may end
    deadline.c.next_rung.startswith("escalate"),  # a slip is a letter, and its lateness stands in the trail
    early_reminders.was_given_back,  # nobody is told a third time
)
"""Whether a deadline's next rung waits for a person while the clock cannot be trusted; the others only tell people."""
WHY = "系统时间比上次运行时晚了六小时以上（时钟有误，或服务中断过）。请核对时间并确认，确认后继续执行。"


class _Kept(NamedTuple):
    name: str
    at: datetime


class _Seen(NamedTuple):
    at: datetime


_kept = Prepared(
    select(heartbeat.c.name, heartbeat.c.at).where(or_(heartbeat.c.name == CLOCK, heartbeat.c.name == HOLD)), _Kept
)
"""Asked by every page of the staff and every sweep."""


seen_ahead = select(heartbeat.c.at).where(heartbeat.c.name == AHEAD)
"""The last instant before a worker saw the clock being set ahead; no row while it has seen nothing of the kind."""
_ahead = Prepared(seen_ahead, _Seen)


class Witness:
    """Tells a clock that was set ahead from an outage: a process that ran through it knows how much time has passed."""

    def __init__(self) -> None:
        self._origin: datetime | None = None  # when the monotonic clock stood at nothing, by a clock that was trusted

    def saw(self, now: datetime, *, trusted: bool) -> bool:
        """Tell whether the clock went more than six hours further than time did since it was last trusted."""
        origin = now - timedelta(seconds=times.monotonic())
        if self._origin is None or trusted:
            self._origin = origin
        return origin - self._origin > JUMP


def require_sound(tx: Connection, actor: Actor, now: datetime) -> None:
    """Refused where a worker saw the clock being set far ahead, until it is right or confirmed: nobody's step gets a day
    that has not come. What the system does goes on, for receipts must not be lost, and what cannot be undone waits."""
    if actor.kind != "system":
        kept = _ahead.run(tx).first
        require_not_ahead(actor, kept.at if kept is not None else None, now)


def require_not_ahead(actor: Actor, before: datetime | None, now: datetime) -> None:
    """As `require_sound`, for a caller who has read what `seen_ahead` gives."""
    if actor.kind != "system" and before is not None and now - before > JUMP:
        raise Refused([Refusal("clock", NO_TIME)], NO_TIME)


def jumped(last: datetime | None, now: datetime) -> bool:
    """Tell whether `now` lies more than six hours after the last trusted instant."""
    return last is not None and now - last > JUMP


@dataclass(frozen=True, slots=True)
class Clock:
    """What is kept of the clock, seen at `now`."""

    now: datetime
    last: datetime | None
    held: bool

    @property
    def jumped(self) -> bool:
        """Whether irreversible steps must wait."""
        return jumped(self.last, self.now)

    @property
    def settled(self) -> bool:
        """Whether nothing has to be written: the clock goes on as it should and was looked at within a minute."""
        return self.last is not None and not self.held and -JUMP <= self.now - self.last < STEP

    @property
    def set_back(self) -> bool:
        """Whether the clock was far ahead, and a person had said that it was right."""
        return self.last is not None and self.last - self.now > JUMP


def read_clock(tx: Connection, now: datetime) -> Clock:
    """Return the clock as it stands; one query."""
    kept = {row.name: row.at for row in _kept.run(tx).rows}
    return Clock(now, kept.get(CLOCK), HOLD in kept)


def settle(tx: Connection, clock: Clock, *, seen: bool = False) -> None:
    """Ensure that deadlines that must wait for a person say so, those that need not do not, and a sound clock is trusted.

    `seen`: the clock was set, there was no outage; then people's steps wait, too.
    """
    if clock.jumped:
        if seen and clock.last is not None:
            heartbeats.put(tx, AHEAD, clock.last)
        if not clock.held:
            heartbeats.put(tx, HOLD, clock.now)
        waiting = (deadline.c.next_at <= clock.now, must_wait, deadline.c.held.is_(None))
        tx.execute(update(deadline).where(*waiting).values(held=WHY))
        return
    # A clock set back leaves the instant alone: the way forward again is no jump.
    heartbeats.put(tx, CLOCK, clock.now if clock.last is None else max(clock.last, clock.now))
    if clock.held:
        _let_go(tx)
    if clock.held or clock.set_back:
        early_reminders.give_back(tx, clock.now)


def confirm(tx: Connection, now: datetime) -> int:
    """Return a person says that `now` is right: the hold ends. The number of deadlines it had stopped."""
    heartbeats.put(tx, CLOCK, now)
    return _let_go(tx)


def confirmed_by(tx: Connection, actor: Actor, role: str, now: datetime) -> int:
    """`confirm`, with who said so in the trail; the number of deadlines that go on. Where nothing waits, nothing changes."""
    clock = read_clock(tx, now)
    if not clock.jumped and not clock.held:
        return 0
    freed = confirm(tx, now)
    event_log.append(
        tx,
        STREAM,
        NewEvent(
            action=EventName.CONFIRM_CLOCK,
            at=now,
            by=actor,
            role=role,
            content={"trusted_before": clock.last, "now": now, "freed": freed},
        ),
    )
    return freed


def holding(tx: Connection, now: datetime) -> bool:
    """Tell whether irreversible steps wait for a person: for pages and health checks."""
    return read_clock(tx, now).jumped


def waiting(tx: Connection) -> int:
    """Return how many deadlines wait for a person to confirm the time."""
    return tx.execute(select(func.count()).where(deadline.c.held == WHY)).scalar_one()


def _let_go(tx: Connection) -> int:
    heartbeats.drop(tx, HOLD)
    heartbeats.drop(tx, AHEAD)
    return tx.execute(update(deadline).where(deadline.c.held == WHY).values(held=None)).rowcount
