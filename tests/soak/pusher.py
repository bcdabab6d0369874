"""The worker's own tick of pushes in a process of its own, which anybody may kill at any moment.

Processes are forked from one that has read the program already: to start Python costs more than what they do.
"""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from repairflow import times
from repairflow.app.outward_clients import reach
from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings
from tests.soak.skipping_clock import SkippingClock

REST_SECONDS = 0.02
_forks = get_context("forkserver")


def start(settings: Settings, clock_file: Path, slot: int) -> ForkServerProcess:
    """A process that pushes until it is killed; it says in its slot of the clock's file whether it is at work."""
    _forks.set_forkserver_preload([__name__])
    process = _forks.Process(target=push_for_ever, args=(settings, clock_file, slot), daemon=True)
    process.start()
    return process


def push_for_ever(settings: Settings, clock_file: Path, slot: int) -> None:
    """Do as the worker does that has nothing but pushes to do."""
    with SkippingClock(clock_file) as clock, times.set_clock(clock), Press() as press:
        program = Program.at(settings)
        _wait_for_no_disk(program.db.engine)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        push = next(tick for tick in ticks(program, reach(program), press) if tick.name == "push")
        rest = Event()
        while True:
            clock.work(slot, True)
            push.run()
            clock.work(slot, False)
            rest.wait(REST_SECONDS)


def _wait_for_no_disk(engine: Engine) -> None:
    """Let connections to SQLite wait for no disk: what a killed process wrote is there without that, too."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _hurry(connection: DBAPIConnection, _: object) -> None:
            connection.execute("PRAGMA synchronous=OFF").close()
