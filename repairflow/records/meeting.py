"""Interviews and hearings as an office books them (约谈日程): when, in which room, by which two officers, and the offices' rooms.

A booking orders rooms and people. What of an interview is law (notice, one change of the day, no-show) stands in its procedure.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import GUARDED, Id, Instant, metadata

meeting_room = Table(
    "meeting_room",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("closed_at", Instant),  # no longer offered
    Unique("office_id", "name"),
)

meeting = Table(
    "meeting",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("kind", String(10), nullable=False),  # interview: booked by a step of its case | hearing: by a command
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("place", String(200), nullable=False),
    Column("room_id", ForeignKey("meeting_room.id")),  # nothing: outside the office's rooms
    Column("first_id", ForeignKey("person.id"), nullable=False),
    Column("second_id", ForeignKey("person.id"), nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("booked_by_id", ForeignKey("person.id"), nullable=False),
    Column("ended", String(10)),  # moved: another booking of the case took its place | cancelled
    Column("ended_at", Instant),
    Column("ended_why", String(2000)),
    # of a hearing: that the subject asked for another time (改期申请), and a refusal; a change is a new booking
    Column("asked_at", Instant),
    Column("asked_why", String(2000)),
    Column("asked_for", String(200)),
    Column("refused_at", Instant),
    Column("refused_why", String(2000)),
    # of a hearing: what came of it
    Column("came", String(10)),  # held | missed
    Column("came_at", Instant),
    Column("attended", String(500)),
    Column("said", Text),
    Column("outcome", String(2000)),
    CheckConstraint("kind IN ('interview', 'hearing')", name="kind"),
    CheckConstraint("ends_at > starts_at", name="hours"),
    CheckConstraint("first_id <> second_id", name="two"),
    CheckConstraint("ended IN ('moved', 'cancelled')", name="ended"),
    info=GUARDED,
)
Index("ix_meeting_day", meeting.c.starts_at)
