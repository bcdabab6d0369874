"""Whether a worker is alive, judged by what this process sees happen and not by what a clock says.

Each beat of a worker raises its number. A process that sees the number change knows that the worker lives, whatever day
the clocks of either name; how long ago that was it measures with its own monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import heartbeats

ALIVE = timedelta(minutes=1)
"""A worker shows itself several times a minute."""
SKEW = timedelta(seconds=5)
"""How far the clock of the worker's machine may be ahead of this one's."""
LONG_AGO = float("-inf")


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker's number, and since when (monotonic) it is known to stand there."""

    beat: int
    since: float


class Pulse:
    """What one process has seen of the workers; asked at each look at `/health` and on pages that tell of the worker."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._looked = LONG_AGO
        self._turn = Lock()

    def alive(self, tx: Connection, now: datetime) -> bool:
        """Tell whether any worker showed itself within the last minute.

        A number that changed since a look less than a minute ago has changed within that minute. Where nobody looked for
        longer, or never, the instant written with the beat decides, but only a believable one: a beat in the future is
        what a clock set back has left behind.
        """
        steady, workers = times.monotonic(), heartbeats.workers(tx)
        with self._turn:
            watching = steady - self._looked < ALIVE.total_seconds()
            for worker in workers:
                known = self._seen.get(worker.name)
                if known is None or known.beat != worker.beat:
                    since = steady - _age(now - worker.at, watching=watching)
                    self._seen[worker.name] = Seen(worker.beat, since)
            self._looked = steady
            return any(steady - one.since < ALIVE.total_seconds() for one in self._seen.values())


def _age(age: timedelta, *, watching: bool) -> float:
    """Give the seconds since a new beat by the clocks, as far as they can be believed."""
    if -SKEW <= age < ALIVE:
        return max(age.total_seconds(), 0)
    return 0 if watching else -LONG_AGO
