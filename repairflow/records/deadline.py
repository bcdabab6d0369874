"""Deadlines (到期事项): a cache of what law.clocks computes from a case's history, and the rungs already fired."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, metadata

deadline = Table(
    "deadline",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id")),
    Column("record_id", ForeignKey("record.id")),
    Column("clock", String(40), nullable=False),
    Column("label", String(80), nullable=False),
    Column("owner", String(40), nullable=False),
    Column(
        "state", String(10), nullable=False
    ),  # running | paused | waiting (for the service of the letter that sets it)
    Column("started_on", Date, nullable=False),
    Column("due_day", Date),  # empty while paused or waiting
    Column("due_at", Instant),  # 24:00 Shanghai of the due day
    Column("provisional", Boolean, nullable=False),
    Column("days_total", Integer, nullable=False),
    Column("days_remaining", Integer),
    Column("next_at", Instant),  # when the next rung fires; empty: nothing more to fire
    Column("next_rung", String(30)),
    Column("held", Text),  # why an irreversible step waits for a person (the clock jumped)
    Unique("case_id", "clock"),
    Unique("record_id", "clock"),
    CheckConstraint("(case_id IS NULL) <> (record_id IS NULL)", name="of_one"),
)
# Idle sweeps read this index alone: flat however many deadlines are open.
Index(
    "ix_deadline_next",
    deadline.c.next_at,
    sqlite_where=deadline.c.next_at.is_not(None),
    postgresql_where=deadline.c.next_at.is_not(None),
)

rung_fired = Table(
    "rung_fired",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id")),
    Column("record_id", ForeignKey("record.id")),
    Column("clock", String(40), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("due_day", Date, nullable=False),
    Column("rung", String(30), nullable=False),  # remind:3, yellow, due, escalate:1
    Column("fired_at", Instant, nullable=False),
    Column("late", Integer, nullable=False, default=0),  # seconds after its time, when an outage delayed it
    Column("returned_at", Instant),  # set: it fired before its time, when the clock was wrong, and fires again
    Column("times", Integer, nullable=False, default=1, server_default="1"),  # how often it fired
    Unique("case_id", "clock", "due_day", "rung"),
    Unique("record_id", "clock", "due_day", "rung"),
)
