"""Calendars (工作日历) that were loaded at run time, beside the files every node ships with."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from repairflow.records.base import Id, Instant, metadata

calendar_year = Table(
    "calendar_year",
    metadata,
    # Nodes know by the greatest id whether their calendar is the newest: rows are added, never changed.
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),  # whose calendar: 全国
    Column("year", Integer, nullable=False),
    Column("content", Text, nullable=False),  # the file as it was loaded
    Column("digest", String(71), nullable=False, unique=True),
    Column("source", Text, nullable=False),  # the notice it comes from
    Column("published", Boolean, nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("person_id", ForeignKey("person.id")),  # empty: loaded at the command line
)
Index("ix_calendar_year_year", calendar_year.c.name, calendar_year.c.year)
