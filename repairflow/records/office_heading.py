"""Headings of an office's own tables and the columns of the layout they stand for (匹配表头)."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from repairflow.records.base import GUARDED, Id, Instant, metadata

office_heading = Table(
    "office_heading",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("heading", String(80), nullable=False),  # as the office writes it
    Column("plain", String(80), nullable=False),  # without the accidents of typing
    Column("field", String(20), nullable=False),  # the layout's name of the column
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("office_id", "plain"),
    info=GUARDED,
)
