"""One-time links that open an account again: who had one made, which way it goes to its person, who released and used it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, String, Table

from repairflow.records.base import Id, Instant, metadata

credential_link = Table(
    "credential_link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("opens", String(20), nullable=False),  # password | second_factor
    Column("way", String(10), nullable=False),  # mail | sms | sheet | machine
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("sealed", LargeBinary),  # the token under the vault's key until it was handed over, then nothing
    Column("made_by", ForeignKey("person.id")),  # nobody: the operator at the machine
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("released_by", ForeignKey("person.id")),
    Column("released_at", Instant),
    Column("used_at", Instant),
    Column("ended_at", Instant),  # a later link took its place
    CheckConstraint("opens IN ('password', 'second_factor')", name="opens"),
    CheckConstraint("way IN ('mail', 'sms', 'sheet', 'machine')", name="way"),
    # two people open an account for a third
    CheckConstraint("made_by <> person_id", name="not_oneself"),
    CheckConstraint("released_by <> made_by AND released_by <> person_id", name="second_person"),
)
