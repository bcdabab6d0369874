"""How people want to be reached (提醒方式): channels by kind of notice, and their private calendar addresses."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, metadata

preference = Table(
    "preference",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("topic", String(20), nullable=False),  # what about: deadline | progress | repair
    Column("channel", String(10), nullable=False),  # mail | sms; the inbox always has everything
    Unique("person_id", "topic", "channel"),
    CheckConstraint("channel IN ('mail', 'sms')", name="channel"),
)

calendar_feed = Table(
    "calendar_feed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),  # the address itself is shown once
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
