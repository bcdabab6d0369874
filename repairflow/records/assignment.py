"""Who sees to which case in an office (分办), by which rule cases are given out, and who is away and stands in for whom.

It orders the work of an office and gives no power: who may take a step is said by posts alone.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, metadata

case_assignment = Table(
    "case_assignment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("role", String(40), nullable=False),  # for which post's part of the case
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("way", String(10), nullable=False),  # claimed | by_hand | turn | person | absence
    Column("at", Instant, nullable=False),
    Column("by_id", ForeignKey("person.id")),  # nobody: a rule
    Unique("case_id", "role"),
    CheckConstraint("way IN ('claimed', 'by_hand', 'turn', 'person', 'absence')", name="way"),
)
Index("ix_case_assignment_person", case_assignment.c.person_id, case_assignment.c.case_id)

assignment_rule = Table(
    "assignment_rule",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("role", String(40), nullable=False),
    Column("procedure", String(40), nullable=False),  # empty: every procedure without a rule of its own
    Column("way", String(10), nullable=False),  # turn | person
    Column("person_id", ForeignKey("person.id")),  # person: who gets the cases; turn: who got the last one
    Unique("office_id", "role", "procedure"),
    CheckConstraint("way IN ('turn', 'person')", name="way"),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    Column("deputy_id", ForeignKey("person.id")),  # nobody: the cases go back to be given out again
    Column("by_id", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("handed_at", Instant),  # when the cases were handed over
    Column("ended_at", Instant),  # taken back before its end
    CheckConstraint("until_day >= from_day", name="days"),
    CheckConstraint("deputy_id <> person_id", name="another"),
)
