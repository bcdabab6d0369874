"""The heartbeat: calls each tick again and again in a process of its own, and knows nothing of cases.

APScheduler with its memory store: what is due stands in rows, so a tick that was missed has nothing to make up for. Its
time is the monotonic one (worker/monotonic_time.py): a wall clock that jumps neither stops a tick nor calls one early.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Event, Thread

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.contextvars import bound_contextvars

from repairflow import times
from repairflow.casework import clock_guard, heartbeats
from repairflow.db import Database
from repairflow.worker.monotonic_time import Rhythm, Steady

log = structlog.get_logger(__name__)

BEAT_SECONDS = 15  # well within the minute after which pages say that the worker is not running


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to call every `seconds`, and where `woken` whenever work came; it is never called again before it has
    returned."""

    name: str
    seconds: int
    run: Callable[[], object]
    woken: bool = False

    def __call__(self) -> None:
        """Run once; a failure is logged and the next call comes all the same."""
        with bound_contextvars(tick=self.name):
            try:
                self.run()
            except Exception:
                log.exception("tick failed")


Wakes = Callable[[Callable[[], None], Event], object]
"""Calls what it is given whenever work came, until the event is set."""


def run(ticks: Sequence[Tick], stop: Event, wakes: Wakes | None = None) -> None:
    """Call the ticks, each at once and then in its rhythm, until `stop` is set; returns when the last has returned."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes longer than its rhythm is no news
    steady = Steady()
    scheduler = BackgroundScheduler(
        timezone=steady,
        executors={"default": ThreadPoolExecutor(max(1, len(ticks)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for tick in ticks:
        scheduler.add_job(tick, Rhythm(tick.seconds), id=tick.name)
    scheduler.start()

    def wake() -> None:
        for tick in ticks:
            if tick.woken:
                scheduler.modify_job(tick.name, next_run_time=steady.present())

    listener = Thread(target=wakes, args=(wake, stop), name="listener") if wakes is not None else None
    if listener is not None:
        listener.start()
    try:
        while not stop.wait(1):  # a signal that hit another thread is answered when this one wakes
            pass
    finally:
        log.info("worker stops")
        if listener is not None:
            listener.join()
        scheduler.shutdown(wait=True)


def stop_on_signals(stop: Event) -> None:
    """SIGTERM and SIGINT set `stop`: what runs is finished, nothing new begins."""

    def stop_requested(*_: object) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop_requested)


def beat(db: Database, node: str) -> Tick:
    """Return the tick by which pages can tell that a worker runs."""

    def show() -> None:
        with db.begin() as tx:
            heartbeats.show(tx, node, times.now())

    return Tick("beat", BEAT_SECONDS, show)


def daily(
    db: Database,
    name: str,
    at: time,
    job: Callable[[datetime], object],
    seconds: int = 60,
    *,
    sure_only: bool = False,
) -> Tick:
    """Return the tick that does `job` once a day, on one node, at the first chance after `at` (Shanghai): an outage delays it only.

    What counts is the day that is done, not how long ago: a clock that jumps and comes back leaves no day out and does
    none twice. Days done while the clock waits to be confirmed are kept apart, so that the real ones get their turn;
    with `sure_only` nothing is done on them: what is thrown away or told by a wrong day cannot be taken back.
    One that fails is tried again at the next tick. On PostgreSQL a lock of the whole installation is held meanwhile, so
    that a day whose worker was killed is done by the next one.
    """
    sure, doubtful = f"daily/{name}", f"doubtful/{name}"

    def attempt() -> None:
        now = times.now()
        today = times.local_day(now)
        day = today if now >= times.at(today, at) else today - timedelta(days=1)
        with db.read() as tx:
            key = doubtful if clock_guard.holding(tx, now) else sure
            if (sure_only and key == doubtful) or heartbeats.was_done(tx, key, day):
                return
        with db.alone(key) as mine:
            if mine:
                do(key, day, now)

    def do(key: str, day: date, now: datetime) -> None:
        with db.begin() as tx:
            mine = heartbeats.begin_day(tx, key, day, now)
            if key == sure:
                heartbeats.forget_days(tx, doubtful)
        if not mine:
            return
        try:
            job(now)
        except BaseException:
            with db.begin() as tx:
                heartbeats.give_back(tx, key, day)
            raise
        with db.begin() as tx:
            heartbeats.finish_day(tx, key, day)

    return Tick(name, seconds, attempt)
