"""Batches (批量办理): one step in many cases, asked for by one person and carried out by the worker, case by case."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from repairflow.records.base import Id, Instant, metadata

batch = Table(
    "batch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("command_id", String(80), nullable=False, unique=True),  # the form that asked for it
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("action", String(60), nullable=False),
    Column("label", String(80), nullable=False),
    Column("reason", Text),
    Column("ground", String(60)),
    Column("state", String(20), nullable=False),  # checking | checked | running | done | stopped | failed | dropped
    Column("total", Integer, nullable=False),
    Column("message", Text),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

batch_case = Table(
    "batch_case",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", ForeignKey("batch.id"), nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("version", Integer, nullable=False),  # of the case when the batch was asked for
    Column("state", String(20), nullable=False),  # waiting | open | excepted | left_out | done | refused
    Column("message", Text),
)
Index("ix_batch_case_next", batch_case.c.batch_id, batch_case.c.state, batch_case.c.id)
