"""Who is away and who takes over (请假和代办): at the first day the cases go to the deputy, or back to be given out again.

Afterwards they stay with the deputy: a case that goes to and fro has nobody who knows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, exists, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases.assignment import LEADS
from repairflow.casework.changes import EndAbsence, EnterAbsence
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.records import absence, person, role_grant
from repairflow.records.rows import PersonRow, first_row
from repairflow.times import local_day

LONGEST = timedelta(days=365)


def enter(tx: Connection, given: EnterAbsence, now: datetime) -> int:
    """Ensure that the person is away on these days; gives the id. Each enters the own absence, who leads an office that of
    its people. Forbidden, Invalid naming the fields, Conflict where one is entered for some of these days."""
    row = _staff(tx, given.login)
    if row is None and any(role in LEADS for role, _ in given.actor.roles):
        raise Invalid("请假没有登记，请按提示修改。", [Problem("login", "请选择请假人")])
    capacity = _require(tx, given.actor, row.id if row is not None else None)
    assert row is not None  # nobody enters the absence of nobody
    today, problems = local_day(now), []
    first, last = given.from_day, given.until_day
    if first is None or first < today:
        problems.append(Problem("from_day", "请填写开始日期，不早于今天"))
    if last is None or first is None or not first <= last <= first + LONGEST:
        problems.append(Problem("until_day", "结束日期不早于开始日期，最长一年"))
    deputy = _staff(tx, given.deputy) if given.deputy.strip() else None
    if given.deputy.strip() and (deputy is None or deputy.id == row.id or not _colleague(tx, row.id, deputy.id)):
        problems.append(Problem("deputy", "代办人应为本单位有同一岗位的另一名在岗人员"))
    if problems or first is None or last is None:
        raise Invalid("请假没有登记，请按提示修改。", problems)
    _free(tx, row, first, last)
    values = {
        "person_id": row.id, "from_day": first, "until_day": last, "deputy_id": deputy.id if deputy else None,
        "by_id": given.actor.id, "at": now,
    }  # fmt: skip
    found: int = tx.execute(absence.insert().values(values).returning(absence.c.id)).scalar_one()
    said = {"from": first, "until": last, "deputy": deputy.name if deputy else None}
    _note(tx, row.login, NewEvent(action=EventName.ENTER_ABSENCE, at=now, by=given.actor, role=capacity, content=said))
    return found


def away(tx: Connection, people: Collection[int], day: date) -> Mapping[int, date]:
    """Return until when those of these people are away who are away on that day."""
    if not people:
        return {}
    rows = select(absence.c.person_id, absence.c.until_day).where(
        absence.c.person_id.in_(people),
        absence.c.ended_at.is_(None),
        absence.c.from_day <= day,
        absence.c.until_day >= day,
    )
    return {row.person_id: row.until_day for row in tx.execute(rows)}


def end(tx: Connection, given: EndAbsence, now: datetime) -> bool:
    """Ensure that the absence is over; what was handed over stays so. NotFound, Forbidden as `enter`."""
    row = tx.execute(
        select(absence.c.person_id, person.c.login)
        .join(person, person.c.id == absence.c.person_id)
        .where(absence.c.id == given.absence_id, absence.c.ended_at.is_(None))
    ).first()
    if row is None:
        raise NotFound("没有找到这条请假，可能已经结束。")
    capacity = _require(tx, given.actor, row.person_id)
    open_ = (absence.c.id == given.absence_id, absence.c.ended_at.is_(None))
    if tx.execute(update(absence).where(*open_).values(ended_at=now)).rowcount:
        _note(tx, row.login, NewEvent(action=EventName.END_ABSENCE, at=now, by=given.actor, role=capacity, content={}))
    return True


def _require(tx: Connection, actor: Actor, person_id: int | None) -> str:
    """As whom the actor enters this person's absences: `self`, or the post by which it leads an office of theirs."""
    if person_id is not None and actor.id == person_id:
        return "self"
    places = set(tx.execute(select(role_grant.c.office_id).where(role_grant.c.person_id == person_id)).scalars())
    found = next((post for place in sorted(places) if (post := post_in(actor, place, LEADS))), None)
    if found is None:
        raise Forbidden("请假由本人或者本单位负责人登记。")
    return found


def _free(tx: Connection, row: PersonRow, first: date, last: date) -> None:
    tx.execute(select(person.c.id).where(person.c.id == row.id).with_for_update())
    same = (absence.c.person_id == row.id, absence.c.ended_at.is_(None))
    over = exists().where(*same, absence.c.from_day <= last, absence.c.until_day >= first)
    if tx.execute(select(over)).scalar():
        raise Conflict(f"{row.name}在这段时间已经登记过请假，请先结束原来的登记。")


def _staff(tx: Connection, login: str) -> PersonRow | None:
    known = (person.c.login == login.strip(), person.c.active, person.c.kind == "staff")
    return first_row(tx.execute(select(person).where(*known)), PersonRow)


def _colleague(tx: Connection, one: int, other: int) -> bool:
    """Tell whether two people have a post of one kind in one office: a deputy of another post takes over nothing."""
    theirs = role_grant.alias()
    both = exists().where(
        role_grant.c.person_id == one,
        theirs.c.person_id == other,
        theirs.c.office_id == role_grant.c.office_id,
        theirs.c.role == role_grant.c.role,
    )
    return bool(tx.execute(select(both)).scalar())


def _note(tx: Connection, login: str, new: NewEvent) -> None:
    event_log.append(tx, f"account/{login}", new)
