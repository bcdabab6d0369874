"""What other platforms sent us (平台来文), and what came of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, Json, metadata

inbound_message = Table(
    "inbound_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("target_id", ForeignKey("target.id"), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),  # who sees to what it sends
    Column("serial", String(60), nullable=False),  # the sender's own
    Column("kind", String(40), nullable=False),
    Column("lane", String(80), nullable=False),  # partitionkey
    Column("sequence", Id, nullable=False),
    Column("digest", String(80), nullable=False),  # of its bytes: the same serial with others is another message
    Column("body", LargeBinary),  # sealed by the vault, while it waits for a person
    Column("state", String(10), nullable=False),  # taken | waiting | refused
    Column("reasons", Json, nullable=False),  # why it waits or was refused: code and text
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("record_id", ForeignKey("record.id")),
    Column("came", Json, nullable=False),  # what became of each row it delivered
    Column("received_at", Instant, nullable=False),
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
    Column("reason", Text),  # of whoever decided
    CheckConstraint("state IN ('taken', 'waiting', 'refused')", name="state"),
    Unique("target_id", "serial"),
)
Index("ix_inbound_message_lane", inbound_message.c.target_id, inbound_message.c.lane, inbound_message.c.sequence)
Index("ix_inbound_message_office", inbound_message.c.office_id, inbound_message.c.state, inbound_message.c.id)
