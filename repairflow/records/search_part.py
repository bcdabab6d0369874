"""Parts of names, codes and numbers, by which a search finds a row without reading all of them."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table

from repairflow.records.base import Id, metadata

search_part = Table(
    "search_part",
    metadata,
    Column(
        "kind", String(8), nullable=False
    ),  # name | initials | code: of a subject; number: of a record; letter: of a letter
    # by code points in every database: where a search begins and ends must not hang on the language a machine was set to
    Column("part", String(20).with_variant(String(20, collation="C"), "postgresql"), nullable=False),
    Column("of_id", Id, nullable=False),
    PrimaryKeyConstraint("kind", "part", "of_id"),
    sqlite_with_rowid=False,
)
"""Kept by triggers (`records.search_triggers`) in the transaction that writes the text. A part is never taken out again: what
a search finds by its parts is compared with the text as it stands."""
