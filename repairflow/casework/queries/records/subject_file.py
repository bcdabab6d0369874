"""The file of a subject as an office may read it: lists (shared among offices), its records and cases there, what was done
before a list (分级措施), and the people who answer for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.subject_facts import rungs
from repairflow.casework.permissions import case_scope, record_scope
from repairflow.casework.queries.records import voluntary
from repairflow.casework.queries.records.list_registry import domain_of
from repairflow.casework.queries.records.lists_and_interviews import Standing, shared
from repairflow.law.procedure.library import Library
from repairflow.records import cases, linked_person, office, record, subject
from repairflow.records.rows import all_rows

MOST = 50


class FiledRecord(NamedTuple):
    """A record of the subject that the actor may see."""

    number: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: str
    state: str
    annulled_at: datetime | None
    authority: str


class FiledCase(NamedTuple):
    """A case about the subject that the actor may see."""

    number: str
    procedure: str
    procedure_version: str
    state: str
    office: str


class Answerable(NamedTuple):
    """Somebody who answers for the subject, in a capacity of the rule pack."""

    name: str
    capacity: str
    since: date


@dataclass(frozen=True, slots=True)
class Step:
    """One graded measure: whether it was taken, and how the next one is begun."""

    code: str
    label: str
    taken: bool
    procedure: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class SubjectFile:
    """What the page shows; `records` and `cases` newest first, no more than the newest fifty of each."""

    standing: Standing
    records: tuple[FiledRecord, ...]
    cases: tuple[tuple[FiledCase, str, str], ...]  # with the labels of procedure and state
    people: tuple[tuple[Answerable, str], ...]  # with the label of the capacity
    ladder: tuple[Step, ...]
    voluntary: tuple[voluntary.Voluntary, ...]  # that stands, whichever office verified it


def subject_file(tx: Connection, law: Library, actor: Actor, subject_id: int, today: date) -> SubjectFile:
    """Return the file of one subject, for an actor of an office."""
    pack = law.pack_on(today, domain_of(tx, actor))
    capacities = pack.lists.get("responsible_capacities", {})
    taken = rungs(tx, pack, subject_id)
    return SubjectFile(
        shared(tx, law, actor, subject_id),
        _records(tx, actor, subject_id),
        tuple(_labelled(law, one) for one in _cases(tx, actor, subject_id)),
        tuple(
            (one, capacities[one.capacity].label if one.capacity in capacities else one.capacity)
            for one in _people(tx, subject_id)
        ),
        tuple(Step(code, step.label, code in taken, step.procedure, step.kind) for code, step in pack.ladder.items()),
        voluntary.of_subject(tx, law, subject_id, stands=True),
    )


def _records(tx: Connection, actor: Actor, subject_id: int) -> tuple[FiledRecord, ...]:
    rows = tx.execute(
        select(*(record.c[name] for name in FiledRecord._fields[:-1]), office.c.name.label("authority"))
        .join(office, office.c.id == record.c.authority_id)
        .where(record.c.subject_id == subject_id, record_scope(actor))
        .order_by(record.c.decision_date.desc(), record.c.id.desc()).limit(MOST)
    )  # fmt: skip
    return tuple(all_rows(rows, FiledRecord))


def _cases(tx: Connection, actor: Actor, subject_id: int) -> tuple[FiledCase, ...]:
    rows = tx.execute(
        select(*(cases.c[name] for name in FiledCase._fields[:-1]), office.c.name.label("office"))
        .join(office, office.c.id == cases.c.deciding_id)
        .where(cases.c.subject_id == subject_id, case_scope(actor)).order_by(cases.c.id.desc()).limit(MOST)
    )  # fmt: skip
    return tuple(all_rows(rows, FiledCase))


def _labelled(law: Library, one: FiledCase) -> tuple[FiledCase, str, str]:
    procedure = law.procedure(one.procedure, one.procedure_version)
    return one, procedure.label, procedure.state[one.state].label


def _people(tx: Connection, subject_id: int) -> tuple[Answerable, ...]:
    rows = tx.execute(
        select(subject.c.name, linked_person.c.capacity, linked_person.c.since)
        .join(subject, subject.c.id == linked_person.c.person_id)
        .where(linked_person.c.subject_id == subject_id, linked_person.c.until.is_(None))
        .order_by(linked_person.c.since, linked_person.c.id)
    )
    return tuple(all_rows(rows, Answerable))
