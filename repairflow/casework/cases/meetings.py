"""Booking interviews and hearings (约谈日程): a room, an officer and a subject are at one place at a time.

A booking that clashes is refused with every clash named, and bookings wait for each other: of two at the same moment one
is refused. What another office's meeting is about is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from repairflow.casework.cases.assignment import away
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Invalid, Problem, Refusal
from repairflow.records import cases, meeting, meeting_room, office, person, role_grant
from repairflow.records.rows import CaseRow, MeetingRoomRow, MeetingRow, all_rows, first_row
from repairflow.times import local, local_day

MEETING_LOCK = 7_314_004
"""Any number no other advisory lock uses: bookings of all offices wait for each other, for one subject may be called by two."""
MINUTES = 60
"""How long a meeting lasts where nobody says."""
KINDS = {"interview": "约谈", "hearing": "听证"}


class Officer(NamedTuple):
    """Somebody of an office who may hold a meeting; `label` is told apart from a namesake's."""

    id: int
    label: str


class Booking(NamedTuple):
    """A meeting as it is asked for."""

    case: CaseRow
    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str
    officers: tuple[Officer, Officer]
    by_id: int
    moves: bool = False  # agreed with whom was called: the newest is not held, even where its time has come


def officers(tx: Connection, office_id: int | None) -> tuple[Officer, ...]:
    """Return the people of an office, or of the one that took it over, who handle cases there, by name."""
    heir = select(office.c.successor_id).where(office.c.id == office_id, office.c.successor_id.is_not(None))
    places = role_grant.c.office_id.in_(select(office.c.id).where(office.c.id == office_id).union(heir))
    handlers = select(role_grant.c.person_id).where(role_grant.c.role.in_(sorted(OFFICE_OF_ROLE)), places)
    holds = person.c.id.in_(handlers)
    rows = tx.execute(
        select(person.c.id, person.c.login, person.c.name)
        .where(holds, person.c.active, person.c.kind == "staff")
        .order_by(person.c.name, person.c.id)
    ).all()
    names = [row.name for row in rows]
    return tuple(
        Officer(row.id, row.name if names.count(row.name) == 1 else f"{row.name}（{row.login}）") for row in rows
    )


def two_officers(tx: Connection, office_id: int | None, names: Sequence[tuple[str, str]]) -> tuple[Officer, Officer]:
    """Return the two officers by (field, label); Invalid naming the field of who is not of the office, or the same again."""
    known = {one.label: one for one in officers(tx, office_id)}
    found = [(field, known.get(name.strip())) for field, name in names]
    problems = [Problem(field, "请选择本单位的办案人员") for field, one in found if one is None]
    first, second = found[0][1], found[1][1]
    if first is not None and second is not None and first.id == second.id:
        problems.append(Problem(found[1][0], "两名人员不能是同一人"))
    if problems or first is None or second is None:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    return first, second


def rooms(tx: Connection, office_id: int | None) -> tuple[MeetingRoomRow, ...]:
    """Return the rooms an office offers, by name."""
    open_ = (meeting_room.c.office_id == office_id, meeting_room.c.closed_at.is_(None))
    return tuple(all_rows(tx.execute(select(meeting_room).where(*open_).order_by(meeting_room.c.name)), MeetingRoomRow))


def book(tx: Connection, wanted: Booking, now: datetime, why: str | None = None) -> list[Refusal]:
    """Ensure that the meeting stands, and what was still to come for its case of this kind is struck as moved; all that
    clashes otherwise, and then nothing is written. One whose time is past was held or missed, and stays as it was."""
    if tx.dialect.name == "postgresql":  # SQLite has one writer anyway
        tx.execute(select(func.pg_advisory_xact_lock(MEETING_LOCK)))
    room = _room(tx, wanted)
    found = clashes(tx, wanted, room)
    if found:
        return found
    struck = {"ended": "moved", "ended_at": now, "ended_why": why}
    newest = select(func.max(meeting.c.id)).where(_standing(wanted.case.id, wanted.kind)).scalar_subquery()
    replaced = [meeting.c.id == newest] if wanted.moves else [meeting.c.id == newest, meeting.c.starts_at > now]
    tx.execute(update(meeting).where(*replaced).values(struck))
    values = {
        "case_id": wanted.case.id, "office_id": wanted.case.deciding_id, "subject_id": wanted.case.subject_id,
        "kind": wanted.kind, "starts_at": wanted.starts_at, "ends_at": wanted.ends_at, "place": wanted.place,
        "room_id": room.id if room is not None else None, "first_id": wanted.officers[0].id,
        "second_id": wanted.officers[1].id, "booked_at": now, "booked_by_id": wanted.by_id,
    }  # fmt: skip
    tx.execute(meeting.insert().values(values))
    return []


def clashes(tx: Connection, wanted: Booking, room: MeetingRoomRow | None) -> list[Refusal]:
    """Return what keeps the meeting from being held then: the same room, officer or subject elsewhere, an officer who is away."""
    found = []
    for one in wanted.officers:
        until = away(tx, one.id, local_day(wanted.starts_at))
        if until is not None:
            found.append(Refusal("officer_away", f"{one.label}请假至{until:%Y-%m-%d}，请另选时间或者人员"))
    over = (
        meeting.c.ended.is_(None), meeting.c.starts_at < wanted.ends_at, meeting.c.ends_at > wanted.starts_at,
        or_(meeting.c.case_id != wanted.case.id, meeting.c.kind != wanted.kind), cases.c.closed_at.is_(None),
    )  # fmt: skip
    rows = select(meeting).join(cases, cases.c.id == meeting.c.case_id).where(*over).order_by(meeting.c.starts_at)
    for row in all_rows(tx.execute(rows), MeetingRow):
        hours = f"{local(row.starts_at):%Y-%m-%d %H:%M}至{local(row.ends_at):%H:%M}"
        if room is not None and row.room_id == room.id:
            found.append(Refusal("room_taken", f"{room.name}{hours}已有{KINDS[row.kind]}，请另选时间或者地点"))
        elif row.office_id == wanted.case.deciding_id and _flat(row.place) == _flat(wanted.place):
            found.append(Refusal("room_taken", f"{row.place}{hours}已有{KINDS[row.kind]}，请另选时间或者地点"))
        for one in wanted.officers:
            if one.id in (row.first_id, row.second_id):
                found.append(Refusal("officer_taken", f"{one.label}{hours}另有{KINDS[row.kind]}，请另选时间或者人员"))
        if row.subject_id == wanted.case.subject_id:
            found.append(Refusal("subject_taken", f"当事人{hours}已有{KINDS[row.kind]}，请另选时间"))
    return found


def ahead(tx: Connection, case_id: int, kind: str, now: datetime) -> MeetingRow | None:
    """Return the meeting of this kind that stands for a case and is still to come."""
    wanted = select(meeting).where(_standing(case_id, kind), meeting.c.starts_at > now)
    return first_row(tx.execute(wanted), MeetingRow)


def hours(starts_at: datetime, minutes: object) -> tuple[datetime, datetime]:
    """From when until when a meeting lasts."""
    length = int(minutes) if isinstance(minutes, int | str) and str(minutes).isdigit() else MINUTES
    return starts_at, starts_at + timedelta(minutes=length)


def _standing(case_id: int, kind: str) -> ColumnElement[bool]:
    return and_(meeting.c.case_id == case_id, meeting.c.kind == kind, meeting.c.ended.is_(None))


def _room(tx: Connection, wanted: Booking) -> MeetingRoomRow | None:
    """Return the office's room that the place names: the longest name that stands in it."""
    place = _flat(wanted.place)
    named = [one for one in rooms(tx, wanted.case.deciding_id) if _flat(one.name) in place]
    return max(named, key=lambda one: len(one.name), default=None)


def _flat(text: str) -> str:
    return "".join(text.split())
