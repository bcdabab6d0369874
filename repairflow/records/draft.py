"""Drafts (草稿): what somebody has filled in and not yet handed in. No business data: nothing follows from a draft."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from repairflow.records.base import Id, Instant, Json, metadata

draft = Table(
    "draft",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("procedure", String(40), nullable=False),
    Column("record_id", ForeignKey("record.id"), index=True),  # empty: a step in a case about no record
    Column("case_id", ForeignKey("cases.id")),  # the case a step is prepared for; empty: a filing
    Column("action", String(60), nullable=False),  # file, or the step in that case
    Column("command_id", String(80), nullable=False, unique=True),  # of the one command it will become
    Column("answers", Json, nullable=False),
    Column("materials", Json, nullable=False),  # tokens, in the order they were uploaded
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("ended_at", Instant),  # handed in
    Column("made", String(30)),  # the number of the case it was handed in to
)
Index("ix_draft_person", draft.c.person_id, draft.c.ended_at, draft.c.id)
