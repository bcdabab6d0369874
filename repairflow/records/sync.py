"""On which record a platform and we part (对账的差异), as the daily look found it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from repairflow.records.base import Id, Instant, metadata

sync_finding = Table(
    "sync_finding",
    metadata,
    Column("id", Id, primary_key=True),
    Column("target_id", ForeignKey("target.id"), nullable=False),
    Column("number", String(300), nullable=False),  # as the platform names it: it may show one that we do not know
    Column("kind", String(20), nullable=False),  # a word of `gateway.reconcile.Kind`
    Column("decided", String(10)),
    Column("shown", String(10)),
    Column("found_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),  # by the last look
    Column("ended_at", Instant),  # by the look that found it mended
    Column("chased_at", Instant),
    Column("chased_by", ForeignKey("person.id")),
)
_open = sync_finding.c.ended_at.is_(None)
Index(
    "uq_sync_finding_open",
    sync_finding.c.target_id,
    sync_finding.c.number,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
