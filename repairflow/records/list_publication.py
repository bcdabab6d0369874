"""Lists as they were published on the day of a year that their rules name (名单年度公布): frozen, in parts, made by the worker."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, Json, metadata

list_publication = Table(
    "list_publication",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("list_kind", String(40), nullable=False),  # a code of the rule pack's list_kind table
    Column("day", Date, nullable=False),  # that the rules name
    Column("label", String(80), nullable=False),
    Column("state", String(20), nullable=False),  # running | stopped | failed | done
    Column("entries", Integer, nullable=False),  # written so far
    Column("total", Integer, nullable=False),
    Column("message", Text),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('running', 'stopped', 'failed', 'done')", name="state"),
    Unique("list_kind", "day"),
)

list_publication_part = Table(
    "list_publication_part",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication_id", ForeignKey("list_publication.id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column(
        "rows", Json, nullable=False
    ),  # each [name, code, office, listed on, until, whether read, id of the list entry]
    Column("next", String(40), nullable=False),  # where the next part begins; empty in the last
    Unique("publication_id", "part"),
)
