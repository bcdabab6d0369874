"""A lane for each target: messages to one platform go one after the other, and no platform waits for another that is slow."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from threading import Event
from time import monotonic

import structlog

from repairflow.db import Database
from repairflow.worker.relay import awaited

LOOK_SECONDS = 0.5
"""How often, while some lane is at work, the others look for what came meanwhile."""

log = structlog.get_logger(__name__)


class Lanes:
    """`push` carries what is due for one target; at most `most` targets are spoken to at the same time."""

    def __init__(self, db: Database, push: Callable[[int], object], most: int, stop: Event | None = None) -> None:
        self._db, self._push, self._most = db, push, most
        self._stop = stop or Event()

    def run(self, now: Callable[[], datetime]) -> None:
        """Carry what is due, and what falls due while one lane or another is still at work; afterwards all are idle."""
        with ThreadPoolExecutor(self._most, thread_name_prefix="lane") as threads:
            busy: dict[int, Future[None]] = {}
            begun: dict[int, float] = {}
            while not self._stop.is_set():
                for goal in self._awaited(now()):
                    if goal not in busy and monotonic() - begun.get(goal, 0) >= LOOK_SECONDS:
                        begun[goal] = monotonic()
                        busy[goal] = threads.submit(self._one, goal)
                wait(busy.values(), LOOK_SECONDS, FIRST_COMPLETED)
                busy = {goal: lane for goal, lane in busy.items() if not lane.done()}
                if not busy:
                    return

    def _awaited(self, now: datetime) -> list[int]:
        with self._db.read() as tx:
            return awaited(tx, now)

    def _one(self, goal: int) -> None:
        try:
            self._push(goal)
        except Exception:
            log.exception("lane failed", target_id=goal)
