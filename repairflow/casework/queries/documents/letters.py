"""What the pages of letters show beside the letter itself: what it is about, what came or may come in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.context import Services
from repairflow.casework.documents.revisions import events, reissue, reissue_form
from repairflow.casework.permissions import record_scope
from repairflow.records import cases, letter, person, record, subject
from repairflow.records.rows import LetterRow, all_rows, first_row


@dataclass(frozen=True, slots=True)
class About:
    """The numbers of the case and the record a letter is about; "" for what it is not about."""

    case: str
    record: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits to be issued in place of a letter."""

    by: str
    at: datetime
    reason: str
    changes: Sequence[tuple[str, str, str]]
    mine: bool
    may_issue: bool


class Issued(NamedTuple):
    """A letter of a batch and how far its file is."""

    token: str
    number: str
    subject_name: str
    pressed_at: datetime | None
    press_error: str | None


def about(tx: Connection, row: LetterRow) -> About:
    """Return what a letter is about."""
    of_case = tx.execute(select(cases.c.number).where(cases.c.id == row.case_id)).scalar()
    of_record = tx.execute(select(record.c.number).where(record.c.id == row.record_id)).scalar()
    return About(of_case or "", of_record or "")


def successor(tx: Connection, row: LetterRow) -> LetterRow | None:
    """Return the letter that came in its place, or None."""
    return first_row(tx.execute(select(letter).where(letter.c.id == row.superseded_by)), LetterRow)


def proposal(tx: Connection, services: Services, actor: Actor, row: LetterRow) -> Proposal | None:
    """Return what waits to be issued in place of a letter, for the officers of its office; None for others."""
    waiting = reissue.waiting(tx, row.id) if row.state == "in_force" else None
    if waiting is None or events.officer_role(actor, row) is None:
        return None
    mine = waiting.proposed_by == actor.id
    return Proposal(
        by=tx.execute(select(person.c.name).where(person.c.id == waiting.proposed_by)).scalar_one(),
        at=waiting.proposed_at,
        reason=waiting.reason,
        changes=reissue_form.changes(row, waiting.addressee, waiting.fields),
        mine=mine,
        may_issue=events.is_head(actor, row) and not (mine and reissue.takes_two(tx, services, row)),
    )


def issued(tx: Connection, actor: Actor, kind: str, tokens: Sequence[str]) -> tuple[Issued, ...]:
    """Return the letters of a kind with these tokens, about records the actor may see, in the order they were issued."""
    rows = tx.execute(
        select(
            letter.c.token, letter.c.number, subject.c.name.label("subject_name"), letter.c.pressed_at, letter.c.press_error
        )
        .join(record, record.c.id == letter.c.record_id)
        .join(subject, subject.c.id == record.c.subject_id)
        .where(letter.c.token.in_(tokens), letter.c.kind == kind, record_scope(actor))
        .order_by(letter.c.id)
    )  # fmt: skip
    return tuple(all_rows(rows, Issued))
