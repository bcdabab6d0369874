"""Jobs (后台任务): long work kept as rows, so that it outlives pages, processes and machines.

waiting → running → done, failed or cancelled; resumed from failed or cancelled. One attempt at a time holds a job, under a
lease that each of its transactions renews; when a worker vanishes, the lease runs out and the next worker goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from repairflow.errors import RepairFlowError
from repairflow.records import job, job_error
from repairflow.records.rows import JobRow, first_row

LEASE = timedelta(minutes=2)  # longer than any part of a job that opens no transaction
REST = timedelta(seconds=20)  # before a job that broke is tried again
STRAYED = timedelta(hours=2)
"""Further ahead than any lease or rest reaches: a clock that was ahead wrote it, and nobody waits for that day."""
MOST_FAILURES = 3
MOST_RESCUES = 3
"""A job whose worker vanished so often without getting further is likely to be the reason, and stops."""
LONGEST_ERROR = 2_000
BROKEN = "处理时系统出现故障，没有完成。"
VANISHED = "处理进程多次中断，已停止重试。请联系管理员查看服务器日志（内存、磁盘），处理后可以继续。"
"""Why a job failed where the fault is of this system, and not of what it was given."""


class Lost(RepairFlowError):
    """The job is no longer this attempt's: its lease ran out and another worker took it, or it has ended."""

    code = "job_lost"
    status = 409


class Cancelled(RepairFlowError):
    """Somebody asked to stop the job."""

    code = "job_cancelled"
    status = 409


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: `key` names it for ever, so that asking twice makes one job."""

    kind: str
    key: str
    payload: Mapping[str, Any]
    person_id: int | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job in the hands of the attempt that took it."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    person_id: int | None
    attempt: int
    rescues: int

    @property
    def hopeless(self) -> bool:
        """Whether its workers vanished too often to try again."""
        return self.rescues > MOST_RESCUES


def put(tx: Connection, order: Order, now: datetime) -> bool:
    """Ensure that the job is there, waiting or further; False when it was there before."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    put_in = make(job).values(
        kind=order.kind, key=order.key, payload=dict(order.payload), priority=order.priority, person_id=order.person_id,
        state="waiting", done=0, total=0, attempt=0, rescues=0, failures=0, next_at=now, created_at=now,
    )  # fmt: skip
    new = put_in.on_conflict_do_nothing(index_elements=[job.c.key]).returning(job.c.id)
    return tx.execute(new).first() is not None


def take(tx: Connection, kinds: Sequence[str], node: str, now: datetime) -> Job | None:
    """Return the next job of these kinds, now held by the caller under a lease; None when none is due.

    A running one whose lease ran out is rescued: that is counted, and said among its errors.
    """
    found = tx.execute(
        select(job.c.id, job.c.state, job.c.node, job.c.attempt)
        .where(
            or_(job.c.next_at <= now, job.c.next_at > now + STRAYED),
            job.c.state.in_(("waiting", "running")),
            job.c.kind.in_(kinds),
        )
        .order_by(job.c.priority.desc(), job.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    rescued = found.state == "running"
    if rescued:
        _note(tx, found.id, found.attempt, f"{found.node} 停止了工作，由 {node} 继续。", now)
    row = tx.execute(
        update(job)
        .where(job.c.id == found.id)
        .values(
            state="running", node=node[:80], next_at=now + LEASE, attempt=job.c.attempt + 1,
            rescues=job.c.rescues + (1 if rescued else 0),
        )
        .returning(job.c.id, job.c.kind, job.c.key, job.c.payload, job.c.person_id, job.c.attempt, job.c.rescues)
    ).one()  # fmt: skip
    return Job(*row)


def hold(tx: Connection, held: Job, now: datetime) -> None:
    """Ensure that the lease is renewed and nobody else moves the job before this transaction ends.

    Raises Lost or Cancelled: nothing of the transaction may then stand.
    """
    mine = update(job).where(*_mine(held)).values(next_at=now + LEASE).returning(job.c.cancel_at)
    row = tx.execute(mine).first()
    if row is None:
        raise Lost(f"job {held.key} is no longer held by attempt {held.attempt}")
    if row.cancel_at is not None:
        raise Cancelled(f"job {held.key} was cancelled")


def report_progress(tx: Connection, held: Job, done: int, total: int, *, lasting: bool = False) -> None:
    """Ensure that the job shows this progress. `lasting`: this transaction writes what is done, so that a later attempt shows no
    less; one that gets further than any before is not why their workers vanished, and its rescues are forgotten."""
    values: dict[str, object] = {"done": done, "total": max(done, total)}
    if lasting:
        further = job.c.done < done
        values |= {"done": case((further, done), else_=job.c.done), "rescues": case((further, 0), else_=job.c.rescues)}
    tx.execute(update(job).where(*_mine(held)).values(**values))


def finish(tx: Connection, held: Job, result: Mapping[str, Any], now: datetime) -> None:
    """Ensure that the job is done, with its result. Raises Lost."""
    _end(tx, held, now, state="done", result=dict(result))


def stop(tx: Connection, held: Job, now: datetime) -> None:
    """Ensure that the job is cancelled, as somebody asked. Raises Lost."""
    _end(tx, held, now, state="cancelled")


def give_back(tx: Connection, held: Job, now: datetime) -> None:
    """Ensure that the job waits for the next worker; nothing went wrong. Raises Lost."""
    _move(tx, held, state="waiting", next_at=now, node=None)


def fail(tx: Connection, held: Job, error: str, now: datetime, *, final: bool) -> bool:
    """Note what went wrong; the job rests and is tried again, or has failed for good: then True. Raises Lost."""
    failures = tx.execute(select(job.c.failures).where(*_mine(held)).with_for_update()).scalar_one_or_none()
    if failures is None:
        raise Lost(f"job {held.key} is no longer held by attempt {held.attempt}")
    _note(tx, held.id, held.attempt, error, now)
    final = final or failures + 1 >= MOST_FAILURES
    if final:
        _end(tx, held, now, state="failed", failures=failures + 1)
    else:
        _move(tx, held, state="waiting", next_at=now + REST * (failures + 1), failures=failures + 1, node=None)
    return final


def cancel(tx: Connection, key: str, now: datetime) -> str | None:
    """Ask to stop a job: "cancelled" when it had not begun, "asked" when its worker will stop; None when it has ended."""
    ended = update(job).where(job.c.key == key, job.c.state == "waiting")
    if tx.execute(ended.values(state="cancelled", next_at=None, ended_at=now)).rowcount:
        return "cancelled"
    request = update(job).where(job.c.key == key, job.c.state == "running").values(cancel_at=now)
    return "asked" if tx.execute(request).rowcount else None


def resume(tx: Connection, key: str, now: datetime) -> bool:
    """Ensure that a job that failed or was cancelled waits again, its counts of trouble at nought; False for any other."""
    again = update(job).where(job.c.key == key, job.c.state.in_(("failed", "cancelled")))
    fresh = {
        "state": "waiting",
        "next_at": now,
        "ended_at": None,
        "cancel_at": None,
        "failures": 0,
        "rescues": 0,
        "settled_at": None,
    }
    return tx.execute(again.values(**fresh)).rowcount == 1


def job_of(tx: Connection, key: str) -> JobRow | None:
    """Return the row of a job, or None."""
    return first_row(tx.execute(select(job).where(job.c.key == key)), JobRow)


def errors(tx: Connection, key: str) -> tuple[str, ...]:
    """Return what went wrong at each attempt, oldest first."""
    errors = select(job_error.c.text).join(job, job.c.id == job_error.c.job_id).where(job.c.key == key)
    return tuple(tx.execute(errors.order_by(job_error.c.id)).scalars())


def prune(tx: Connection, before: datetime, most: int = 500) -> int:
    """Delete at most `most` jobs that ended before then, with their errors; gives how many."""
    old = select(job.c.id).where(job.c.ended_at < before).order_by(job.c.ended_at, job.c.id)
    gone = list(tx.execute(old.limit(most)).scalars())
    if gone:
        tx.execute(delete(job_error).where(job_error.c.job_id.in_(gone)))
        tx.execute(delete(job).where(job.c.id.in_(gone)))
    return len(gone)


def _mine(held: Job) -> tuple[Any, ...]:
    return job.c.id == held.id, job.c.state == "running", job.c.attempt == held.attempt


def _end(tx: Connection, held: Job, now: datetime, **values: object) -> None:
    _move(tx, held, next_at=None, ended_at=now, cancel_at=None, **values)


def _move(tx: Connection, held: Job, **values: object) -> None:
    if not tx.execute(update(job).where(*_mine(held)).values(**values)).rowcount:
        raise Lost(f"job {held.key} is no longer held by attempt {held.attempt}")


def _note(tx: Connection, job_id: int, attempt: int, text: str, now: datetime) -> None:
    tx.execute(insert(job_error).values(job_id=job_id, attempt=attempt, text=text[:LONGEST_ERROR], at=now))
