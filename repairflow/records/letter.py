"""Letters (文书) and the number series (文号、办件编号) they and cases draw from."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import GUARDED, Id, Instant, Json, metadata

letter = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("record_id", ForeignKey("record.id"), index=True),
    Column("subject_id", ForeignKey("subject.id"), index=True),  # of a letter about a subject, of no case and no record
    Column("event_seq", Integer, nullable=False),  # the step it belongs to
    Column("kind", String(60), nullable=False),
    Column("round", Integer, nullable=False),
    Column("number", String(80), nullable=False, unique=True),  # 文号
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("template_version", String(20), nullable=False),
    Column("content", Json, nullable=False),  # the frozen text and everything the press needs
    Column("text_digest", String(80), nullable=False),  # of the frozen text; stands in the chain
    Column("chain_head", String(80), nullable=False),  # the case's chain when it was issued; printed on it
    Column("token", String(40), nullable=False, unique=True),  # 128 random bits: what the QR carries
    Column("state", String(12), nullable=False),  # in_force | superseded | withdrawn
    Column("superseded_by", ForeignKey("letter.id")),
    Column("issued_at", Instant, nullable=False),
    Column("pdf_digest", String(80)),  # of the file as issued, signature included
    Column("unsigned_digest", String(80)),  # as pressed, before the signature: the same whenever it is pressed again
    Column("pdf_size", Integer),
    Column("pressed_at", Instant),
    Column("press_error", Text),
    Column("press_seq", Integer),  # the place in the trail's stream `press` of the event that says which PDF it became
    Unique("case_id", "kind", "round"),
    CheckConstraint("state IN ('in_force', 'superseded', 'withdrawn')", name="state"),
    info=GUARDED,
)

# Letters are looked for by parts of their number: the index alone is read, never the texts.
# What was issued lately: whose service is missing.
Index("ix_letter_issued", letter.c.issued_at, letter.c.id)
_replaced = letter.c.superseded_by.is_not(None)
Index(
    "ix_letter_superseded", letter.c.superseded_by, sqlite_where=_replaced, postgresql_where=_replaced
)  # what it replaces
Index("ix_letter_office", letter.c.office_id, letter.c.issued_at, letter.c.id)

number_series = Table(
    "number_series",
    metadata,
    Column("id", Id, primary_key=True),
    Column("series", String(80), nullable=False),  # case:XF, record, letter:<office>:<mark>
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Unique("series", "year"),
)
