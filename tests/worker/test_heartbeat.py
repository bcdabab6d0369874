"""The heartbeat calls its ticks, survives what breaks in them, ends cleanly, and does daily work once a day."""

from __future__ import annotations

import os
import signal
import threading
from datetime import date, datetime, time, timedelta

import pytest

from repairflow import times
from repairflow.casework import beats
from repairflow.db import Database
from repairflow.worker.heartbeat import Tick, beat, daily, run, stop_on_signals
from tests.conftest import Clock

HOUR = timedelta(hours=1)


def test_ticks_run_at_once_and_one_that_breaks_stops_no_other() -> None:
    stop, ran = threading.Event(), threading.Event()

    def breaks() -> None:
        raise RuntimeError("broken tick")

    def ends() -> None:
        ran.set()
        stop.set()

    run([Tick("breaks", 3600, breaks), Tick("ends", 3600, ends)], stop)
    assert ran.is_set()


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
    def alive() -> bool:
        with database.read() as tx:
            return beats.alive(tx, clock())

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


def test_only_one_of_two_gets_the_day(database: Database, clock: Clock) -> None:
    with database.begin() as tx:
        assert beats.claim(tx, "daily/x", clock(), clock() - HOUR) == beats.NEVER
        assert beats.claim(tx, "daily/x", clock(), clock() - HOUR) is None
        beats.drop(tx, "daily/x")
        assert beats.get(tx, "daily/x") is None
