"""How often something was tried: counters of guessing, shared by all processes and forgotten once their time is over."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from repairflow.records.base import Instant, metadata

attempt = Table(
    "attempt",
    metadata,
    Column("key", String(64), primary_key=True),  # keyed digest of what is counted and for whom
    Column("began_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("taken", Integer, nullable=False),
)
