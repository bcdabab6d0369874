"""On which record a platform and we part (对账的差异), as the daily look or a person found it, and the letters that ask the platform
to mend it (更正函)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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

platform_letter = Table(
    "platform_letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("finding_id", ForeignKey("sync_finding.id"), nullable=False, index=True),
    Column("letter_id", ForeignKey("letter.id"), nullable=False, unique=True),
    Column("round", Integer, nullable=False),  # 1 for the first letter about a finding
    Column("sent_by", ForeignKey("person.id"), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("due_day", Date, nullable=False),  # by which it is asked to answer
    Column("told_at", Instant),  # its people were told that no answer came
    Column("answer", String(12)),  # empty: none came yet
    Column("answered_on", Date),
    Column("answer_note", Text),
    Column("answered_by", ForeignKey("person.id")),
    CheckConstraint("answer IN ('corrected', 'refused', 'replaced')", name="answer"),
)
_waits = platform_letter.c.answer.is_(None)
Index(
    "ix_platform_letter_waits", platform_letter.c.due_day, sqlite_where=_waits, postgresql_where=_waits,
)  # fmt: skip

page_look = Table(
    "page_look",
    metadata,
    Column("id", Id, primary_key=True),
    Column("target_id", ForeignKey("target.id"), nullable=False),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("looked_at", Instant, nullable=False),  # the last time
    Column("shown", Boolean),  # empty: there was no page to judge by
    Column("said", String(300), nullable=False),  # why there was none
    Column("finding_id", ForeignKey("sync_finding.id"), index=True),  # that these looks opened, and may end
    UniqueConstraint("target_id", "record_id"),
)
