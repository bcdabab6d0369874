"""Pages of platforms that still show what was decided otherwise (页面固定): the bytes, their text, a picture, when and where."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from repairflow.records.base import Id, Instant, Json, metadata

page_capture = Table(
    "page_capture",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("finding_id", ForeignKey("sync_finding.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),  # that was asked for
    Column("asked_by", ForeignKey("person.id")),  # empty: the daily look
    Column("asked_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("message", Text),  # why there is no page
    Column("captured_at", Instant),
    Column("final_url", Text),  # that answered, after redirects
    Column("status", Integer),
    Column("media_type", String(200)),
    Column("content", LargeBinary),
    Column("digest", String(80)),  # of the bytes, as the trail has it
    Column("text", Text),
    Column("named", Json),  # which of the record's words stand in the text
    Column("picture", LargeBinary),  # PNG, where Chromium is installed
    Column("picture_digest", String(80)),
    CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
)
