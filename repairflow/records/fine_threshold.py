"""The lines between classes of fines (较大数额、巨额) as an office stated them by a document; the newest row of an office counts."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Numeric, String, Table

from repairflow.records.base import GUARDED, Id, Instant, metadata

fine_threshold = Table(
    "fine_threshold",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False, index=True),
    Column("minor_below_wan", Numeric(18, 6), nullable=False),  # 较大数额的起点
    Column("serious_from_wan", Numeric(18, 6), nullable=False),  # 巨额的起点
    Column("document", String(300), nullable=False),  # the document that states them
    Column("document_day", Date, nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("stated_at", Instant, nullable=False),
    CheckConstraint("minor_below_wan > 0 AND minor_below_wan < serious_from_wan", name="order"),
    info=GUARDED,
)
