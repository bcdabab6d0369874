"""The heartbeat: calls each tick again and again in a process of its own, and knows nothing of cases.

APScheduler with its memory store: what is due stands in rows, so a tick that was missed has nothing to make up for.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.contextvars import bound_contextvars

from repairflow import times
from repairflow.casework import beats
from repairflow.db import Database

log = structlog.get_logger(__name__)

BEAT_SECONDS = 15  # well within the minute after which pages say that the worker is not running


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to call every `seconds`; it is never called again before it has returned."""

    name: str
    seconds: int
    run: Callable[[], object]

    def __call__(self) -> None:
        """Run once; a failure is logged and the next call comes all the same."""
        with bound_contextvars(tick=self.name):
            try:
                self.run()
            except Exception:
                log.exception("tick failed")


def run(ticks: Sequence[Tick], stop: Event) -> None:
    """Call the ticks, each at once and then in its rhythm, until `stop` is set; returns when the last has returned."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes longer than its rhythm is no news
    scheduler = BackgroundScheduler(
        timezone=times.SHANGHAI,
        executors={"default": ThreadPoolExecutor(max(1, len(ticks)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for tick in ticks:
        scheduler.add_job(tick, "interval", seconds=tick.seconds, id=tick.name, next_run_time=times.now())
    scheduler.start()
    try:
        while not stop.wait(1):  # a signal that hit another thread is answered when this one wakes
            pass
    finally:
        log.info("worker stops")
        scheduler.shutdown(wait=True)


def stop_on_signals(stop: Event) -> None:
    """SIGTERM and SIGINT set `stop`: what runs is finished, nothing new begins."""

    def asked(*_: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)


def beat(db: Database, node: str) -> Tick:
    """The tick by which pages can tell that a worker runs."""

    def show() -> None:
        with db.begin() as tx:
            beats.put(tx, beats.WORKER + node, times.now())

    return Tick("beat", BEAT_SECONDS, show)


def daily(db: Database, name: str, at: time, job: Callable[[datetime], object], seconds: int = 60) -> Tick:
    """The tick that does `job` once a day, on one node, at the first chance after `at` (Shanghai): an outage delays it only.

    One that fails is tried again at the next tick.
    """

    def attempt() -> None:
        now = times.now()
        today = times.at(times.local_day(now), at)
        since = today if now >= today else today - timedelta(days=1)
        with db.begin() as tx:
            before = beats.claim(tx, f"daily/{name}", now, since)
        if before is None:
            return
        try:
            job(now)
        except BaseException:
            with db.begin() as tx:
                beats.put(tx, f"daily/{name}", before)
            raise

    return Tick(name, seconds, attempt)
