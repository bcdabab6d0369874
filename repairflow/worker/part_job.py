"""Long work done in parts (lists published each year, questions about many organisations): one part a transaction, and the run is
kept told of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import jobs
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import inquiry_runs, list_publication
from repairflow.casework.changes.system import AnswerInquiryPart, WriteListPart
from repairflow.casework.context import Services
from repairflow.casework.dispatch import Change, dispatch
from repairflow.casework.job_runs import Runs
from repairflow.casework.jobs import Job
from repairflow.db import Database
from repairflow.worker.jobs import JobRun


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs from kind to kind: the command of a part, how far a run is (done, total), and its end."""

    runs: Runs
    part: Callable[[str], Change]
    progress: Callable[[Connection, str], tuple[int, int]]
    end: Callable[[Connection, str, datetime], Mapping[str, object]]


def _publication(tx: Connection, token: str) -> tuple[int, int]:
    row = list_publication.of_token(tx, token)
    return row.entries, row.total


def _inquiry(tx: Connection, token: str) -> tuple[int, int]:
    row = inquiry_runs.of_token(tx, token)
    return row.done, row.total


KINDS: Mapping[str, Kind] = {
    list_publication.WRITE: Kind(
        list_publication.RUNS, lambda token: WriteListPart(SYSTEM, token), _publication, list_publication.end
    ),
    inquiry_runs.ANSWER: Kind(
        inquiry_runs.RUNS, lambda token: AnswerInquiryPart(SYSTEM, token), _inquiry, inquiry_runs.end
    ),
}


@dataclass(frozen=True, slots=True)
class InParts:
    """Does the jobs of one kind."""

    db: Database
    services: Services
    kind: Kind

    def work(self, job_run: JobRun) -> Callable[[Connection], Mapping[str, object]]:
        """See JobHandler."""
        token = _token(job_run.job)
        while self._part(job_run, token):
            self.db.make_way()
        return lambda tx: self.kind.end(tx, token, times.now())

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        """See JobHandler."""
        self.kind.runs.fail(tx, _token(job), message, now)

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        """See JobHandler."""
        self.kind.runs.stopped(tx, _token(job), now)

    def ended(self, job: Job) -> None:
        """See JobHandler: nothing lies outside the database."""

    def _part(self, job_run: JobRun, token: str) -> bool:
        with job_run.step() as tx:
            more = bool(dispatch(tx, self.services, self.kind.part(token), times.now()))
            jobs.report_progress(tx, job_run.job, *self.kind.progress(tx, token), lasting=True)
        return more


def _token(job: Job) -> str:
    return str(job.payload["token"])
