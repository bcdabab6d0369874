"""Interviews and hearings as calendars show them: of an office, of one case, of one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.cases import hearing_result, meetings
from repairflow.casework.permissions import OFFICE_OF_ROLE, case_scope
from repairflow.casework.queries.standing_steps import stands
from repairflow.prepared import compared
from repairflow.records import absence, cases, event, meeting, office, person, subject
from repairflow.records.rows import CaseRow, MeetingRow
from repairflow.times import local, local_day

MOST = 500
"""Meetings that one page shows."""
CAME = {"record_meeting": "已约谈", "mark_no_show": "未到场"}
"""What the step of an interview that was taken when its time had come says of it."""
STRUCK = {"moved": "已改期", "cancelled": "已取消"}
HEARD = {hearing_result.HELD: "已举行", hearing_result.MISSED: "未到场"}
UNRECORDED = "待登记结果"


class Line(NamedTuple):
    """A meeting with what a calendar says of it; `amiss`: why it cannot be held as it is booked (请假、离岗、冲突).

    `result`: what came of it, or that nothing is recorded yet though its time is over; empty while it is to come.
    """

    row: MeetingRow
    label: str
    number: str
    subject: str
    officers: tuple[str, ...]
    booked_by: str
    amiss: tuple[str, ...]
    result: str

    @property
    def day(self) -> date:
        return local_day(self.row.starts_at)

    @property
    def known(self) -> bool:
        """Whether its result is one that somebody recorded."""
        return self.result not in ("", UNRECORDED)

    @property
    def hours(self) -> str:
        return f"{local(self.row.starts_at):%H:%M}–{local(self.row.ends_at):%H:%M}"


class Place(NamedTuple):
    """An office whose calendar the actor sees."""

    id: int
    code: str
    name: str
    division_code: str | None


def places(tx: Connection, actor: Actor) -> tuple[Place, ...]:
    """Return the actor's offices where it handles cases, by name."""
    own = {place for role, place in actor.roles if role in OFFICE_OF_ROLE and place is not None}
    rows = select(office.c.id, office.c.code, office.c.name, office.c.division_code).where(office.c.id.in_(sorted(own)))
    return tuple(Place(*row) for row in tx.execute(rows.order_by(office.c.name)))


def between(
    tx: Connection, actor: Actor, office_id: int, start: datetime, end: datetime, now: datetime
) -> tuple[Line, ...]:
    """Return the meetings of an office that begin within [start, end), in their order; struck ones too. Only of cases the actor sees."""
    where = and_(
        meeting.c.office_id == office_id,
        meeting.c.starts_at >= start,
        meeting.c.starts_at < end,
        compared(case_scope(actor)),
    )
    return _lines(tx, where, now)


def of_case(tx: Connection, case: CaseRow, now: datetime) -> tuple[Line, ...]:
    """Return all meetings booked for a case, the newest booking last; for who sees the case."""
    return _lines(tx, meeting.c.case_id == case.id, now)


def heard(tx: Connection, case: CaseRow, now: datetime) -> list[tuple[datetime, str, str, str]]:
    """Return what came of the hearings of a case, for the index of its file: when it was held, what, by whom, remark."""
    lines = [line for line in of_case(tx, case, now) if line.row.kind == "hearing" and line.row.came]
    return [(line.row.starts_at, _heard(line), "、".join(line.officers), "见办理留痕") for line in lines]


def _heard(line: Line) -> str:
    row = line.row
    parts = [f"听证（{row.place}）{line.result}"]
    parts += [f"参加人员：{row.attended}"] if row.attended else []
    parts += [f"结果：{row.outcome}"] if row.outcome else []
    return "；".join(parts)


def own(tx: Connection, actor: Actor, since: datetime) -> tuple[Line, ...]:
    """Return the meetings that stand and that the actor holds, or to which a subject it speaks for is called, as of `since`."""
    mine: list[ColumnElement[bool]] = [meeting.c.first_id == actor.id, meeting.c.second_id == actor.id]
    if actor.subjects:
        mine.append(meeting.c.subject_id.in_(sorted(actor.subjects)))
    where = and_(or_(*mine), compared(case_scope(actor)), meeting.c.ended.is_(None), meeting.c.starts_at >= since)
    return _lines(tx, and_(where, cases.c.closed_at.is_(None)), since)


def waiting(tx: Connection, office_id: int, now: datetime) -> frozenset[int]:
    """Ids of meetings still to come for which the subject asked for another time and has no answer."""
    where = (
        meeting.c.office_id == office_id, meeting.c.ended.is_(None), meeting.c.asked_at.is_not(None),
        meeting.c.refused_at.is_(None), meeting.c.starts_at > now,
    )  # fmt: skip
    return frozenset(tx.execute(select(meeting.c.id).where(*where)).scalars())


def _lines(tx: Connection, where: ColumnElement[bool], now: datetime) -> tuple[Line, ...]:
    rows = (
        select(*meeting.c, cases.c.number, subject.c.name)
        .join(cases, cases.c.id == meeting.c.case_id)
        .join(subject, subject.c.id == meeting.c.subject_id)
        .where(where)
        .order_by(meeting.c.starts_at, meeting.c.id)
        .limit(MOST)
    )
    found = [(MeetingRow(*row[:-2]), str(row[-2]), str(row[-1])) for row in tx.execute(rows)]
    if not found:
        return ()
    keys = sorted({key for row, _, _ in found for key in (row.first_id, row.second_id, row.booked_by_id)})
    names = {row.id: row.name for row in tx.execute(select(person.c.id, person.c.name).where(person.c.id.in_(keys)))}
    came = _came(tx, {row.case_id for row, _, _ in found if row.kind == "interview"})
    return tuple(
        Line(
            row, meetings.KINDS[row.kind], number, name, (names[row.first_id], names[row.second_id]),
            names[row.booked_by_id], _amiss(tx, row, names) if row.ended is None and row.ends_at > now else (),
            _result(row, came.get(row.case_id, ()), now),
        )
        for row, number, name in found
    )  # fmt: skip


def _came(tx: Connection, case_ids: set[int]) -> dict[int, list[tuple[datetime, str]]]:
    """Return the steps of cases that say what came of an interview, and when they were taken, oldest first."""
    said: dict[int, list[tuple[datetime, str]]] = {}
    if not case_ids:
        return said
    steps = select(event.c.case_id, event.c.at, event.c.action).where(
        event.c.case_id.in_(sorted(case_ids)), event.c.action.in_(sorted(CAME)), stands()
    )
    for case_id, at, action in tx.execute(steps.order_by(event.c.case_id, event.c.seq)):
        said.setdefault(case_id, []).append((at, action))
    return said


def _result(row: MeetingRow, came: Sequence[tuple[datetime, str]], now: datetime) -> str:
    """Return what came of a meeting: of an interview by the first step that says so since its hour, of a hearing as recorded."""
    if row.ended is not None:
        return STRUCK[row.ended]
    said = HEARD.get(row.came or "") or next((CAME[action] for at, action in came if at >= row.starts_at), None)
    if said is not None or row.ends_at > now:
        return said or ""
    return UNRECORDED


def _amiss(tx: Connection, row: MeetingRow, names: dict[int, str]) -> tuple[str, ...]:
    """Return why a meeting cannot be held as booked: what came up since, for a clash at its booking was refused."""
    day, found = local_day(row.starts_at), []
    for key in (row.first_id, row.second_id):
        gone = exists().where(
            absence.c.person_id == key, absence.c.ended_at.is_(None), absence.c.from_day <= day,
            absence.c.until_day >= day,
        )  # fmt: skip
        if tx.execute(select(gone)).scalar():
            found.append(f"{names[key]}当日请假")
        elif not tx.execute(select(person.c.active).where(person.c.id == key)).scalar():
            found.append(f"{names[key]}的账号已停用")
    return tuple(found)
