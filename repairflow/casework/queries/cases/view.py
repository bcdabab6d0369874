"""Cases as people see them: one whole case, and lists by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, union

from repairflow import plain
from repairflow.casework import search
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import told_files
from repairflow.casework.case_state.beyond_last_day import since
from repairflow.casework.case_state.materials import FROM_OUTSIDE
from repairflow.casework.case_state.situation import Situation, situation
from repairflow.casework.cases.options import Option, options
from repairflow.casework.documents.lookup import letters_of_case
from repairflow.casework.permissions import case_scope, case_scopes, hidden_states, sees_inside
from repairflow.casework.queries.cases import order
from repairflow.casework.queries.cases.letter_remedies import LetterRemedies, remedies_of
from repairflow.casework.queries.cases.shown import dues_shown
from repairflow.casework.rows_by_id import offices_of, subject_of
from repairflow.casework.told_periods import may_tell
from repairflow.errors import Invalid, NotFound
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.count import all_due
from repairflow.law.deadlines.due import Due
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.turns import waits_for_subject
from repairflow.records import cases, material, office, outbox, person, record, subject, target
from repairflow.records.rows import CaseRow, LetterRow, OfficeRow, RecordRow, SubjectRow, all_rows, first_row
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a list. `days_left` are working days to the due day (negative: overdue), None without one."""

    number: str
    procedure: str
    procedure_label: str
    state: str
    state_label: str
    waits: bool  # for the subject, which must act or lose something
    outcome: str | None
    subject_name: str
    subject_code: str | None
    record_number: str | None
    record_title: str
    document_number: str
    severity: str | None
    class_waits_for: str | None
    record_state: str | None
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    days_left: int | None
    materials: int
    cursor: str
    office_name: str = ""  # that decides
    handler_name: str = ""  # who took the last step of an office
    todo: str = ""  # what the subject is to do here, by the version the case follows
    priority: str = ""  # 优先办理：the ground


@dataclass(frozen=True, slots=True)
class Page:
    """Lines and where the next page begins; `next` is empty on the last."""

    lines: tuple[CaseLine, ...]
    next: str


class FileRow(NamedTuple):
    """A material of a case, and who brought it."""

    token: str
    kind: str
    file_name: str
    media_type: str
    size: int
    digest: str
    uploaded_at: datetime
    step: int | None
    by: str


class PushRow(NamedTuple):
    """A push of a case, and where it goes."""

    kind: str
    state: str
    attempts: int
    next_at: datetime | None
    last_error: str | None
    created_at: datetime
    ended_at: datetime | None
    target_name: str
    target_code: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with everything its page shows."""

    case: CaseRow
    record: RecordRow | None
    subject: SubjectRow
    receiving: OfficeRow
    deciding: OfficeRow
    provider: OfficeRow
    at: Situation
    dues: tuple[Due, ...]  # every run of every limit, ended ones too
    options: tuple[Option, ...]
    letters: tuple[LetterRow, ...]
    materials: tuple[FileRow, ...]
    pushes: tuple[PushRow, ...]
    filed_by: str
    hidden: frozenset[str]  # states of whose steps and limits the actor learns nothing
    period_told: bool  # whether the days of its record's period may be told for certain
    newer: tuple[str, ...] = ()  # of a list entry: numbers of records of later decisions that still stand
    remedies: tuple[LetterRemedies, ...] = ()  # what may still be done against its letters, and until when


def visible(tx: Connection, actor: Actor, number: str) -> CaseRow:
    """Return the case row if the actor may see it; NotFound otherwise, whether absent or foreign."""
    row = first_row(tx.execute(select(cases).where(cases.c.number == number, case_scope(actor))), CaseRow)
    if row is None:
        raise NotFound
    return row


def view(tx: Connection, law: Library, actor: Actor, number: str, now: datetime) -> CaseView:
    """Return one case for its page. Raises NotFound."""
    case = visible(tx, actor, number)
    at = situation(tx, law, case, local_day(now))
    offices = offices_of(tx, (case.receiving_id, case.deciding_id, case.provider_id))
    letters = letters_of_case(tx, actor, case.id)
    hidden = hidden_states(actor, case, at.procedure)
    dues = all_due(at.procedure, at.history, at.calendar, local_day(now))
    filer = tx.execute(select(person.c.name).where(person.c.id == case.filed_by)).scalar()
    return CaseView(
        case=case,
        record=at.record,
        subject=subject_of(tx, case.subject_id),
        receiving=offices[case.receiving_id],
        deciding=offices[case.deciding_id],
        provider=offices[case.provider_id],
        at=at,
        dues=dues_shown(dues, hidden),
        options=options(tx, law, at, actor, now),
        letters=letters,
        remedies=remedies_of(tx, at, letters),
        materials=_files(tx, at, whole=sees_inside(actor, case)),
        pushes=_pushes(tx, case.id),
        filed_by=filer or "系统",
        hidden=hidden,
        period_told=at.record is not None and may_tell(tx, law, at.record),
        newer=since(tx, at.record) if at.record is not None and "list_kind" in at.record.source else (),
    )


def _files(tx: Connection, at: Situation, *, whole: bool) -> tuple[FileRow, ...]:
    by = func.coalesce(person.c.name, FROM_OUTSIDE).label("by")
    files = select(*(material.c[name] for name in FileRow._fields[:-1]), by).order_by(material.c.id)
    files = files.outerjoin(person, person.c.id == material.c.uploaded_by).where(material.c.case_id == at.case.id)
    rows = tuple(all_rows(tx.execute(files), FileRow))
    if whole or not rows:
        return rows
    shown = told_files.to_subject(tx, at.procedure, at.case.id)
    return tuple(row for row in rows if shown(row.kind, row.step))


def _pushes(tx: Connection, case_id: int) -> tuple[PushRow, ...]:
    columns = [outbox.c[name] for name in PushRow._fields[:-2]]
    pushes = select(*columns, target.c.name.label("target_name"), target.c.code.label("target_code"))
    pushes = pushes.join(target, target.c.id == outbox.c.target_id)
    pushes = pushes.where(outbox.c.case_id == case_id, outbox.c.topic == "push")
    return tuple(all_rows(tx.execute(pushes.order_by(outbox.c.id)), PushRow))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page of a list shows: newest first, oldest first, or by due day, soonest first.

    `after` is the cursor of the last line of the page before.
    """

    where: ColumnElement[bool] | None = None
    open_only: bool = False
    procedure: str | None = None
    search: str | None = None
    after: str | None = None
    size: int = 30
    newest_first: bool = True
    oldest_first: bool = False


def listing(tx: Connection, law: Library, actor: Actor, today: date, wanted: Wanted) -> Page:
    """Return one page of the cases an actor may see, by keyset. Invalid when `after` is no cursor of ours."""
    query = _lines().where(*([wanted.where] if wanted.where is not None else []))
    if wanted.open_only:
        query = query.where(cases.c.closed_at.is_(None))
    if wanted.procedure:
        query = query.where(cases.c.procedure == wanted.procedure)
    named = False
    if wanted.search and (text := wanted.search.strip()):
        found = search.of_cases(tx, text)
        query, named = query.where(found.where), found.named
    due = order.by_due()
    if wanted.after:
        query = query.where(_beyond(wanted, due))
    by_id = cases.c.id if wanted.oldest_first else cases.c.id.desc()
    by_number = wanted.newest_first or wanted.oldest_first
    scopes = case_scopes(actor) if by_number and not (wanted.open_only or named) else [case_scope(actor)]
    if len(scopes) > 1:  # the newest of each part, by its index: together they hold the newest of all
        newest = (
            query.with_only_columns(cases.c.id).where(one).order_by(by_id).limit(wanted.size + 1) for one in scopes
        )
        query = query.where(cases.c.id.in_(union(*(one.subquery().select() for one in newest))))
    else:
        query = query.where(*scopes)
    query = query.order_by(by_id) if by_number else query.order_by(due, cases.c.id)
    rows = all_rows(tx.execute(query.limit(wanted.size + 1)), _LineRow)
    lines = tuple(_line(row, law, today, by_number) for row in rows[: wanted.size])
    return Page(lines, lines[-1].cursor if len(rows) > wanted.size else "")


def of_subject(subject_id: int) -> ColumnElement[bool]:
    """Give the condition that a case is about this subject."""
    return cases.c.subject_id == subject_id


def closed() -> ColumnElement[bool]:
    """Return the cases that have ended."""
    return cases.c.closed_at.is_not(None)


class _LineRow(NamedTuple):
    id: int
    number: str
    procedure: str
    procedure_version: str
    state: str
    outcome: str | None
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    division_code: str | None
    priority: str | None
    subject_name: str
    uscc: str | None
    record_number: str | None
    behaviour: str | None
    document_number: str | None
    severity: str | None
    class_waits_for: str | None
    record_state: str | None
    materials: int
    office_name: str
    handler_name: str | None


def _lines() -> Select[Any]:
    count = select(func.count()).select_from(material).where(material.c.case_id == cases.c.id).scalar_subquery()
    return (
        select(
            *(cases.c[name] for name in _LineRow._fields[:11]),
            subject.c.name.label("subject_name"),
            subject.c.uscc,
            record.c.number.label("record_number"),
            record.c.behaviour,
            record.c.document_number,
            record.c.severity,
            record.c.class_waits_for,
            record.c.state.label("record_state"),
            count.label("materials"),
            office.c.name.label("office_name"),
            person.c.name.label("handler_name"),
        )
        .join(subject, subject.c.id == cases.c.subject_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .outerjoin(record, record.c.id == cases.c.record_id)
        .outerjoin(person, person.c.id == cases.c.handler_id)
    )


def _line(row: _LineRow, law: Library, today: date, by_number: bool) -> CaseLine:
    procedure = law.procedure(row.procedure, row.procedure_version)
    return CaseLine(
        number=row.number,
        procedure=row.procedure,
        procedure_label=procedure.label,
        state=row.state,
        state_label=procedure.state[row.state].label,
        todo=procedure.state[row.state].todo or "",
        waits=row.closed_at is None and waits_for_subject(procedure, row.state),
        outcome=row.outcome,
        subject_name=row.subject_name,
        subject_code=row.uscc,
        record_number=row.record_number,
        record_title=row.behaviour or "",
        document_number=row.document_number or "",
        severity=row.severity,
        class_waits_for=row.class_waits_for,
        record_state=row.record_state,
        filed_at=row.filed_at,
        closed_at=row.closed_at,
        due_day=row.due_day,
        days_left=days_left(law.calendars.of(row.division_code), today, row.due_day) if row.closed_at is None else None,
        materials=row.materials,
        cursor=str(row.id) if by_number else f"{order.day_of(row.due_day, row.priority)}.{row.id}",
        office_name=row.office_name,
        handler_name=row.handler_name or "",
        priority=row.priority or "",
    )


def days_left(calendar: Calendar, today: date, due_day: date | None) -> int | None:
    """Working days from today to the due day; 0 on the day, negative once it is over."""
    if due_day is None:
        return None
    if due_day >= today:
        return calendar.count_working_days(today, due_day)
    return -max(1, calendar.count_working_days(due_day, today))


def _beyond(wanted: Wanted, due: ColumnElement[date]) -> ColumnElement[bool]:
    cursor = wanted.after or ""
    try:
        if wanted.oldest_first:
            return cases.c.id > plain.whole(cursor)
        if wanted.newest_first:
            return cases.c.id < plain.whole(cursor)
        day, _, number = cursor.partition(".")
        last = date.fromisoformat(day)
        return or_(due > last, and_(due == last, cases.c.id > plain.whole(number)))
    except ValueError:
        raise Invalid("翻页标记无效，请从第一页重新查看。") from None
