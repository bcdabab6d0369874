"""What pages would count or look for in the whole archive, kept so that they need not: uninformed records, and figures."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table

from repairflow.records.base import Id, Instant, Json, metadata

uninformed = Table(
    "uninformed",
    metadata,
    Column("record_id", Id, nullable=False, autoincrement=False),
    PrimaryKeyConstraint("record_id"),
)
"""The public records whose subject has no 告知书 that stands (两书同达). Kept by triggers (`records.uninformed_triggers`) in the
transaction that changes the record's state, or issues or withdraws the letter."""

kept_figure = Table(
    "kept_figure",
    metadata,
    Column("name", String(80), primary_key=True),  # trail | timeliness/all | timeliness/<office>
    Column("content", Json, nullable=False),
    Column("counted_at", Instant, nullable=False),
)
"""What the worker counted (`casework.kept_figures`). Each can be counted anew from what it counts, and is every night."""
