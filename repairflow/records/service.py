"""Service (送达) of letters, the consents it may rest on, which offices sign what they issue, and letters to be issued anew."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text

from repairflow.records.base import GUARDED, Id, Instant, Json, metadata

service = Table(
    "service",
    metadata,
    Column("id", Id, primary_key=True),
    Column("letter_id", ForeignKey("letter.id"), nullable=False, index=True),
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
    Column("withdrawn_at", Instant),  # 登记有误，已撤销：the row stays, and counts no more
    Column("withdrawal_reason", Text),
    CheckConstraint("mode IN ('direct', 'post', 'electronic', 'leave', 'announcement')", name="mode"),
    info=GUARDED,
)

_standing = service.c.withdrawn_at.is_(None)
Index("uq_service_standing", service.c.letter_id, unique=True, sqlite_where=_standing, postgresql_where=_standing)
"""A letter is served once."""

reissue = Table(
    "reissue",
    metadata,
    Column("id", Id, primary_key=True),
    Column("letter_id", ForeignKey("letter.id"), nullable=False, index=True),  # the letter to be replaced
    Column("addressee", String(200), nullable=False),
    Column("fields", Json, nullable=False),  # all the words of the new letter, by placeholder
    Column("reason", Text, nullable=False),
    Column("state", String(12), nullable=False),  # proposed | issued | declined
    Column("proposed_by", ForeignKey("person.id"), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("answer", Text),  # why it was declined
    Column("new_id", ForeignKey("letter.id")),
    CheckConstraint("state IN ('proposed', 'issued', 'declined')", name="state"),
    info=GUARDED,
)
_waiting = reissue.c.state == "proposed"
Index("uq_reissue_waiting", reissue.c.letter_id, unique=True, sqlite_where=_waiting, postgresql_where=_waiting)
"""One proposal at a time."""

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
