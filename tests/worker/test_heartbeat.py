"""The heartbeat calls its ticks, survives what breaks in them, ends cleanly, and does daily work once a day."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

import pytest

from repairflow import times
from repairflow.casework import clock_guard, heartbeats
from repairflow.casework.worker_pulse import Pulse
from repairflow.db import Database
from repairflow.worker.heartbeat import Tick, beat, daily, run, stop_on_signals
from repairflow.worker.monotonic_time import Rhythm
from tests.conftest import Clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_ticks_run_at_once_and_one_that_breaks_stops_no_other() -> None:
    stop, ran = threading.Event(), threading.Event()

    def breaks() -> None:
        raise RuntimeError("broken tick")

    def ends() -> None:
        ran.set()
        stop.set()

    run([Tick("breaks", 3600, breaks), Tick("ends", 3600, ends)], stop)
    assert ran.is_set()


def test_ticks_that_are_woken_run_before_their_time() -> None:
    stop, woken = threading.Event(), threading.Semaphore(0)
    ran: list[str] = []

    def work() -> None:
        ran.append("work")
        woken.release()

    def wakes(wake: Callable[[], None], stop: threading.Event) -> None:
        assert woken.acquire(timeout=10)
        while ran.count("work") < 3:
            wake()
            woken.acquire(timeout=0.2)  # one that still runs is not called a second time
        stop.set()

    run([Tick("work", 3600, work, woken=True), Tick("other", 3600, lambda: ran.append("other"))], stop, wakes)
    assert (ran.count("work") >= 3, ran.count("other")) == (True, 1)


def test_a_tick_that_runs_is_finished_before_the_end() -> None:
    stop, started, may_end = threading.Event(), threading.Event(), threading.Event()
    finished: list[str] = []

    def slow() -> None:
        started.set()
        may_end.wait(10)
        finished.append("slow")

    thread = threading.Thread(target=run, args=([Tick("slow", 3600, slow)], stop))
    thread.start()
    assert started.wait(10)
    stop.set()
    may_end.set()
    thread.join(10)
    assert finished == ["slow"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_stop_cleanly(number: signal.Signals) -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = threading.Event()
        stop_on_signals(stop)
        run([Tick("asks", 3600, lambda: os.kill(os.getpid(), number))], stop)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def test_pages_can_tell_whether_a_worker_runs(database: Database, clock: Clock) -> None:
    pulse = Pulse()

    def alive() -> bool:
        with database.read() as tx:
            return pulse.alive(tx, clock())

    assert not alive()
    beat(database, "node-1")()
    assert alive()
    clock.travel(timedelta(seconds=61))
    assert not alive()
    beat(database, "node-2")()
    assert alive()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return times.at(date(2026, 6, day), time(hour, minute))


def test_daily_work_is_done_once_a_day_at_the_first_chance(database: Database, clock: Clock) -> None:
    done: list[datetime] = []
    nodes = [daily(database, "job", time(2, 30), done.append) for _ in range(2)]
    for moment in (at(10, 10), at(10, 11), at(11, 2), at(11, 2, 30), at(11, 2, 31), at(11, 23), at(15, 9), at(15, 10)):
        clock.travel(moment)
        for node in nodes:
            node()
    assert done == [at(10, 10), at(11, 2, 30), at(15, 9)]


def test_daily_work_that_fails_is_tried_again(database: Database, clock: Clock) -> None:
    tries: list[datetime] = []

    def job(now: datetime) -> None:
        tries.append(now)
        if len(tries) == 1:
            raise RuntimeError("not today")

    tick = daily(database, "job", time(2, 30), job)
    tick()
    clock.travel(HOUR)
    tick()
    tick()
    assert len(tries) == 2


def test_a_day_whose_worker_was_killed_is_done_by_the_next_one_on_postgresql(database: Database, clock: Clock) -> None:
    done: list[datetime] = []
    with database.begin() as tx:
        assert heartbeats.begin_day(tx, "daily/job", times.today() - DAY, clock())
        assert heartbeats.begin_day(tx, "daily/job", times.today(), clock())
    tick = daily(database, "job", time(0), done.append)
    tick()
    tick()
    assert len(done) == (0 if database.is_sqlite else 1)  # SQLite cannot tell a worker at work from one that is gone
    with database.read() as tx:
        assert heartbeats.was_done(tx, "daily/job", times.today())


def test_only_one_of_two_gets_the_day(database: Database, clock: Clock) -> None:
    day = times.today()
    with database.begin() as tx:
        assert not heartbeats.was_done(tx, "daily/x", day)
        assert heartbeats.take_day(tx, "daily/x", day, clock())
        assert not heartbeats.take_day(tx, "daily/x", day, clock())
        assert heartbeats.was_done(tx, "daily/x", day)
        assert heartbeats.ever_done(tx, "daily/x")
        assert not heartbeats.ever_done(tx, "daily/xy")
        heartbeats.give_back(tx, "daily/x", day)
        assert heartbeats.take_day(tx, "daily/x", day, clock())


JUMPS = [
    (400 * DAY, -400 * DAY),
    (DAY, -DAY),
    (3 * DAY, -3 * DAY, 3 * DAY, -3 * DAY),
    (-30 * DAY, 30 * DAY),
    (-400 * DAY, 400 * DAY),
    (2 * HOUR, -2 * HOUR),
]


@pytest.mark.parametrize("jumps", JUMPS, ids=str)
def test_daily_work_is_done_once_for_each_day_whatever_the_clock_did(
    database: Database, clock: Clock, jumps: tuple[timedelta, ...]
) -> None:
    """Each real day gets its work once: what was done while the clock was wrong takes no day's turn."""
    real: list[datetime] = []
    nodes = [daily(database, "job", time(2, 30), real.append) for _ in range(2)]

    def tick() -> None:
        with database.begin() as tx:  # as every sweep does
            clock_guard.settle(tx, clock_guard.read_clock(tx, clock()))
        for node in nodes:
            node()

    clock.travel(at(10, 10))
    tick()
    for jump in jumps:
        clock.travel(jump)
        tick()
    assert clock() == at(10, 10)
    wrong = len(real)
    tick()
    assert len(real) == wrong, "the day was done before the clock jumped"
    assert real.count(at(10, 10)) == 1
    while clock() < at(15, 10):
        clock.travel(3 * HOUR)
        tick()
    assert real[wrong:] == [at(day, 4) for day in range(11, 16)]


class Jumping(datetime):
    """The wall clock as APScheduler reads it, `ahead` of the right one."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        zone = tz or UTC
        return zone.fromutc((datetime.now(UTC) + cls.ahead).replace(tzinfo=zone))


@pytest.mark.parametrize("jump", [DAY, -DAY, 400 * DAY, -400 * DAY], ids=str)
def test_ticks_keep_their_rhythm_when_the_wall_clock_jumps(monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Jumping)
    monkeypatch.setattr(Jumping, "ahead", timedelta())
    stop, late, moments = threading.Event(), threading.Event(), []

    def work() -> None:
        moments.append(times.monotonic())
        Jumping.ahead = jump
        if len(moments) == 3:
            late.set()

    thread = threading.Thread(target=run, args=([Tick("works", 1, work)], stop))
    thread.start()
    came = late.wait(20)
    stop.set()
    thread.join(20)
    assert came, "the tick stopped with the jump"
    assert all(after - before > 0.5 for before, after in pairwise(moments)), "a jump ahead is no reason to hurry"


def test_a_rhythm_begins_at_once_and_makes_up_for_nothing() -> None:
    now = datetime(2000, 1, 1, tzinfo=UTC)
    rhythm = Rhythm(5)
    assert rhythm.get_next_fire_time(None, now) == now
    assert rhythm.get_next_fire_time(now, now) == now + timedelta(seconds=5)
    assert rhythm.get_next_fire_time(now, now + timedelta(seconds=12)) == now + timedelta(seconds=17)


def test_what_cannot_be_taken_back_is_done_by_a_sure_clock_alone(database: Database, clock: Clock) -> None:
    done: list[datetime] = []
    tick = daily(database, "job", time(2, 30), done.append, sure_only=True)

    def look(moment: datetime) -> None:
        clock.travel(moment)
        with database.begin() as tx:  # as every sweep does
            clock_guard.settle(tx, clock_guard.read_clock(tx, moment))
        tick()

    look(at(10, 10))
    for moment in (at(10, 10) + 700 * DAY, at(10, 10) + 701 * DAY):
        look(moment)
    assert done == [at(10, 10)]
    with database.begin() as tx:
        clock_guard.confirm(tx, clock())
    tick()
    assert done == [at(10, 10), clock()], "somebody said that the day has come"


def test_days_done_are_kept_for_longer_than_a_jump_goes_unnoticed(database: Database) -> None:
    now = times.now()
    with database.begin() as tx:
        for age in (801, 799):
            heartbeats.take_day(tx, "daily/x", (now - age * DAY).date(), now - age * DAY)
        heartbeats.take_day(tx, "daily/x", now.date(), now)
        kept = [heartbeats.was_done(tx, "daily/x", (now - age * DAY).date()) for age in (801, 799, 0)]
    assert kept == [False, True, True]


def test_a_day_done_under_a_sure_clock_ends_what_doubtful_ones_counted(database: Database, clock: Clock) -> None:
    clock.travel(times.at(date(2026, 6, 10), time(4)))
    with database.begin() as tx:
        heartbeats.take_day(tx, "doubtful/x", date(2026, 6, 20), times.now())
    done: list[datetime] = []
    daily(database, "x", time(3), done.append)()
    with database.read() as tx:
        assert (len(done), heartbeats.ever_done(tx, "doubtful/x")) == (1, False)
