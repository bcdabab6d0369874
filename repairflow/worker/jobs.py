"""Runs jobs: takes those that are due and has each done by the handler of its kind, one transaction a step, until it ends or
must stop.

The worker may be killed at any instant: what a step committed stands, and the next attempt goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from typing import Protocol

import structlog
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import jobs
from repairflow.casework.jobs import BROKEN, VANISHED, Cancelled, Job, Lost
from repairflow.db import Database
from repairflow.errors import RepairFlowError

log = structlog.get_logger(__name__)


class Stopping(Exception):
    """This worker is asked to end: the job goes back, for the next one."""


class JobRun:
    """One job at work: what its handler needs of it."""

    def __init__(self, db: Database, job: Job, stop: Event) -> None:
        self.job, self.db, self._stop = job, db, stop

    @contextmanager
    def step(self) -> Iterator[Connection]:
        """Give a transaction of the job; nothing of it stands when the job was lost, cancelled or must stop."""
        with self.db.begin() as tx:
            self.check(tx)
            yield tx

    def check(self, tx: Connection) -> None:
        """For a handler with a transaction of its own: renew the lease in it. Raises Lost, Cancelled or Stopping."""
        if self._stop.is_set():
            raise Stopping
        jobs.hold(tx, self.job, times.now())


class JobHandler(Protocol):
    """How jobs of one kind are done; each of these is written in the transaction that moves the job."""

    def work(self, job_run: JobRun) -> Callable[[Connection], Mapping[str, object]]:
        """Do the job; the answer writes what is left to write at its end, and gives the job's result.

        RepairFlowError is final and told to people; anything else is tried again.
        """

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        """Note that the job failed for good."""

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        """Note that the job was stopped on request."""

    def ended(self, job: Job) -> None:
        """After that transaction, however the job ended: for what lies outside the database."""


class JobRunner:
    """Does jobs for this node. Any number may run at once, on any number of nodes."""

    def __init__(self, db: Database, handlers: Mapping[str, JobHandler], node: str, stop: Event | None = None) -> None:
        self._db, self._handlers, self._node = db, handlers, node
        self._stop = stop or Event()
        self.at_work = False
        """Whether a job is being done, for what can wait until it is."""

    def run_once(self, now: datetime, most: int = 20) -> int:
        """Do at most `most` jobs that are due by `now`, one after the other; how many were taken."""
        for taken in range(most):
            if self._stop.is_set() or not self._one(max(now, times.now()) if taken else now):
                return taken
        return most

    def _one(self, now: datetime) -> bool:
        with self._db.begin() as tx:
            job = jobs.take(tx, list(self._handlers), self._node, now)
        if job is None:
            return False
        handler = self._handlers[job.kind]
        if job.hopeless:
            self._fail(handler, job, VANISHED, final=True)
            return True
        self.at_work = True
        try:
            self._do(handler, JobRun(self._db, job, self._stop))
        except Lost:
            log.warning("job lost to another worker", job=job.key)
        finally:
            self.at_work = False
        return True

    def _do(self, handler: JobHandler, job_run: JobRun) -> None:
        job = job_run.job
        try:
            finish = handler.work(job_run)
            with job_run.step() as tx:
                jobs.finish(tx, job, finish(tx), times.now())
            handler.ended(job)
        except Lost:
            raise
        except Stopping:
            with self._db.begin() as tx:
                jobs.give_back(tx, job, times.now())
        except Cancelled:
            with self._db.begin() as tx:
                jobs.stop(tx, job, times.now())
                handler.cancelled(tx, job, times.now())
            handler.ended(job)
        except RepairFlowError as refused:
            self._fail(handler, job, refused.message, final=True)
        except Exception as error:  # noqa: BLE001  # one broken job must not stop the others
            # The message may hold what somebody delivered: people get our words, the log gets the kind.
            log.error("job failed", job=job.key, attempt=job.attempt, error=type(error).__qualname__)
            self._fail(handler, job, f"{BROKEN}（{type(error).__qualname__}）", final=False)

    def _fail(self, handler: JobHandler, job: Job, error: str, *, final: bool) -> None:
        with self._db.begin() as tx:
            over = jobs.fail(tx, job, error, times.now(), final=final)
            if over:
                handler.failed(tx, job, error, times.now())
        if over:
            handler.ended(job)
