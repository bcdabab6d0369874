"""The internal notes of a case (内部备注) for the people of its offices, and whom a note may name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.cases.case_notes import TEXT, stream_of
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note
from repairflow.errors import NotFound
from repairflow.records import event, event_personal, mandate, office, person, role_grant
from repairflow.records.rows import CaseRow

MOST = 200
"""The newest notes that a page shows."""


class Note(NamedTuple):
    """One note; `text` is None once it was erased."""

    seq: int
    at: datetime
    by: str
    named: Sequence[str]
    text: str | None


class Colleague(NamedTuple):
    """Somebody whom a note may name."""

    login: str
    name: str
    office: str


def notes(tx: Connection, actor: Actor, case: CaseRow) -> tuple[Note, ...]:
    """The newest notes, newest first. NotFound for who does not see them, the subject first of all."""
    if not may_note(actor, case):
        raise NotFound
    words = and_(event_personal.c.event_id == event.c.id, event_personal.c.field == TEXT)
    rows = tx.execute(
        select(event.c.seq, event.c.at, event.c.actor_name, event.c.body, event_personal.c.value)
        .outerjoin(event_personal, words)
        .where(event.c.stream == stream_of(case.number), event.c.action == EventName.NOTE_CASE)
        .order_by(event.c.seq.desc())
        .limit(MOST)
    )
    return tuple(Note(row.seq, row.at, row.actor_name, chain.content(row.body)["named"], row.value) for row in rows)


def colleagues(tx: Connection, actor: Actor, case: CaseRow) -> tuple[Colleague, ...]:
    """Who handles cases in the offices of this one, by office and name; not the actor, and nobody who speaks for the subject."""
    places = {"receiving_id": case.receiving_id, "deciding_id": case.deciding_id, "provider_id": case.provider_id}
    holds = [
        and_(role_grant.c.role == role, role_grant.c.office_id == places[column])
        for role, column in OFFICE_OF_ROLE.items()
    ]
    speaks = select(mandate.c.id).where(mandate.c.person_id == person.c.id, mandate.c.subject_id == case.subject_id)
    rows = tx.execute(
        select(person.c.login, person.c.name, office.c.name.label("office"))
        .distinct()
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .join(office, office.c.id == role_grant.c.office_id)
        .where(or_(*holds), person.c.active, person.c.kind == "staff", person.c.id != actor.id, ~speaks.exists())
        .order_by(office.c.name, person.c.name, person.c.login)
    )
    return tuple(Colleague(*row) for row in rows)
