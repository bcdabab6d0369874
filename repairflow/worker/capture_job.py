"""Fetches pages of platforms (页面固定), one a job: outside any transaction, and then keeps what was seen in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from repairflow.casework.actor import SYSTEM
from repairflow.casework.changes.system import KeepPage
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.jobs import BROKEN, Job
from repairflow.casework.outbound import page_captures
from repairflow.db import Database
from repairflow.gateway import page_picture
from repairflow.gateway.page_capture import Kept, NoPage, PageReader, Seen
from repairflow.times import now as instant
from repairflow.worker.jobs import JobRun

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Capturing:
    """Does the jobs of captured pages."""

    db: Database
    services: Services
    reader: PageReader
    picture: Callable[[bytes, str], bytes | None] = page_picture.take

    def work(self, job_run: JobRun) -> Callable[[Connection], Mapping[str, object]]:
        """See JobHandler. A page that cannot be had is an answer, too."""
        token = _token(job_run.job)
        with job_run.step() as tx:
            url = page_captures.waiting(tx, token).url
        try:
            seen = self.reader.read(url)
            kept = Kept(seen, self._pictured(seen))
        except NoPage as error:
            kept = Kept(None, message=error.message)

        def end(tx: Connection) -> Mapping[str, object]:
            dispatch(tx, self.services, KeepPage(SYSTEM, token, kept), instant())
            return {"kept": kept.seen is not None}

        return end

    def _pictured(self, seen: Seen) -> bytes | None:
        """Return the picture, None where it cannot be taken: the page is evidence without one."""
        try:
            return self.picture(seen.content, seen.media_type)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with a browser, the page was seen and is kept
            log.warning("no picture of a page", error=type(error).__qualname__)
            return None

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        """See JobHandler."""
        page_captures.keep(tx, _token(job), Kept(None, message=message or BROKEN), now)

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        """See JobHandler."""
        page_captures.keep(tx, _token(job), Kept(None, message="已停止。"), now)

    def ended(self, job: Job) -> None:
        """See JobHandler: nothing lies outside the database."""


def _token(job: Job) -> str:
    return str(job.payload["token"])
