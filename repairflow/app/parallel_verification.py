"""The same verification on all cores: the events cut into stretches, the other rows shared out by their tables.

All tasks see what the caller's transaction sees. PostgreSQL lends them its snapshot; on SQLite events and leaves are only
added, and the tasks are told where they ended, while a table and its lines are always read in one transaction.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text

from repairflow.auditing import row_proof, tree, walk
from repairflow.auditing.notes import Verifier
from repairflow.auditing.report import Report
from repairflow.auditing.row_proof import Proved
from repairflow.auditing.verify import report, verify
from repairflow.auditing.walk import Stretch, WalkResult
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.file_store.port import FileStore
from repairflow.records import row_triggers

T = TypeVar("T")
FEWEST = 100_000
"""Events and lines below which starting processes costs more than they save."""
STRETCHES = 4  # for each core, so that none waits long for the last
_SIZES = text("SELECT count(*), min(id), max(id), (SELECT count(*) FROM row_change) FROM event")


@dataclass(frozen=True, slots=True)
class View:
    """What a task needs to see what its caller sees: where the database is, and PostgreSQL's name for the snapshot."""

    url: str
    snapshot: str | None
    limits: Limits

    @classmethod
    def of(cls, db: Database, tx: Connection) -> View:
        """State that of a read transaction; it must stay open until the last task has begun."""
        url = db.engine.url.render_as_string(hide_password=False)
        snapshot = None if db.is_sqlite else str(tx.scalar(text("SELECT pg_export_snapshot()")))
        return cls(url, snapshot, db.limits)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a read transaction that sees it."""
        db = Database(self.url, self.limits)
        try:
            with db.read() as tx:
                if self.snapshot is not None:
                    tx.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{self.snapshot}'")
                yield tx
        finally:
            db.dispose()


@dataclass(frozen=True, slots=True)
class Cores:
    """How many processes work at once, and from how many events and lines on there are any besides the caller's."""

    number: int
    fewest: int = FEWEST

    @classmethod
    def of_this_process(cls) -> Cores:
        """Return the cores this process may use; where the system does not say which these are (not Linux), all there are."""
        return cls(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def verify_everything(
    db: Database, anchors: FileStore, key: Verifier | None, witnesses: Sequence[Path] = (), cores: Cores | None = None
) -> Report:
    """As `verify`, with the same report; on one core, or for a short trail, it is `verify`."""
    with db.read() as tx:
        stretches = cut(tx, cores or Cores.of_this_process())
        if len(stretches) > 1:
            try:
                walked, proved = _at_once(db, tx, stretches, (cores or Cores.of_this_process()).number)
            except (BrokenProcessPool, OSError):  # no memory or no processes left: it takes longer
                return verify(tx, anchors, key, witnesses)
            return report(tx, walked, proved, anchors, key, witnesses)
        return verify(tx, anchors, key, witnesses)


def cut(tx: Connection, cores: Cores) -> list[Stretch]:
    """Stretches that together are all events; the last is open to its end, the caller's to walk."""
    events, first, last, lines = tx.execute(_SIZES).one()
    if cores.number < 2 or not events or events + lines < cores.fewest:
        return [walk.EVERYTHING]
    parts = cores.number * STRETCHES
    leaves = tree.size(tx)
    edges = [walk.EVERYTHING.after, *(first + (last - first) * n // parts for n in range(1, parts))]
    closed = [Stretch(after, upto, leaves) for after, upto in pairwise(edges)]
    return [*closed, Stretch(edges[-1])]


def _at_once(db: Database, tx: Connection, stretches: Sequence[Stretch], cores: int) -> tuple[WalkResult, Proved]:
    view = View.of(db, tx)
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        walks: list[Future[WalkResult]] = [
            pool.submit(_task, view, partial(walk.stretch, of=one)) for one in stretches[:-1]
        ]
        tables = row_triggers.held(tx)
        proofs: list[Future[Proved]] = [
            pool.submit(_task, view, partial(row_proof.prove_tables, tables=tables[n::cores])) for n in range(cores)
        ]
        proofs.append(pool.submit(_task, view, row_proof.prove_derived))
        last = walk.stretch(tx, stretches[-1])
        proved = row_proof.prove_lines(tx)
        walked = walk.joined([*(one.result() for one in walks), last])
        return walked, row_proof.joined([*(one.result() for one in proofs), proved])


def _task(view: View, work: Callable[[Connection], T]) -> T:
    with view.read() as tx:
        return work(tx)
