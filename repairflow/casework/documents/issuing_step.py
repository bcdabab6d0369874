"""The step of a case that issued a letter, also where the letter was issued anew since."""

from __future__ import annotations

from sqlalchemy import Connection, Row, select

from repairflow.auditing import chain
from repairflow.records import cases, event, letter
from repairflow.records.rows import LetterRow


def first_of(tx: Connection, old: LetterRow) -> LetterRow:
    """Return the letter that a step issued, of which `old` is the newest in a row of letters issued anew."""
    first = old
    while (before := tx.execute(select(letter).where(letter.c.superseded_by == first.id)).first()) is not None:
        first = LetterRow(*before)
    return first


def step_of(tx: Connection, old: LetterRow) -> str:
    """Return the name of the step that issued a letter of a case, or the one it replaces."""
    return str(_event_of(tx, old).action)


def ground_of(tx: Connection, old: LetterRow) -> str | None:
    """Return the ground that this step chose from its list; None where it chose none."""
    ground = chain.content(_event_of(tx, old).body).get("ground")
    return str(ground) if ground else None


def _event_of(tx: Connection, old: LetterRow) -> Row[str, str]:
    first = first_of(tx, old)
    number = tx.execute(select(cases.c.number).where(cases.c.id == old.case_id)).scalar_one()
    found = select(event.c.action, event.c.body).where(
        event.c.stream == chain.case_stream(number), event.c.seq == first.event_seq
    )
    return tx.execute(found).one()
