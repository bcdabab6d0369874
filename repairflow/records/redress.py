"""Redress after a wrong record or listing (消除不良影响): that all who were told are told again, and a public correction."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint

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
