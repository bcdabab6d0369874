"""When what the public sees of a record changed, and which organisations an office follows."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, metadata

public_change = Table(
    "public_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("position", Integer, unique=True),  # 1, 2, 3 … given once it is committed: who reads on from one misses none
)
_waits = public_change.c.position.is_(None)
Index("ix_public_change_waits", public_change.c.id, sqlite_where=_waits, postgresql_where=_waits)

followed_subject = Table(
    "followed_subject",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("uscc", String(18), nullable=False, index=True),  # also of one that is not known here yet
    Column("person_id", ForeignKey("person.id"), nullable=False),  # who is told
    Column("purpose", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Unique("office_id", "uscc"),
)
