"""Examples (典型案例): what an office tells everybody of how trust was kept, broken or restored, without names."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text

from repairflow.records.base import GUARDED, Id, Instant, metadata

example = Table(
    "example",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(30), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),  # kept | broken | repaired
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("proposed_by", ForeignKey("person.id"), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("settled_by", ForeignKey("person.id")),
    Column("published_day", Date),
    Column("reason", Text),
    CheckConstraint("kind IN ('kept', 'broken', 'repaired')", name="kind"),
    CheckConstraint("state IN ('waiting', 'published', 'refused', 'withdrawn')", name="state"),
    info=GUARDED,
)
Index("ix_example_state", example.c.state, example.c.id)
