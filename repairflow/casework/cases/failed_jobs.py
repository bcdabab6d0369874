"""What a person does about a job (后台任务) that failed: has it go on, notes what was found out, says that nothing is left to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases import batch_acts, import_jobs, inquiry_runs, list_publication
from repairflow.casework.cases.receipts import post_of
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.job_runs import Runs
from repairflow.records import job
from repairflow.records.rows import JobRow, one_row

STREAM = "jobs"
"""Where the trail keeps it."""
RUNS: Mapping[str, Runs] = {
    import_jobs.CHECK: import_jobs.RUNS, import_jobs.WRITE: import_jobs.RUNS,
    batch_acts.CHECK: batch_acts.RUNS, batch_acts.ACT: batch_acts.RUNS, list_publication.WRITE: list_publication.RUNS,
    inquiry_runs.ANSWER: inquiry_runs.RUNS,
}  # fmt: skip
"""The runs that jobs of a kind belong to."""


def retry(tx: Connection, actor: Actor, job_id: int, now: datetime) -> bool:
    """Ensure that a failed job goes on from where it was, for the person who asked for it; gives whether it had failed."""
    row = _held(tx, job_id)
    runs, token = RUNS[row.kind], str(row.payload["token"])
    if row.state != "failed" or not runs.resume(tx, token, "failed", now):
        return False
    _note(tx, EventName.JOB_RETRIED, actor, row, "重新执行", now)
    return True


def mind(tx: Connection, actor: Actor, job_id: int, note: str, now: datetime) -> None:
    """Ensure that the actor sees to the job, with what was found out."""
    row = _held(tx, job_id)
    tx.execute(update(job).where(job.c.id == job_id).values(minder_id=actor.id, note=note))
    _note(tx, EventName.JOB_MINDED, actor, row, note, now)


def settle(tx: Connection, actor: Actor, job_id: int, reason: str, now: datetime) -> bool:
    """Ensure that a failed job is listed no more, for a reason; its run stays failed. Gives whether it was listed."""
    row = _held(tx, job_id)
    done = update(job).where(job.c.id == job_id, job.c.state == "failed", job.c.settled_at.is_(None))
    if tx.execute(done.values(settled_at=now, minder_id=actor.id, note=reason)).rowcount != 1:
        return False
    _note(tx, EventName.JOB_SETTLED, actor, row, reason, now)
    return True


def _held(tx: Connection, job_id: int) -> JobRow:
    return one_row(tx.execute(select(job).where(job.c.id == job_id).with_for_update()), JobRow)


def _note(tx: Connection, name: EventName, actor: Actor, row: JobRow, reason: str, now: datetime) -> None:
    told = {"job": {"key": row.key, "kind": row.kind, "attempt": row.attempt}}
    said = NewEvent(action=name, at=now, by=actor, role=post_of(actor), reason=reason, content=told)
    event_log.append(tx, STREAM, said)
