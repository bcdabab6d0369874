"""Imports: checks a file, or writes its rows batch by batch, and keeps its run told of how far it is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import jobs
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.cases import import_jobs, import_penalties
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.context import Services
from repairflow.casework.jobs import Job
from repairflow.db import Database
from repairflow.errors import Conflict, NotFound
from repairflow.gateway.penalties.grid import UnreadableFile
from repairflow.worker.jobs import JobRun

EVERY = 0.5  # seconds between two signs of progress
REPLACED = "保存的文件与上传时的校验值不同，没有写入。请重新上传，并请系统管理员检查文件存储。"
GONE = "上传的文件已不在，请重新上传。已经写入的行不会重复。"


@dataclass(frozen=True, slots=True)
class Importing:
    """Does both kinds of job; `kind` says which."""

    db: Database
    services: Services
    files: ImportFiles
    kind: str

    def work(self, job_run: JobRun) -> Callable[[Connection], Mapping[str, object]]:
        """See JobHandler."""
        token, now = str(job_run.job.payload["token"]), times.now()
        checks = self.kind == import_jobs.CHECK
        with self.db.read() as tx:
            run = import_jobs.run_of(tx, token)
            code = import_jobs.office_code(tx, run)
            actor = self._actor(tx, job_run.job, now)

        def wrote(tx: Connection, batch: import_penalties.Batch) -> None:
            job_run.check(tx)
            import_jobs.wrote(tx, token, batch)
            jobs.report_progress(tx, job_run.job, batch.done, batch.total, lasting=True)

        try:
            with self._file(token, run.file_digest) as path:
                outcome = import_penalties.import_file(
                    self.db, self.services, import_penalties.Delivered(path, run.file_name, code, actor, run.provenance),
                    now, dry_run=checks,
                    progress=self._progress(job_run, token, checks=checks), wrote=wrote,
                )  # fmt: skip
        except UnreadableFile as refused:
            with job_run.step() as tx:
                import_jobs.unread(tx, token, refused.unread)
            raise
        state = "checked" if checks else "done"
        return lambda tx: import_jobs.end(tx, token, outcome, state=state, now=times.now())

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        """See JobHandler."""
        import_jobs.RUNS.fail(tx, str(job.payload["token"]), message, now)

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        """See JobHandler."""
        import_jobs.RUNS.stopped(tx, str(job.payload["token"]), now)

    def ended(self, job: Job) -> None:
        """See JobHandler. A file nobody will ask for again goes at once: it holds personal numbers."""
        token = str(job.payload["token"])
        with self.db.read() as tx:
            run = import_jobs.run_of(tx, token)
        if run.state in ("done", "dropped") or (run.state == "checked" and not (run.rows_new or run.rows_held)):
            self.files.remove(token)

    @contextmanager
    def _file(self, token: str, digest: str) -> Iterator[Path]:
        """Give the file of a run. NotFound where it is gone, Conflict where another lies in its place."""
        with ExitStack() as held:
            try:
                path = held.enter_context(self.files.store.local(token))
            except FileNotFoundError:
                raise NotFound(GONE) from None
            with path.open("rb") as content:
                if f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}" != digest:
                    raise Conflict(REPLACED)
            yield path

    def _actor(self, tx: Connection, job: Job, now: datetime) -> Actor:
        return SYSTEM if job.person_id is None else actor_of(tx, job.person_id, times.local_day(now))

    def _progress(self, job_run: JobRun, token: str, *, checks: bool) -> import_penalties.Progress:
        """Report the progress of the check at intervals; while rows are written, only renew the lease."""
        shown = -EVERY

        def progress(done: int, total: int) -> None:
            nonlocal shown
            if time.monotonic() - shown < EVERY:
                return
            shown = time.monotonic()
            with job_run.step() as tx:
                if checks and total:
                    import_jobs.advance(tx, token, done, total)
                    jobs.report_progress(tx, job_run.job, done, total)

        return progress
