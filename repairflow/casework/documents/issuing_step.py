"""The step of a case that issued a letter, also where the letter was issued anew since."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.records import cases, event, letter
from repairflow.records.rows import LetterRow


def first_of(tx: Connection, old: LetterRow) -> LetterRow:
    """The letter that a step issued, of which `old` is the newest in a row of letters issued anew."""
    first = old
    while (before := tx.execute(select(letter).where(letter.c.superseded_by == first.id)).first()) is not None:
        first = LetterRow(*before)
    return first


def step_of(tx: Connection, old: LetterRow) -> str:
    """The name of the step that issued a letter of a case, or the one it replaces."""
    first = first_of(tx, old)
    number = tx.execute(select(cases.c.number).where(cases.c.id == old.case_id)).scalar_one()
    stream = chain.case_stream(number)
    return str(
        tx.execute(select(event.c.action).where(event.c.stream == stream, event.c.seq == first.event_seq)).scalar_one()
    )
