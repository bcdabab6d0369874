"""What happens to a letter after it was issued stands in the trail of what it belongs to: its case's, or its record's."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from repairflow.auditing.chain import Appended
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events, record_events
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.event_log import NewEvent
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import NotFound, Refusal, Refused
from repairflow.records import cases, letter, office, record
from repairflow.records.rows import CaseRow, LetterRow, OfficeRow, RecordRow, first_row, one_row


def locked(tx: Connection, actor: Actor, token: str) -> LetterRow:
    """Return the row of a letter the actor may see, its case (or record) locked before it. Raises NotFound."""
    seen = letter_for(tx, actor, token)
    if seen.case_id is not None:
        tx.execute(select(cases.c.id).where(cases.c.id == seen.case_id).with_for_update())
    else:
        tx.execute(select(record.c.id).where(record.c.id == seen.record_id).with_for_update())
    return one_row(tx.execute(select(letter).where(letter.c.id == seen.id).with_for_update()), LetterRow)


def note(tx: Connection, row: LetterRow, new: NewEvent) -> Appended:
    """Append an event about a letter, whose case or record is locked; it says besides which letter it is about.

    It moves no case: it has no `to_state`, so clocks and guards do not count it as a step.
    """
    new = replace(new, content={"letter": {"number": row.number, "kind": row.kind}, **new.content})
    if row.case_id is None:
        return record_events.append(
            tx, one_row(tx.execute(select(record).where(record.c.id == row.record_id)), RecordRow), new
        )
    return case_events.append(tx, one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow), new)


def token_of(tx: Connection, letter_id: int) -> str:
    """Return the token of a letter by its id."""
    return str(tx.execute(select(letter.c.token).where(letter.c.id == letter_id)).scalar_one())


def of_subject(tx: Connection, letter_id: int) -> bool:
    """Tell whether a letter is of no case and no record, but about a subject (a status extract)."""
    return tx.execute(select(letter.c.subject_id).where(letter.c.id == letter_id)).scalar() is not None


def handler_role(tx: Connection, actor: Actor, row: LetterRow) -> str | None:
    """Return the role in which an officer may serve a letter: one of the office that issued it, or of the window that received
    the case (窗口代为送达); None for anybody else."""
    offices = {row.office_id}
    if row.case_id is not None:
        offices.add(tx.execute(select(cases.c.receiving_id).where(cases.c.id == row.case_id)).scalar_one())
    mine = sorted(role for role, office_id in actor.roles if office_id in offices and role in OFFICE_OF_ROLE)
    return mine[0] if mine else None


def officer_role(actor: Actor, row: LetterRow) -> str | None:
    """Return a role the actor has in the office that issued the letter; None for anybody else."""
    mine = sorted(role for role, office_id in actor.roles if office_id == row.office_id and role in OFFICE_OF_ROLE)
    return mine[0] if mine else None


def is_head(actor: Actor, row: LetterRow) -> bool:
    """Tell whether the actor heads the office that issued the letter (单位负责人): who alone corrects and withdraws."""
    return ("head", row.office_id) in actor.roles


def in_force(row: LetterRow) -> None:
    """Raise Refused unless the letter is in force."""
    if row.state != "in_force":
        told = "已被新文书替代" if row.state == "superseded" else "已经撤回"
        raise Refused([Refusal("not_in_force", f"{row.number}{told}，不能再办理")])


def office_of(tx: Connection, row: LetterRow) -> OfficeRow:
    """Return the row of the office that issued the letter; NotFound never in a sound database."""
    found = first_row(tx.execute(select(office).where(office.c.id == row.office_id)), OfficeRow)
    if found is None:
        raise NotFound
    return found
