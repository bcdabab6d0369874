"""What PostgreSQL does for one connection that stays: waking workers (LISTEN, NOTIFY) and locks that last longer than a transaction.

A pooler that lends connections for a transaction at a time has none of it, so the address here leads past it. Nothing
rests on a wake-up that came: workers look for work in their own rhythm, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    import psycopg

CHANNEL = "repairflow_work"
CONNECT_SECONDS = 3
LOOK_SECONDS = 1.0
"""How often somebody who listens asks whether it is to end."""
AGAIN_SECONDS = 1.0
"""After a connection was lost: it is tried again so soon."""

log = structlog.get_logger(__name__)


def _connect(url: str) -> psycopg.Connection[Any]:
    import psycopg  # 9 MB, and a node with SQLite calls nothing here

    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_SECONDS, prepare_threshold=None)


class Bell:
    """Tells workers that there is work. Whoever rings waits for nothing.

    The word goes after the commit and by a connection of its own: within the transaction that brings the work it would make
    all such commits wait for each other.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._rung = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def ring(self) -> None:
        """Ensure that workers hear it soon, or it is lost with a broken connection."""
        self._rung.set()
        if self._thread is None or not self._thread.is_alive():  # a process that came from another has no thread of it
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = Thread(target=self._carry, name="bell", daemon=True)
                    self._thread.start()

    def _carry(self) -> None:
        import psycopg

        try:
            with closing(_connect(self._url)) as connection:
                while True:
                    self._rung.wait()
                    self._rung.clear()
                    connection.execute(f"NOTIFY {CHANNEL}")
        except psycopg.Error as error:  # the next ring begins anew
            log.info("workers are not woken for the moment", error=type(error).__qualname__)


def listen(url: str, heard: Callable[[], object], stop: Event) -> None:
    """Call `heard` whenever a bell rang, until `stop` is set; a lost connection is made again."""
    import psycopg

    while not stop.is_set():
        try:
            with closing(_connect(url)) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                heard()  # what came while nobody listened
                while not stop.is_set():
                    for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                        heard()
        except psycopg.Error as error:
            log.info("not woken for the moment", error=type(error).__qualname__)
            stop.wait(AGAIN_SECONDS)


@contextmanager
def alone(url: str, name: str) -> Iterator[bool]:
    """Give whether nobody else in the whole installation is within a block of this name: then nobody comes into one before it
    has ended, or its process or connection is gone."""
    with closing(_connect(url)) as connection:
        found = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()
        yield bool(found and found[0])
