"""Redress after a wrong record or listing (消除不良影响): that all who were told are told again, and a public correction; and what
is stated publicly where a published penalty was changed or annulled (行政处罚法 48)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, String, Table, Text, UniqueConstraint

from repairflow.records.base import GUARDED, Id, Instant, Json, metadata

redress = Table(
    "redress",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("told", Json, nullable=False),  # names of all platforms and offices that are told that it was wrong
    Column("asked_by", ForeignKey("person.id")),  # of the subject, that the correction be public
    Column("public_at", Instant),
    UniqueConstraint("record_id"),
    info=GUARDED,
)

withdrawal_statement = Table(
    "withdrawal_statement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("case_id", ForeignKey("cases.id")),  # none where two people of the authority annulled it without a case
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("change", String(10), nullable=False),
    Column("reason", Text, nullable=False),  # as everybody reads it: no numbers of persons
    Column("effective_on", Date),  # of the decision that changed or annulled the penalty
    Column("stated_at", Instant, nullable=False),
    CheckConstraint(
        "change IN ('annulled', 'changed', 'revoked', 'unlawful', 'void', 'open', 'stands')", name="change"
    ),
    info=GUARDED,
)
"""公开说明理由: written with the act by which a published penalty is withdrawn. No row is ever changed: that nothing had become of the
penalty after all is a row of its own (`stands`)."""
