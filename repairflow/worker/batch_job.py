"""Batches: looks at every case, or takes the step in every case, one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import jobs
from repairflow.casework.actor import Actor, actor_of
from repairflow.casework.cases import batch_acts
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.jobs import Job
from repairflow.db import Database
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, RepairFlowError, Stale
from repairflow.records.rows import BatchRow
from repairflow.worker.jobs import JobRun

AGAINST = (Refused, Invalid, Stale, Forbidden, NotFound, Conflict)
"""What stands against the step in one case and says nothing of the others."""


@dataclass(frozen=True, slots=True)
class Batches:
    """Does both kinds of job; `kind` says which."""

    db: Database
    services: Services
    kind: str

    def work(self, job_run: JobRun) -> Callable[[Connection], Mapping[str, int]]:
        """See JobHandler."""
        token = str(job_run.job.payload["token"])
        with self.db.read() as tx:
            row = batch_acts.batch_of(tx, token)
        step, state = (self._check, "checked") if self.kind == batch_acts.CHECK else (self._act, "done")
        while step(job_run, row):
            pass
        return lambda tx: batch_acts.ended(tx, token, state, times.now())

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        """See JobHandler."""
        batch_acts.RUNS.fail(tx, str(job.payload["token"]), message, now)

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        """See JobHandler."""
        batch_acts.RUNS.stopped(tx, str(job.payload["token"]), now)

    def ended(self, job: Job) -> None:
        """See JobHandler: nothing lies outside the database."""

    def _check(self, job_run: JobRun, row: BatchRow) -> bool:
        """Look at the next case; False when there is none."""
        with self.db.read() as tx:
            item = batch_acts.following(tx, row.token, "waiting")
            if item is None:
                return False
            now = times.now()
            against = batch_acts.obstacle(tx, self.services, self._actor(tx, row, now), item, row.action, now)
        with job_run.step() as tx:
            batch_acts.settle(tx, item, "excepted" if against else "open", against)
            self._tell(tx, job_run, row)
        return True

    def _act(self, job_run: JobRun, row: BatchRow) -> bool:
        """Take the step in the next case; False when there is none. What stands against it is kept with the case."""
        with self.db.read() as tx:
            item = batch_acts.following(tx, row.token, "open")
        if item is None:
            return False
        try:
            with job_run.step() as tx:
                now = times.now()
                dispatch(tx, self.services, batch_acts.command(row, item, self._actor(tx, row, now)), now)
                batch_acts.settle(tx, item, "done")
                self._tell(tx, job_run, row)
        except AGAINST as error:
            with job_run.step() as tx:
                batch_acts.settle(tx, item, "refused", _words(error))
                self._tell(tx, job_run, row)
        return True

    def _actor(self, tx: Connection, row: BatchRow, now: datetime) -> Actor:
        """Whoever asked, with the posts held today."""
        return actor_of(tx, row.person_id, times.local_day(now))

    def _tell(self, tx: Connection, job_run: JobRun, row: BatchRow) -> None:
        found = batch_acts.counts(tx, row.token)
        left = found["waiting"] if self.kind == batch_acts.CHECK else found["open"]
        jobs.report_progress(tx, job_run.job, row.total - left, row.total, lasting=True)


def _words(error: RepairFlowError) -> str:
    """Return every reason in one line."""
    if isinstance(error, Stale):
        return batch_acts.NO_LONGER
    found = [r.text for r in error.refusals] if isinstance(error, Refused) else []
    found += [p.text for p in error.problems] if isinstance(error, Invalid) else []
    return "；".join(dict.fromkeys(found)) or error.message
