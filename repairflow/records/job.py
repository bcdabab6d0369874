"""Long work that a worker does for somebody: jobs (后台任务), and what went wrong at each attempt."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from repairflow.records.base import WORK, Id, Instant, Json, metadata

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),  # says which handler of the worker does it
    Column("key", String(120), nullable=False, unique=True),  # asked for twice, it is one job
    Column("payload", Json, nullable=False),
    Column("priority", Integer, nullable=False),  # greater ones first
    Column("state", String(10), nullable=False),
    Column("done", Integer, nullable=False),  # progress, in the job's own measure
    Column("total", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),  # counts every taking: whoever holds an older number has lost the job
    Column("rescues", Integer, nullable=False),  # how often its worker vanished
    Column("failures", Integer, nullable=False),  # how often it broke since somebody last asked for it
    Column("node", String(80)),
    Column("next_at", Instant),  # waiting: not before; running: when its lease ends
    Column("cancel_at", Instant),  # somebody asked to stop a running job
    Column("result", Json),
    Column("person_id", ForeignKey("person.id")),  # empty: the operator or the system
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("minder_id", ForeignKey("person.id")),  # failed: who sees to it
    Column("note", Text),  # what was found out
    Column("settled_at", Instant),  # failed: somebody said that nothing is left to do
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    info=WORK,
)
Index(
    "ix_job_next",
    job.c.next_at,
    sqlite_where=job.c.next_at.is_not(None),
    postgresql_where=job.c.next_at.is_not(None),
)
Index("ix_job_ended", job.c.ended_at)
_failed = text("state = 'failed' AND settled_at IS NULL")
Index("ix_job_failed", job.c.id, sqlite_where=_failed, postgresql_where=_failed)  # what somebody has to see to

job_error = Table(
    "job_error",
    metadata,
    Column("id", Id, primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
