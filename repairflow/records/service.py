"""Service (送达) of letters, the consents it may rest on, and which offices sign what they issue."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, String, Table, Text

from repairflow.records.base import GUARDED, Id, Instant, metadata

service = Table(
    "service",
    metadata,
    Column("id", Id, primary_key=True),
    Column("letter_id", ForeignKey("letter.id"), nullable=False, unique=True),  # a letter is served once
    Column("mode", String(12), nullable=False),  # 直接 邮寄 电子 留置 公告
    Column("recipient", String(200), nullable=False),  # who took it
    Column("served_at", Instant, nullable=False),  # handed over, signed for, opened, left, or announced
    Column("effective_day", Date, nullable=False),  # 视为送达之日：later than served_at for an announcement
    Column("place", String(200), nullable=False, default=""),
    Column("witness", String(80), nullable=False, default=""),  # 留置送达的见证人
    Column("note", Text, nullable=False, default=""),
    Column("material_id", ForeignKey("material.id")),  # evidence: signed return sheet, postal receipt, photograph
    Column("person_id", ForeignKey("person.id")),  # who served and recorded it; the agent, when opened by itself
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("mode IN ('direct', 'post', 'electronic', 'leave', 'announcement')", name="mode"),
    info=GUARDED,
)

service_consent = Table(
    "service_consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    info=GUARDED,
)

office_seal = Table(
    "office_seal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False, unique=True),
    Column("required", Boolean, nullable=False),  # no letter of the office is issued unsigned
    Column("changed_at", Instant, nullable=False),
)
