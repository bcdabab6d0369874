"""Jobs (后台任务) that failed and that nobody settled: those of imports, batches, publications of lists and questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from repairflow.casework.actor import Actor
from repairflow.casework.cases import batch_acts, failed_jobs, import_jobs, inquiry_runs, list_publication
from repairflow.casework.jobs import BROKEN, VANISHED
from repairflow.errors import NotFound
from repairflow.prepared import constant
from repairflow.records import batch, import_run, job, job_error, office, person, role_grant
from repairflow.records.rows import JobErrorRow, all_rows, first_row

WORDS = {
    import_jobs.CHECK: "导入前核对", import_jobs.WRITE: "导入", batch_acts.CHECK: "批量办理前核对",
    batch_acts.ACT: "批量办理", list_publication.WRITE: "名单公布", inquiry_runs.ANSWER: "批量查询",
}  # fmt: skip
"""What a job does, by its kind."""
_error = (
    select(job_error.c.text)
    .where(job_error.c.job_id == job.c.id)
    .order_by(job_error.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_asker, _minder = person.alias("asker"), person.alias("minder")


class FailedJob(NamedTuple):
    """A job that failed: what it is of, who asked for it, the last thing that went wrong."""

    id: int
    kind: str
    state: str
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    asked_by: str | None
    file_name: str | None
    office_name: str | None
    step: str | None
    cases: int | None
    error: str | None
    minder: str | None
    note: str | None
    settled_at: datetime | None

    @property
    def ours(self) -> bool:
        """Whether the fault is of this system, and not of what the job was given."""
        return self.error is None or self.error.startswith((BROKEN, VANISHED))


def failed(tx: Connection, actor: Actor, *, size: int = 100) -> tuple[FailedJob, ...]:
    """Return those the actor may see, oldest first."""
    query = _rows(actor).where(job.c.state == constant("failed"), job.c.settled_at.is_(None))
    return tuple(all_rows(tx.execute(query.order_by(job.c.id).limit(size)), FailedJob))


def one(tx: Connection, actor: Actor, job_id: int) -> FailedJob:
    """Return one that failed once, whatever became of it. Raises NotFound, whether absent or foreign."""
    row = first_row(tx.execute(_rows(actor).where(job.c.id == job_id)), FailedJob)
    if row is None or (row.state != "failed" and row.error is None):
        raise NotFound
    return row


def errors(tx: Connection, job_ids: Sequence[int], size: int = 100) -> list[JobErrorRow]:
    """Return what went wrong at the last attempts of each, newest first."""
    nth = func.row_number().over(partition_by=job_error.c.job_id, order_by=job_error.c.id.desc()).label("nth")
    of = select(job_error.c.id, nth).where(job_error.c.job_id.in_(job_ids)).subquery()
    rows = select(job_error).join(of, of.c.id == job_error.c.id).where(of.c.nth <= size)
    return all_rows(tx.execute(rows.order_by(job_error.c.id.desc())), JobErrorRow)


def _rows(actor: Actor) -> Select[Any]:
    token = job.c.payload["token"].as_string()
    return (
        select(
            job.c.id, job.c.kind, job.c.state, job.c.attempt.label("attempts"), job.c.created_at, job.c.ended_at,
            _asker.c.name.label("asked_by"), import_run.c.file_name, office.c.name.label("office_name"),
            batch.c.label.label("step"), batch.c.total.label("cases"), _error.label("error"),
            _minder.c.name.label("minder"), job.c.note, job.c.settled_at,
        )
        .outerjoin(_asker, _asker.c.id == job.c.person_id)
        .outerjoin(_minder, _minder.c.id == job.c.minder_id)
        .outerjoin(import_run, import_run.c.token == token)
        .outerjoin(office, office.c.id == import_run.c.office_id)
        .outerjoin(batch, batch.c.token == token)
        .where(job.c.kind.in_(failed_jobs.RUNS), _scope(actor))
    )  # fmt: skip


def _scope(actor: Actor) -> ColumnElement[bool]:
    """Return all for the credit office's supervisor; for others the imports of their offices, the batches and questions of the people
    there.
    """
    if actor.oversees:
        return true()
    offices = sorted(actor.offices)
    colleagues = select(role_grant.c.person_id).where(role_grant.c.office_id.in_(offices))
    theirs = or_(batch.c.id.is_not(None), job.c.kind == inquiry_runs.ANSWER)
    return or_(import_run.c.office_id.in_(offices), and_(theirs, job.c.person_id.in_(colleagues)))
