"""What an answer costs SQLite, however busy the machine is: statements, and steps of its own machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from sqlite3 import Connection as Driver
from sqlite3 import ProgrammingError

from sqlalchemy import event as on

from repairflow.db import Database

GRAIN = 20
"""Steps are counted so many at a time."""
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--")
"""What stands around statements, and the notes of triggers."""


class Cost:
    """Of one answer. A step is one instruction of SQLite's machine: a row that is read takes three to twenty."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.steps = 0
        self.of = Counter[str]()
        """Steps by statement."""

    def step(self) -> int:
        """Count some steps; called by SQLite, which would end the statement at any other answer than 0."""
        self.steps += GRAIN
        self.of[self.statements[-1] if self.statements else ""] += GRAIN
        return 0

    def statement(self, text: str) -> None:
        """Count a statement that begins."""
        if not text.startswith(_FRAME):
            self.statements.append(text)


class Meter:
    """Counts what a database does from now on, `counted` by `counted`, until `stop`."""

    def __init__(self, db: Database) -> None:
        self._db, self._drivers, self._cost = db, list[Driver](), Cost()
        db.dispose()  # those that are open would not be counted
        on.listen(db.engine, "connect", self._count)

    def stop(self) -> None:
        """Count nothing any more."""
        on.remove(self._db.engine, "connect", self._count)
        self._db.dispose()
        for driver in self._drivers:
            with suppress(ProgrammingError):  # closed; one that a test keeps for the next is to count nothing there
                driver.set_progress_handler(None, GRAIN)
                driver.set_trace_callback(None)

    @contextmanager
    def counted(self) -> Iterator[Cost]:
        """Give what the block costs; it is whole when the block ends."""
        self._cost = cost = Cost()
        try:
            yield cost
        finally:
            self._cost = Cost()  # what comes between two blocks belongs to neither

    def _count(self, driver: Driver, _: object) -> None:
        driver.set_progress_handler(lambda: self._cost.step(), GRAIN)
        driver.set_trace_callback(lambda text: self._cost.statement(text))
        self._drivers.append(driver)
