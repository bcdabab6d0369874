"""What the worker remembers of itself: when each of its parts was last alive, and the last instant it trusted."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from repairflow.records.base import Instant, metadata

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(80), primary_key=True),  # worker/<node> | clock | daily/<job>/<day>
    Column("at", Instant, nullable=False),
    # how often a worker showed itself: it changes whatever the clock says
    Column("beat", Integer, nullable=False, default=0, server_default="0"),
)
