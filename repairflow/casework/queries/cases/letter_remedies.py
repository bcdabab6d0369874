"""What may still be done against the letters of a case (救济期限), for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.standing_letters import corrected_among
from repairflow.casework.documents.service.remedies import RemedyEnd, ends_under, won
from repairflow.records import service
from repairflow.records.rows import LetterRow


@dataclass(frozen=True, slots=True)
class LetterRemedies:
    """A letter that was served, and the last day of each remedy against it."""

    title: str
    number: str
    served_on: date
    ends: tuple[RemedyEnd, ...]


def remedies_of(tx: Connection, at: Situation, letters: tuple[LetterRow, ...]) -> tuple[LetterRemedies, ...]:
    """Newest first; letters that were not served, do not stand or start no remedy are left out."""
    corrected = corrected_among(letters)
    ids = [row.id for row in letters if row.state == "in_force" or row.id in corrected]
    if not ids:
        return ()
    days = select(service.c.letter_id, service.c.effective_day)
    days = days.where(service.c.letter_id.in_(ids), service.c.withdrawn_at.is_(None))
    served = {row.letter_id: row.effective_day for row in tx.execute(days)}
    found = (
        LetterRemedies(
            row.title,
            row.number,
            day,
            ends_under(at.pack, at.calendar, row, day, won=won(tx, at.procedure, at.pack, row)),
        )
        for row in letters
        if (day := served.get(row.id)) is not None
    )
    return tuple(one for one in found if one.ends)
