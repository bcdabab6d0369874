"""Findings of auditors (审计意见): what an auditor found in a case, what its office answered, how it was closed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text

from repairflow.records.base import GUARDED, Id, Instant, metadata

audit_finding = Table(
    "audit_finding",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(30), nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),  # who answers
    Column("state", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("raised_by", ForeignKey("person.id"), nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("answer", Text),
    Column("answered_by", ForeignKey("person.id")),
    Column("answered_at", Instant),
    Column("remark", Text),  # why it was closed, or sent back
    Column("closed_by", ForeignKey("person.id")),
    Column("closed_at", Instant),
    CheckConstraint("state IN ('assigned', 'answered', 'closed')", name="state"),
    info=GUARDED,
)
Index("ix_audit_finding_office", audit_finding.c.office_id, audit_finding.c.state)
