"""The only clock. Instants are aware UTC; days are days in Asia/Shanghai, whatever the server's zone.

The wall clock says when; how long something took, or has been silent, the monotonic clock says.
"""

from __future__ import annotations

import time as clocks
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _system_clock() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _system_clock
_monotonic: Callable[[], float] = clocks.monotonic


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _clock()


def monotonic() -> float:
    """Seconds on a clock of this process that only goes forward: for rhythms and ages, which a jump must not touch."""
    return _monotonic()


def today() -> date:
    """Return the present day in Asia/Shanghai."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """Return the Shanghai day an aware instant falls on; ValueError for a naive one."""
    return local(instant).date()


def local(instant: datetime) -> datetime:
    """Return an aware instant as Shanghai wall time; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return instant.astimezone(SHANGHAI)


def end_of_day(day: date) -> datetime:
    """24:00 Shanghai of `day`, as a UTC instant: the first moment that is no longer that day."""
    # 民法典 203: the last day ends at 24:00.
    return at(day + timedelta(days=1), time(0))


def at(day: date, clock_time: time) -> datetime:
    """Return a Shanghai wall time on a day, as a UTC instant."""
    return datetime.combine(day, clock_time, tzinfo=SHANGHAI).astimezone(UTC)


@contextmanager
def set_clock(clock: Callable[[], datetime]) -> Iterator[None]:
    """Within the block `now()` answers what `clock` says: for tests, simulations and the demonstration's history."""
    global _clock
    before, _clock = _clock, clock
    try:
        yield
    finally:
        _clock = before


def frozen(instant: datetime) -> object:
    """`set_clock` standing still at an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    fixed = instant.astimezone(UTC)
    return set_clock(lambda: fixed)


@contextmanager
def set_monotonic(clock: Callable[[], float]) -> Iterator[None]:
    """Within the block `monotonic()` answers what `clock` says: for tests."""
    global _monotonic
    before, _monotonic = _monotonic, clock
    try:
        yield
    finally:
        _monotonic = before
