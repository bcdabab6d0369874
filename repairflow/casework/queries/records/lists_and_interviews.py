"""On which lists (名单) a subject stands or stood, and its interviews (失信约谈): for itself and for offices, not the public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.documents import own_measures
from repairflow.casework.permissions import case_scope, may_see, record_scope
from repairflow.casework.queries.records.list_registry import how_left
from repairflow.casework.told_periods import Dated, told_of
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.law.publicity import list_days
from repairflow.records import cases, interview_entry, list_entry, measure, office, record, stays_from
from repairflow.records.rows import CaseRow, all_rows

INTERVIEWS: Mapping[str, str] = {"reminder": "提示性约谈", "warning": "警示性约谈"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A subject on a list. `until` is the day it leaves at the latest; `apply_from` the first on which it may apply to
    leave, where it has to wait; both stand for certain only where `told`. `left` is empty while it stands; `case` and
    `record` are numbers the actor may open."""

    label: str
    favourable: bool
    office: str
    since: date
    until: date
    apply_from: date | None
    told: bool
    left: str
    left_on: date | None
    measures: tuple[str, ...]  # in force, with who carries them out
    foreseen: tuple[str, ...]  # that the list allows while one stands on it
    removal: tuple[str, ...]
    bases: tuple[str, ...]
    case: str | None
    record: str | None


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview and what came of it; `case` is a number the actor may open."""

    label: str
    office: str
    held_on: date
    result: str
    case: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Newest first; what stands before what has ended."""

    entries: tuple[Entry, ...]
    interviews: tuple[Interview, ...]


def standing(tx: Connection, law: Library, actor: Actor, subject_id: int) -> Standing:
    """Return lists and interviews of a subject the actor speaks for or handles a case or record of. Raises NotFound."""
    if subject_id not in actor.subjects and not _handles(tx, actor, subject_id):
        raise NotFound
    return Standing(_entries(tx, law, actor, subject_id), _interviews(tx, actor, subject_id))


def of_case(tx: Connection, law: Library, actor: Actor, case: CaseRow) -> Standing:
    """Return lists and interviews of the subject of a case that the actor handles."""
    return Standing(_entries(tx, law, actor, case.subject_id), _interviews(tx, actor, case.subject_id))


def shared(tx: Connection, law: Library, actor: Actor, subject_id: int) -> Standing:
    """Return lists of a subject for any office (全局共享); interviews only for one that handles a case or record of it."""
    held = _interviews(tx, actor, subject_id) if _handles(tx, actor, subject_id) else ()
    return Standing(_entries(tx, law, actor, subject_id), held)


def _handles(tx: Connection, actor: Actor, subject_id: int) -> bool:
    handled = select(cases.c.id).where(cases.c.subject_id == subject_id, case_scope(actor)).limit(1)
    held = select(record.c.id).where(record.c.subject_id == subject_id, record_scope(actor)).limit(1)
    return tx.execute(handled).first() is not None or tx.execute(held).first() is not None


class _EntryRow(NamedTuple):
    """An entry on a list, with its record and the case that decided it."""

    id: int
    subject_id: int
    record_id: int | None
    list_kind: str
    listed_on: date
    since: date
    left_on: date | None
    left_how: str | None
    record_number: str | None
    max_until: date | None
    apply_from: date | None
    number: str
    pack: str
    confidential: bool
    internal: bool
    receiving_id: int
    deciding_id: int
    provider_id: int
    intake_id: int | None
    office_name: str


def _entries(tx: Connection, law: Library, actor: Actor, subject_id: int) -> tuple[Entry, ...]:
    query = (
        select(
            list_entry.c.id, list_entry.c.subject_id, list_entry.c.record_id, list_entry.c.list_kind, list_entry.c.listed_on,
            stays_from.label("since"), list_entry.c.left_on, list_entry.c.left_how,
            record.c.number.label("record_number"), record.c.max_until,
            record.c.apply_from, cases.c.number, cases.c.pack, cases.c.confidential, cases.c.internal,
            cases.c.receiving_id, cases.c.deciding_id, cases.c.provider_id, cases.c.intake_id, office.c.name.label("office_name"),
        )
        .outerjoin(record, record.c.id == list_entry.c.record_id)
        .join(cases, cases.c.id == list_entry.c.case_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(list_entry.c.subject_id == subject_id)
        .order_by(list_entry.c.left_on.is_not(None), list_entry.c.listed_on.desc(), list_entry.c.id.desc())
    )  # fmt: skip
    rows = all_rows(tx.execute(query), _EntryRow)
    if not rows:
        return ()
    in_force: dict[int, list[str]] = defaultdict(list)
    for one in tx.execute(
        select(measure.c.record_id, measure.c.label, office.c.name)
        .join(office, office.c.id == measure.c.office_id)
        .where(measure.c.record_id.in_([row.record_id for row in rows if row.record_id]), measure.c.lifted_at.is_(None))
        .order_by(measure.c.id)
    ):
        in_force[one.record_id].append(f"{one.label}（{one.name}）")
    seen = set(tx.execute(select(record.c.id).where(record.c.subject_id == subject_id, record_scope(actor))).scalars())
    told = told_of(tx, law, (Dated(row.id, row.pack, "serious", row.list_kind, row.deciding_id, None) for row in rows))
    return tuple(
        _entry(
            law,
            actor,
            row,
            tuple(in_force[row.record_id or 0]),
            _foreseen(tx, law, row),
            record_seen=row.record_id in seen,
            told=row.id in told,
        )
        for row in rows
    )


def _foreseen(tx: Connection, law: Library, row: _EntryRow) -> tuple[str, ...]:
    """Return the measures that hang on the list of an entry; 待核实 those that nobody has read and its office has not confirmed."""
    pack = law.packs[row.pack]
    found = own_measures.named(tx, pack, pack.list_kind[row.list_kind].measures, row.deciding_id)
    return tuple(one.label if one.documents else f"{one.label}（待核实）" for one in found)


def _entry(
    law: Library,
    actor: Actor,
    row: _EntryRow,
    measures: tuple[str, ...],
    foreseen: tuple[str, ...],
    *,
    record_seen: bool,
    told: bool,
) -> Entry:
    pack = law.packs[row.pack]
    kind = pack.list_kind[row.list_kind]
    days = list_days(kind, row.since)
    apply_from = row.apply_from or days.apply_from
    return Entry(
        label=kind.label,
        favourable=kind.favourable,
        office=row.office_name,
        since=row.listed_on,
        until=row.max_until or days.max_until,
        apply_from=apply_from if apply_from > row.listed_on else None,
        told=told,
        left=how_left(kind)[row.left_how] if row.left_how else "",
        left_on=row.left_on,
        measures=measures,
        foreseen=foreseen,
        removal=pack.removal_of(kind),
        bases=pack.cites(kind.basis),
        case=row.number if may_see(actor, row) else None,
        record=row.record_number if record_seen else None,
    )


class _InterviewRow(NamedTuple):
    """An interview, with the case it was held in."""

    subject_id: int
    kind: str
    held_on: date
    result: str
    number: str
    confidential: bool
    internal: bool
    receiving_id: int
    deciding_id: int
    provider_id: int
    intake_id: int | None
    office_name: str


def _interviews(tx: Connection, actor: Actor, subject_id: int) -> tuple[Interview, ...]:
    query = (
        select(interview_entry.c.subject_id, interview_entry.c.kind, interview_entry.c.held_on,
               interview_entry.c.result, cases.c.number, cases.c.confidential, cases.c.internal,
               cases.c.receiving_id, cases.c.deciding_id,
               cases.c.provider_id, cases.c.intake_id, office.c.name.label("office_name"))
        .join(cases, cases.c.id == interview_entry.c.case_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(interview_entry.c.subject_id == subject_id)
        .order_by(interview_entry.c.held_on.desc(), interview_entry.c.id.desc())
    )  # fmt: skip
    return tuple(
        Interview(
            INTERVIEWS[row.kind], row.office_name, row.held_on, row.result, row.number if may_see(actor, row) else None
        )
        for row in all_rows(tx.execute(query), _InterviewRow)
    )
