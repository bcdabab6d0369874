"""Administrative acts beside penalties (行政许可、强制、确认、给付、裁决、奖励、检查): published, and nothing that is repaired."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from repairflow.records.base import GUARDED, Id, Instant, metadata

act = Table(
    "act",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(30), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),  # 作出机关
    Column("document_number", String(128), nullable=False),
    Column("document_key", String(320), nullable=False),  # law.document_keys
    Column("decision_date", Date, nullable=False),
    Column("title", String(200), nullable=False),  # what was decided in a line
    Column("basis", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("of_person", Boolean, nullable=False),  # 自然人：kept, never public
    Column("due_day", Date, nullable=False),  # the last working day on which it is published in time
    Column("state", String(12), nullable=False),
    Column("provenance", String(200), nullable=False),  # 补报历史数据 comes from where; empty for a current one
    Column("entered_by", ForeignKey("person.id"), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("settled_by", ForeignKey("person.id")),
    Column("published_day", Date),
    Column("reason", Text),
    Column("disputed_on", Date),  # 异议标注: since when it is public with the mark; empty without one
    Column("version", Integer, nullable=False, server_default="1"),  # grows with each change that platforms are told
    Column("withdrawn_as", String(12)),  # of a withdrawn one: withdrawn | annulled | ended
    Column("note", Text),  # 附注：an objection that could not be verified, and why
    CheckConstraint("state IN ('waiting', 'published', 'kept', 'refused', 'withdrawn')", name="state"),
    info=GUARDED,
)
_stands = text("state IN ('waiting', 'published', 'kept')")
Index(
    "uq_act_document", act.c.office_id, act.c.kind, act.c.subject_id, act.c.document_key, unique=True,
    sqlite_where=_stands, postgresql_where=_stands,
)  # fmt: skip
Index("ix_act_state", act.c.state, act.c.id)
Index("ix_act_decision_date", act.c.decision_date)
