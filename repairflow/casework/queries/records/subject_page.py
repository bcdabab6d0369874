"""An organisation as the register has it: its names, head, successor and predecessors, and what was recorded of it here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import search
from repairflow.casework.actor import Actor
from repairflow.casework.cases.registration_undone import standing
from repairflow.casework.cases.subject_registration import KINDS, may_write, organisation
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE, record_scope
from repairflow.records import event, mandate, person, record, subject, subject_name
from repairflow.records.rows import SubjectRow, all_rows

MOST_FOUND = 20


class Party(NamedTuple):
    """An organisation by name and credit code."""

    name: str
    uscc: str


class FoundRecord(NamedTuple):
    """A record that a search finds: of a person, whose own page nobody has, this is the way to it."""

    number: str
    document_number: str
    name: str
    behaviour: str


class FormerName(NamedTuple):
    """A name it had, and the day from which it has another."""

    name: str
    until: date


class _Said(NamedTuple):
    seq: int
    at: datetime
    action: str
    actor_name: str
    reason: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that was recorded: when, by whom, and what, in words; `seq` of the last that stands, which may be taken back,
    else 0."""

    at: datetime
    by: str
    text: str
    seq: int


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """What the page of an organisation shows; `writes` whether the actor may record changes."""

    row: SubjectRow
    former: tuple[FormerName, ...]
    successor: Party | None
    predecessors: tuple[Party, ...]
    heads: tuple[str, ...]  # people whose accounts speak for it as its representative
    entries: tuple[Entry, ...]
    writes: bool


def search_subjects(tx: Connection, actor: Actor, text: str) -> tuple[Party, ...]:
    """Organisations that a search finds, for those who handle cases; none for others and for an empty search."""
    wanted = text.strip()
    if not wanted or not any(role in OFFICE_OF_ROLE for role, _ in actor.roles):
        return ()
    query = select(subject.c.name, subject.c.uscc).where(subject.c.uscc.is_not(None), search.subjects(tx, wanted))
    return tuple(all_rows(tx.execute(query.order_by(subject.c.name).limit(MOST_FOUND)), Party))


def search_records(tx: Connection, actor: Actor, text: str) -> tuple[FoundRecord, ...]:
    """Return the records within the actor's sight that a search finds, newest first; none for others and for an empty search."""
    wanted = text.strip()
    if not wanted or not any(role in OFFICE_OF_ROLE for role, _ in actor.roles):
        return ()
    query = (
        select(record.c.number, record.c.document_number, subject.c.name, record.c.behaviour)
        .join(subject, subject.c.id == record.c.subject_id)
        .where(search.records(tx, wanted), record_scope(actor))
    )
    return tuple(all_rows(tx.execute(query.order_by(record.c.id.desc()).limit(MOST_FOUND)), FoundRecord))


def page(tx: Connection, actor: Actor, code: str) -> SubjectPage:
    """Return one organisation. NotFound as `organisation`."""
    row = organisation(tx, actor, code)
    names = select(subject_name.c.name, subject_name.c.until).where(subject_name.c.subject_id == row.id)
    parties = select(subject.c.name, subject.c.uscc).order_by(subject.c.name)
    after = all_rows(tx.execute(parties.where(subject.c.id == row.successor_id)), Party)
    before = all_rows(tx.execute(parties.where(subject.c.successor_id == row.id)), Party)
    heads = (
        select(person.c.name)
        .join(mandate, mandate.c.person_id == person.c.id)
        .where(mandate.c.subject_id == row.id, mandate.c.capacity == "representative", person.c.active)
    )
    return SubjectPage(
        row,
        tuple(all_rows(tx.execute(names.order_by(subject_name.c.until.desc())), FormerName)),
        after[0] if after else None,
        tuple(before),
        tuple(tx.execute(heads.order_by(person.c.name)).scalars()),
        _entries(tx, row),
        may_write(tx, actor, row),
    )


def _entries(tx: Connection, row: SubjectRow) -> tuple[Entry, ...]:
    changes = (EventName.CHANGE_REGISTRATION, EventName.END_SUBJECT, EventName.TAKE_BACK_REGISTRATION)
    said = select(event.c.seq, event.c.at, event.c.action, event.c.actor_name, event.c.reason, event.c.body).where(
        event.c.stream == f"subject/{row.uscc}", event.c.action.in_(changes)
    )
    rows = all_rows(tx.execute(said.order_by(event.c.seq.desc())), _Said)
    last = next((one.seq for one in standing(tx, row.uscc or "")), 0)
    said_of = {one.seq: json.loads(one.body)["content"] for one in rows}
    gone = {said_of[one.seq]["seq"] for one in rows if one.action == EventName.TAKE_BACK_REGISTRATION}
    return tuple(
        Entry(
            one.at,
            one.actor_name,
            _text(one, said_of[one.seq]) + ("（已撤回）" if one.seq in gone else ""),
            one.seq if one.seq == last else 0,
        )
        for one in rows
    )


def _text(one: _Said, content: Mapping[str, Any]) -> str:
    """Return what one event says, in a sentence."""
    if one.action == EventName.TAKE_BACK_REGISTRATION:
        return f"撤回登记：{one.reason}"
    parts = []
    for key, label in (("name", "名称"), ("legal_representative", "法定代表人")):
        if pair := content.get(key):
            parts.append(f"{label}由“{pair[0] or '（空）'}”变更为“{pair[1]}”")
    if kind := content.get("kind"):
        parts.append(KINDS.get(kind, kind) + (f"，承继人 {content['successor']}" if content.get("successor") else ""))
    return f"{'；'.join(parts)}（{content['day']}，{content['notice']}）"
