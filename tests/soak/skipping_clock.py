"""A clock that several processes read, and that one of them sets ahead over time in which nothing is to be done.

While anybody is at work, a second is a second, so leases and limits mean what they mean elsewhere.
"""

from __future__ import annotations

import mmap
import struct
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from repairflow import times

_AHEAD = struct.Struct("d")
SLOTS = 16


class SkippingClock:
    """Real time and some seconds, kept in a file with a byte for each process that says whether it is at work."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_AHEAD.size + SLOTS))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)

    def __enter__(self) -> SkippingClock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._shared.close()

    @property
    def ahead(self) -> timedelta:
        """How far it runs ahead of real time."""
        return timedelta(seconds=_AHEAD.unpack_from(self._shared)[0])

    def __call__(self) -> datetime:
        return times._system_clock() + self.ahead

    def skip(self, to: datetime) -> None:
        """Afterwards it shows this instant, or a later one."""
        _AHEAD.pack_into(self._shared, 0, max((self.ahead + (to - self())).total_seconds(), self.ahead.total_seconds()))

    def work(self, slot: int, at_work: bool) -> None:
        """Say whether the process of this slot is at work."""
        self._shared[_AHEAD.size + slot] = at_work

    def idle(self) -> bool:
        """Whether no process is at work."""
        return not any(self._shared[_AHEAD.size :])
