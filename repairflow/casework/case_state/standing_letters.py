"""Which issued letters stand: those in force, and those that were corrected, for they are read beside their 文书更正通知书.

One issued anew in place of another, or withdrawn, stands no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, or_, select

from repairflow.records import letter
from repairflow.records.rows import LetterRow

CORRECTION = "letter_correction"
"""The kind whose letters stand beside the one they correct; any other successor takes its place."""
_correction = letter.alias()


def stands() -> ColumnElement[bool]:
    """Tell whether a row of `letter` stands, for queries."""
    # asked of each letter that is not in force by the key of its successor: all corrections were gathered for each page
    corrected = exists().where(_correction.c.id == letter.c.superseded_by, _correction.c.kind == CORRECTION)
    return or_(letter.c.state == "in_force", corrected.correlate(letter))


def standing(tx: Connection, row: LetterRow) -> bool:
    """Tell whether a letter stands."""
    return (
        row.state == "in_force"
        or tx.execute(select(letter.c.id).where(letter.c.id == row.id, stands())).first() is not None
    )


def corrected_among(letters: Iterable[LetterRow | Row[Any]]) -> frozenset[int]:
    """Return the ids of those letters that are corrected by another of them."""
    known = tuple(letters)
    corrections = {row.id for row in known if row.kind == CORRECTION}
    return frozenset(row.id for row in known if row.superseded_by in corrections)
