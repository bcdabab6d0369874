"""What a subject did to put things right (修复方式), the quiz it took, and bodies that offer such things (信用服务机构)."""

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
    text,
)

from repairflow.records.base import GUARDED, Id, Instant, Json, metadata

repair_means = Table(
    "repair_means",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("code", String(30), nullable=False),
    Column("hours", Integer, nullable=False),
    Column("issuer", String(200), nullable=False),
    Column("certificate", String(100), nullable=False),
    Column("done_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("material", String(60), nullable=False),  # the token of a file of the evidence library; empty: none
    Column("state", String(10), nullable=False),
    Column("declared_by", ForeignKey("person.id"), nullable=False),
    Column("declared_at", Instant, nullable=False),
    Column("settled_by", ForeignKey("person.id")),
    Column("settled_at", Instant),
    Column("reason", Text),
    CheckConstraint("state IN ('waiting', 'verified', 'refused')", name="state"),
    info=GUARDED,
)
Index("ix_repair_means_record", repair_means.c.record_id, repair_means.c.id)
_waits = text("state = 'waiting'")
Index("ix_repair_means_waiting", repair_means.c.id, sqlite_where=_waits, postgresql_where=_waits)

learning = Table(
    "learning",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("version", String(20), nullable=False),
    Column("answers", Json, nullable=False),
    Column("score", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("certificate", String(30), unique=True),  # none where it was not passed
    Column("expires_on", Date),
    info=GUARDED,
)

service_body = Table(
    "service_body",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uscc", String(18), nullable=False),
    Column("name", String(200), nullable=False),
    Column("services", Json, nullable=False),
    Column("fees", String(500), nullable=False),
    Column("contact", String(200), nullable=False),
    Column("flag", String(20), nullable=False),  # why one is warned of it; empty: nothing
    Column("reason", Text, nullable=False),
    Column("entered_by", ForeignKey("person.id"), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("uscc"),
    info=GUARDED,
)
