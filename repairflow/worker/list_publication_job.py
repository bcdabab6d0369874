"""Lists published each year: writes one part a transaction, and keeps the publication told of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import jobs
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import list_publication
from repairflow.casework.changes.system import WriteListPart
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.jobs import Job
from repairflow.db import Database
from repairflow.worker.jobs import JobRun


@dataclass(frozen=True, slots=True)
class ListPublications:
    """Does the jobs of yearly publication."""

    db: Database
    services: Services

    def work(self, job_run: JobRun) -> Callable[[Connection], Mapping[str, object]]:
        """See JobHandler."""
        token = str(job_run.job.payload["token"])
        while self._part(job_run, token):
            self.db.make_way()
        return lambda tx: list_publication.end(tx, token, times.now())

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        """See JobHandler."""
        list_publication.RUNS.fail(tx, str(job.payload["token"]), message, now)

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        """See JobHandler."""
        list_publication.RUNS.stopped(tx, str(job.payload["token"]), now)

    def ended(self, job: Job) -> None:
        """See JobHandler: nothing lies outside the database."""

    def _part(self, job_run: JobRun, token: str) -> bool:
        with job_run.step() as tx:
            more = bool(dispatch(tx, self.services, WriteListPart(SYSTEM, token), times.now()))
            row = list_publication.of_token(tx, token)
            jobs.report_progress(tx, job_run.job, row.entries, row.total)
        return more
