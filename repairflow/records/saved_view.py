"""What officers arrange for themselves at the desk: views of the queue (常用视图) and phrases for reasons (我的常用语)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, metadata

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("query", String(500), nullable=False),  # what the address of the queue asks, as the page writes it
    Column("saved_at", Instant, nullable=False),
    Unique("person_id", "name"),
)

own_phrase = Table(
    "own_phrase",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("text", String(200), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Unique("person_id", "text"),
)
