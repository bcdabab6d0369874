"""Questions about many organisations at once (批量查询): answered part by part by the worker, and given out as a file."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, Json, metadata

inquiry_run = Table(
    "inquiry_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),  # whose account asked: a system has one of its own
    Column("purpose", String(200), nullable=False),
    Column("digest", String(80), nullable=False),  # of the credit codes asked about, as the trail has it
    Column("state", String(10), nullable=False),
    Column("done", Integer, nullable=False),  # codes answered so far
    Column("total", Integer, nullable=False),
    Column("faulty", Integer, nullable=False),  # codes that are none
    Column("listed", Integer, nullable=False),
    Column("message", Text),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('running', 'stopped', 'failed', 'done')", name="state"),
)
Index("ix_inquiry_run_person", inquiry_run.c.person_id, inquiry_run.c.started_at)
Index("ix_inquiry_run_ended", inquiry_run.c.ended_at)

inquiry_part = Table(
    "inquiry_part",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", ForeignKey("inquiry_run.id"), nullable=False),
    Column("first", Integer, nullable=False),  # the number of its first row, from 1
    Column("asked", Json, nullable=False),  # credit codes; empty where one is none: it may be anybody's number
    Column("problems", Json, nullable=False),  # of each row, "" for none
    Column("answers", Json),  # of each row: [name, records, measures]; empty until it is answered
    Column("at", Instant),  # when
    Unique("run_id", "first"),
)
