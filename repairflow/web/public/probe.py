"""A check of something that may never answer, in a thread of its own, so that requests need not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

Seen = TypeVar("Seen")


class Probe(Generic[Seen]):
    """Run `look` at most once at a time: all requests wait for the same run, so one that hangs holds a single thread."""

    def __init__(self, look: Callable[[], Seen]) -> None:
        self._look = look
        self._lock = Lock()
        self._running: Future[Seen] | None = None

    def ask(self, seconds: float) -> Seen:
        """Give what the look gave. Raises what it raised, or TimeoutError after `seconds`."""
        with self._lock:
            running = self._running
            if running is None:
                running = self._running = Future()
                Thread(target=self._answer, args=(running,), name="probe", daemon=True).start()
        return running.result(seconds)

    def _answer(self, running: Future[Seen]) -> None:
        try:
            found = self._look()
        except BaseException as error:  # noqa: BLE001  # the caller gets it
            self._running = None
            running.set_exception(error)
        else:
            self._running = None
            running.set_result(found)
