"""What the worker remembers of itself: when each of its parts was last alive, and the last instant it trusted."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from repairflow.records.base import Instant, metadata

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(80), primary_key=True),  # worker/<node> | clock | daily/<job>
    Column("at", Instant, nullable=False),
)
