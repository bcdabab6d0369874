"""What an office has confirmed as its own rule (本单位规则): a step against a subject whose article nobody has read here."""

from sqlalchemy import Column, Date, ForeignKey, String, Table, Text, UniqueConstraint, text

from repairflow.records.base import GUARDED, Id, Instant, metadata

own_rule = Table(
    "own_rule",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("procedure", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("action", String(60), nullable=False),
    Column("document", String(300), nullable=False),  # the office's own document, as letters cite it
    Column("document_day", Date, nullable=False),
    Column("rank", String(20), nullable=False, server_default=text("''")),  # of the document; empty before it was asked
    Column("issuer", String(100), nullable=False, server_default=text("''")),
    Column("issuer_level", String(20), nullable=False, server_default=text("''")),
    Column("document_number", String(100), nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("confirmed_at", Instant, nullable=False),
    UniqueConstraint("office_id", "procedure", "version", "action", name="uq_own_rule"),
    info=GUARDED,
)
