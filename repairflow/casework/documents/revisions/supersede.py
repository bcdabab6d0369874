"""Superseding: a letter in force gives way to a new one, a correction or one issued anew; the old one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from repairflow.casework.documents.revisions import events
from repairflow.casework.event_log import NewEvent
from repairflow.casework.outbound import letter_changes, pushes
from repairflow.letters.issue import compose
from repairflow.records import cases, letter
from repairflow.records.rows import LetterRow


@dataclass(frozen=True, slots=True)
class About:
    """What a new letter belongs to: the id of the case, if any, and its number."""

    id: int | None
    case_number: str


def about(tx: Connection, old: LetterRow) -> About:
    """Return what a new letter that takes the place of `old` belongs to."""
    if old.case_id is None:
        return About(None, "")
    return About(old.case_id, tx.execute(select(cases.c.number).where(cases.c.id == old.case_id)).scalar_one())


def rounds(tx: Connection, old: LetterRow, kind: str) -> int:
    """Return how many letters of a kind there are where `old` belongs."""
    if old.case_id is not None:
        return compose.previous_rounds(tx, old.case_id, kind)
    same = select(letter.c.round).where(
        letter.c.record_id == old.record_id, letter.c.case_id.is_(None), letter.c.kind == kind
    )
    return max(tx.execute(same).scalars(), default=0)


def supersede(
    tx: Connection, old: LetterRow, of: About, composed: compose.Composed, said: NewEvent, *, told: str
) -> int:
    """Ensure that the trail says, by the event `said`, that `composed` was issued in place of `old` (under the word `told`),
    the old letter is superseded by it, and it goes to the press; gives the new letter's id."""
    content = {told: {"number": old.number, "kind": old.kind}, "letter": composed.said}
    now = said.at
    appended = events.note(tx, old, replace(said, content=content))
    new_id = compose.write(
        tx, composed, compose.About(old.case_id, old.record_id), office_id=old.office_id, event_seq=appended.seq,
        chain_head=appended.digest, now=now,
    )  # fmt: skip
    tx.execute(update(letter).where(letter.c.id == old.id).values(state="superseded", superseded_by=new_id))
    pushes.press(tx, new_id, of.id, now)
    new = letter_changes.New(composed.number, composed.text_digest)
    letter_changes.push(tx, old, letter_changes.WORDS[told], new, appended.digest, now)
    return new_id
