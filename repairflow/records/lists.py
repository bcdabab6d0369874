"""Lists (名单) and who stands on them, the people answerable for a subject, and interviews in its credit file."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, func, text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import GUARDED, Id, metadata

list_entry = Table(
    "list_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("list_kind", String(40), nullable=False),  # a code of the rule pack's list_kind table
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("record_id", ForeignKey("record.id"), unique=True),  # empty for a favourable list: that is no dishonesty
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),  # the listing that decided it
    Column("principal_id", ForeignKey("list_entry.id"), index=True),  # of a responsible person: the subject's own entry
    Column("listed_on", Date, nullable=False),
    Column(
        "renewed_on", Date
    ),  # of a favourable entry: the newest review it passed (考评合格), from which its stay counts
    Column("left_on", Date),
    Column("left_how", String(10)),  # removed | expired | annulled
    Column("left_by", ForeignKey("cases.id")),
    CheckConstraint("left_how IN ('removed', 'expired', 'annulled')", name="left_how"),
    CheckConstraint("(left_on IS NULL) = (left_how IS NULL)", name="left_together"),
    info=GUARDED,
)
Index("ix_list_entry_kind", list_entry.c.list_kind, list_entry.c.id)  # pages of a list
stays_from = func.coalesce(list_entry.c.renewed_on, list_entry.c.listed_on)
"""From which day the longest stay of an entry that rests on no record counts."""
_left = text("left_on IS NOT NULL")
Index(
    "ix_list_entry_left", list_entry.c.list_kind, list_entry.c.id, sqlite_where=_left, postgresql_where=_left
)  # who left
_stands = text("left_on IS NULL AND principal_id IS NULL")
Index("ix_list_entry_stands", list_entry.c.list_kind, sqlite_where=_stands, postgresql_where=_stands)  # how many stand
Index("ix_list_entry_subject", list_entry.c.subject_id, list_entry.c.list_kind)

linked_person = Table(
    "linked_person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),  # the enterprise
    Column("person_id", ForeignKey("subject.id"), nullable=False),  # the natural person, a subject of its own
    Column("capacity", String(40), nullable=False),  # a code of the rule pack's list responsible_capacities
    Column("since", Date, nullable=False),
    Column("until", Date),
    Unique("subject_id", "person_id", "capacity"),
    info=GUARDED,
)

interview_entry = Table(
    "interview_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, unique=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False, index=True),
    Column("record_id", ForeignKey("record.id")),
    Column("kind", String(20), nullable=False),  # reminder | warning
    Column("held_on", Date, nullable=False),
    Column("result", String(40), nullable=False),  # the case's state or outcome when it was last told
    CheckConstraint("kind IN ('reminder', 'warning')", name="kind"),
    info=GUARDED,
)
