"""The credit file (信用档案) of a subject: its records with their publicity, measures, open cases, and what may be filed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, select

from repairflow.casework import told_periods
from repairflow.casework.actor import Actor
from repairflow.casework.applicable_law import centre_division
from repairflow.casework.case_state.record_life import life
from repairflow.casework.permissions import case_scope, record_scope
from repairflow.casework.queries.filing.on_record import (
    Condition,
    Opening,
    Way,
    conditions,
    offered,
    opening,
)
from repairflow.casework.rows_by_id import offices_of, subject_of, subjects_of
from repairflow.errors import NotFound
from repairflow.law import classing
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import ListKind, Period, RulePack
from repairflow.law.procedure.turns import waits_for_subject
from repairflow.law.publicity import Progress, Publicity, progress
from repairflow.records import cases, measure, office, record, subject
from repairflow.records.rows import CaseRow, OfficeRow, RecordRow, SubjectRow, all_rows
from repairflow.times import local_day

NOT_ON_LIST = "record_not_on_list"
"""The guard of what is filed on no list entry."""
KIND_LABELS: Mapping[str, str] = {
    "penalty": "行政处罚信息",
    "abnormal_list": "异常名录信息",
    "serious_list": "严重失信主体名单信息",
    "check_result": "抽查检查结果信息",
    "other": "其他失信信息",
}


class MeasureLine(NamedTuple):
    """A measure on a record, and the office that imposed it."""

    record_id: int
    label: str
    imposed_on: date
    until: date | None
    lifted_at: datetime | None
    office_name: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record with all its page shows. `progress` is None for a record without publicity days."""

    row: RecordRow
    subject: SubjectRow
    authority: OfficeRow
    centre: str | None  # the place of the credit centre
    kind_label: str
    class_label: str
    class_reason: str  # why the class is provisional; empty for a settled one
    state_label: str
    public: bool
    days: Publicity | None
    progress: Progress | None
    period: Period | None
    period_told: (
        bool  # whether somebody has read the figures of its period in their source, or its office has confirmed them
    )
    pack_label: str
    listed: ListKind | None  # the list that a list entry stands on; none of any other record
    bases: tuple[str, ...]
    measures: tuple[MeasureLine, ...]
    cases: tuple[CaseOfRecord, ...]  # newest first, closed ones too
    openings: tuple[Opening, ...]
    leaving: tuple[Opening, ...]  # how a list entry leaves its list; filed on a page of their own (`/my/ask`)
    foreign: tuple[Opening, ...]  # what is not offered on a record of its kind
    conditions: tuple[Condition, ...]

    @property
    def open_cases(self) -> tuple[CaseOfRecord, ...]:
        """Its cases that are not closed."""
        return tuple(case for case in self.cases if case.closed_at is None)

    @property
    def shown_days(self) -> Publicity | None:
        """The days on which everybody sees it, or saw it until it ended; None while nobody is shown it (a person's, kept back, masked)
        and of one that was annulled: no period runs."""
        row = self.row
        hidden = row.of_person or row.minor or row.annulled_at is not None or row.state in ("unpublished", "masked")
        return None if hidden else self.days

    @property
    def repairable(self) -> bool:
        """Whether its repair may be filed now."""
        return any(found.procedure == "repair" and found.open for found in self.openings)

    def left_by_removal(self, procedure: str) -> str:
        """Return what the guard says against a procedure on a list entry, which is left by 移出名单; empty where it says nothing."""
        said = (found.answers for found in self.foreign if found.procedure == procedure)
        return next((a.text for answers in said for a in answers if a.guard == NOT_ON_LIST and not a.ok), "")

    def opening_of(self, procedure: str) -> Opening:
        """Return what stands in the way of one procedure; NotFound when it takes no filings."""
        for found in self.openings:
            if found.procedure == procedure:
                return found
        raise NotFound


@dataclass(frozen=True, slots=True)
class CaseOfRecord:
    """A case as its record shows it; `waits` when the subject itself must do something."""

    number: str
    procedure: str
    procedure_label: str
    state_label: str
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    waits: bool


@dataclass(frozen=True, slots=True)
class CreditFile:
    """A subject and its records: those that can be acted on first, those that are no longer public last."""

    subject: SubjectRow
    records: tuple[RecordView, ...]
    in_progress: int  # its open cases, on a record or not: as many as its list of cases shows
    waiting: int  # in how many of them the subject itself must do something

    @property
    def public(self) -> int:
        """How many records the public sees."""
        return sum(item.public for item in self.records)

    @property
    def repairable(self) -> int:
        """On how many records repair may be filed now."""
        return sum(item.repairable for item in self.records)


def subjects(tx: Connection, actor: Actor) -> tuple[SubjectRow, ...]:
    """Return the subjects the actor speaks for, by name."""
    own = select(subject).where(subject.c.id.in_(sorted(actor.subjects))).order_by(subject.c.name)
    return tuple(all_rows(tx.execute(own), SubjectRow))


def credit_file(tx: Connection, law: Library, actor: Actor, subject_id: int, now: datetime) -> CreditFile:
    """Return the credit file of one of the actor's subjects. Raises NotFound."""
    if subject_id not in actor.subjects:
        raise NotFound
    holder = subject_of(tx, subject_id)
    found = _views(tx, law, actor, and_(record.c.subject_id == subject_id, record_scope(actor)), now)
    under_way, waiting = _under_way(tx, law, actor, subject_id)
    return CreditFile(holder, tuple(sorted(found, key=_importance)), under_way, waiting)


def _under_way(tx: Connection, law: Library, actor: Actor, subject_id: int) -> tuple[int, int]:
    """Return how many open cases of the subject the actor may see, and in how many of them the subject must act."""
    query = (
        select(cases.c.procedure, cases.c.procedure_version, cases.c.state, func.count().label("cases"))
        .where(cases.c.subject_id == subject_id, cases.c.closed_at.is_(None), case_scope(actor))
        .group_by(cases.c.procedure, cases.c.procedure_version, cases.c.state)
    )
    found = tx.execute(query).all()
    waits = (n for name, version, state, n in found if waits_for_subject(law.procedure(name, version), state))
    return sum(row.cases for row in found), sum(waits)


def _importance(view: RecordView) -> tuple[bool, bool]:
    """Return what can be acted on comes first, what the public no longer sees last; within that the latest finding."""
    return (not view.public, not (view.open_cases or view.repairable))


def record_view(tx: Connection, law: Library, actor: Actor, number: str, now: datetime) -> RecordView:
    """Return one record for its page. Raises NotFound, whether absent or foreign."""
    found = _views(tx, law, actor, and_(record.c.number == number, record_scope(actor)), now)
    if not found:
        raise NotFound
    return found[0]


def may_open(tx: Connection, actor: Actor, number: str) -> bool:
    """Tell whether the actor may see the record of this number."""
    return tx.execute(select(record.c.id).where(record.c.number == number, record_scope(actor))).first() is not None


def _views(tx: Connection, law: Library, actor: Actor, where: ColumnElement[bool], now: datetime) -> list[RecordView]:
    found = select(record).where(where).order_by(record.c.decision_date.desc(), record.c.id.desc())
    rows = all_rows(tx.execute(found), RecordRow)
    ids = [row.id for row in rows]
    if not rows:
        return []
    offices = offices_of(tx, (row.authority_id for row in rows))
    holders = subjects_of(tx, (row.subject_id for row in rows))
    measures = _measures(tx, ids)
    files: dict[int, list[CaseRow]] = defaultdict(list)
    own_cases = select(cases).where(cases.c.record_id.in_(ids), case_scope(actor)).order_by(cases.c.id.desc())
    for row in all_rows(tx.execute(own_cases), CaseRow):
        files[row.record_id or 0].append(row)
    centre = centre_division(tx)
    told = told_periods.told_of(tx, law, map(told_periods.dated, rows))
    ways = {key: offered(law, place, centre, local_day(now)) for key, place in offices.items()}
    return [
        _view(
            law,
            row,
            _Beside(
                holders[row.subject_id],
                offices[row.authority_id],
                measures[row.id],
                files[row.id],
                centre,
                row.id in told,
            ),
            ways[row.authority_id],
            now,
        )
        for row in rows
    ]


class _Beside(NamedTuple):
    """What belongs to a record: its subject, the office that decided, its measures and cases."""

    holder: SubjectRow
    authority: OfficeRow
    measures: Sequence[MeasureLine]
    files: Sequence[CaseRow]
    centre: str | None
    period_told: bool


def _view(law: Library, row: RecordRow, beside: _Beside, ways: tuple[Way, ...], now: datetime) -> RecordView:
    holder, authority, measures, files, centre, told = beside
    pack = law.packs.get(row.pack)
    listed = pack.list_kind.get(str(row.source.get("list_kind"))) if pack else None
    period = _period(pack, row, listed)
    days = _days(row)
    open_cases = [case for case in files if case.closed_at is None]
    filed_under = law.pack_on(local_day(now), authority.domain, authority.division_code)
    openings = tuple(
        opening(way, filed_under, row, open_cases, holder.no_commitment_until, now, told=told) for way in ways
    )
    asked: tuple[Condition, ...] = ()
    for way, found in zip(ways, openings, strict=True):
        if listed is None and way.kind is None:
            asked = asked or conditions(way.procedure, filed_under, row, found)
    leaving = tuple(found for found in openings if found.kind and row.source.get("list_kind") is not None)
    foreign = tuple(found for found in openings if not found.kind and not _fits(found, row))
    openings = tuple(found for found in openings if found.meant and not found.kind and _fits(found, row))
    return RecordView(
        row=row,
        subject=holder,
        authority=authority,
        centre=centre,
        kind_label=KIND_LABELS.get(row.kind, row.kind),
        class_label=classing.label(row.severity, row.class_waits_for),
        class_reason=classing.reason(row.severity, row.class_waits_for),
        state_label="已撤销" if row.annulled_at is not None else life(law).state[row.state].label,
        public=row.state in PUBLIC_STATES,
        days=days,
        progress=progress(days, local_day(now)) if days else None,
        period=period,
        period_told=told,
        pack_label=pack.label if pack else row.pack,
        listed=listed,
        bases=pack.cites(listed.basis if listed else period.basis) if pack and period else (),
        measures=tuple(measures),
        cases=tuple(_case(law, case) for case in files),
        openings=openings,
        leaving=leaving,
        foreign=foreign,
        conditions=asked,
    )


def _period(pack: RulePack | None, row: RecordRow, listed: ListKind | None) -> Period | None:
    """Return how long a record is public at least and at most: a list entry as long as its list says, another by its class."""
    if listed is not None:
        return Period(minimum=listed.minimum, maximum=listed.maximum, basis=listed.basis)
    return pack.period.get(row.severity) if pack else None


def _fits(found: Opening, row: RecordRow) -> bool:
    """Tell whether a procedure is offered on a record of this kind. One leaves a list by 移出名单, which takes the place of a repair, as
    the light repair does for a minor; what only masks or ends publicity is nothing for a person, who is never shown."""
    against = {a.guard for a in found.answers if not a.ok}
    foreign = {NOT_ON_LIST}
    if row.of_person:
        foreign.add("record_is_public")
    if row.minor:
        foreign.add("record_is_public_or_of_person")
    return found.case is not None or not against & foreign


def _days(row: RecordRow) -> Publicity | None:
    """Return the publicity days as the record holds them; None for one that was never to be public."""
    if row.publish_from is None or row.max_until is None:
        return None
    return Publicity(row.publish_from, row.min_until, row.apply_from or row.publish_from, row.max_until, True)


def _case(law: Library, row: CaseRow) -> CaseOfRecord:
    procedure = law.procedure(row.procedure, row.procedure_version)
    return CaseOfRecord(
        number=row.number,
        procedure=row.procedure,
        procedure_label=procedure.label,
        state_label=procedure.state[row.state].label,
        filed_at=row.filed_at,
        closed_at=row.closed_at,
        due_day=row.due_day,
        waits=row.closed_at is None and waits_for_subject(procedure, row.state),
    )


def _measures(tx: Connection, records: Sequence[int]) -> Mapping[int, list[MeasureLine]]:
    """Return the measures on these records, by record."""
    columns = [measure.c[name] for name in MeasureLine._fields[:-1]]
    rows = (
        select(*columns, office.c.name.label("office_name"))
        .join(office, office.c.id == measure.c.office_id)
        .where(measure.c.record_id.in_(records))
        .order_by(measure.c.id)
    )
    found: dict[int, list[MeasureLine]] = defaultdict(list)
    for row in all_rows(tx.execute(rows), MeasureLine):
        found[row.record_id].append(row)
    return found
