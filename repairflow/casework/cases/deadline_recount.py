"""Due days counted anew: after a calendar year was loaded, or to prove that the table of deadlines is a mere cache."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select, update

from repairflow.casework import deadline_table
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.situation import Situation, law_of, situation
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.law.calendar.regions import prefix
from repairflow.law.calendar.year_file import CalendarYear
from repairflow.law.deadlines.due import Due
from repairflow.law.deadlines.ladder import rungs
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.records import cases, deadline, record, rung_fired
from repairflow.records.rows import CaseRow, DeadlineRow, all_rows, one_row
from repairflow.times import local_day

CHANGE = EventName.CALENDAR_CHANGE
ERRATUM = EventName.ERRATUM
TELLING = ("remind", "yellow")
_LENGTH: Mapping[str, str] = {CHANGE: "期限的天数没有变", ERRATUM: "期限按勘误以后的规则计算"}
"""What people are told of the length of a limit that ends on another day."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A running limit whose due day is another one now."""

    case: str
    clock: str
    label: str
    owner: str
    before: date
    after: date
    provisional: bool


def moves(tx: Connection, law: Library, year: CalendarYear, today: date) -> tuple[Moved, ...]:
    """Return the limits of open cases that end on another day by `law` than the table says; nothing is written."""
    found: list[Moved] = []
    for case in _open_cases(tx, _near(year)):
        at = situation(tx, law, case, today)
        found += _moved(case.number, at.dues, _standing(tx, case.id))
    return tuple(found)


def recount(tx: Connection, law: Library, year: CalendarYear, now: datetime) -> tuple[Moved, ...]:
    """Ensure that the deadlines of every open case that `year` may touch are what `law` counts, each due day that moved
    stands in its case's trail, and the people concerned are told; gives those that moved, by case."""
    why = (
        f"{year.title}放假安排已由《{year.amends.strip('《》')}》修改" if year.amends else f"{year.title}放假安排已公布"
    )
    return _each(tx, law, _near(year), why, now)


def settle_provisional(tx: Connection, law: Library, now: datetime) -> tuple[Moved, ...]:
    """`recount` for whatever is still marked provisional though all years it may rest on are there by now.

    A case that was filed while a year was being loaded is found here.
    """
    last = max((y.year for y in law.calendar.years.values() if y.published), default=0)
    if not last:
        return ()
    return _each(tx, law, select(deadline.c.case_id).where(_provisional_until(last)), "放假安排已公布", now)


def moves_of(tx: Connection, law: Library, ids: Select[Any], today: date) -> tuple[Moved, ...]:
    """As `moves`, for the open ones among the cases of these ids."""
    found: list[Moved] = []
    for case in _open_cases(tx, ids):
        found += _moved(case.number, situation(tx, law, case, today).dues, _standing(tx, case.id))
    return tuple(found)


def mend(tx: Connection, law: Library, ids: Select[Any], why: str, now: datetime) -> tuple[Moved, ...]:
    """As `recount`, for the open ones among the cases of these ids, whose law an erratum mended."""
    return _each(tx, law, ids, why, now, ERRATUM)


def rebuild(tx: Connection, law: Library, now: datetime) -> int:
    """Ensure that the table of deadlines holds what the histories say, made from nothing; the number of rows.

    Rows have other ids; a rung that fired does not fire again.
    """
    made = 0
    for row in all_rows(
        tx.execute(select(cases).where(cases.c.closed_at.is_(None)).order_by(cases.c.id).with_for_update()), CaseRow
    ):
        made += _remake(tx, law, row, now)
    closed = select(cases.c.id).where(cases.c.closed_at.is_not(None))
    tx.execute(delete(deadline).where(deadline.c.case_id.in_(closed)))
    for one in tx.execute(select(record.c.id).order_by(record.c.id)).scalars().all():
        lifecycle.schedule(tx, one)
    made += len(tx.execute(select(deadline.c.id).where(deadline.c.record_id.is_not(None))).all())
    return made


def _remake(tx: Connection, law: Library, case: CaseRow, now: datetime) -> int:
    at = situation(tx, law, case, local_day(now))
    tx.execute(delete(deadline).where(deadline.c.case_id == case.id))
    fired = _fired(tx, case.id)
    rows = [
        {"case_id": case.id, "clock": name, **deadline_table.row_of(due, at.procedure, fired)}
        for name, due in at.dues.items()
    ]
    if rows:
        tx.execute(insert(deadline), rows)
    return len(rows)


def _provisional_until(last: int) -> ColumnElement[bool]:
    return deadline.c.provisional & (deadline.c.due_day <= date(last, 12, 31))


def _near(year: CalendarYear) -> Select[Any]:
    """Ids of cases a year may touch: a limit that ends in it or later, one that is paused, or one whose escalation,
    three working days after its end, may fall into it. A place's year touches the cases of that place alone."""
    near = select(deadline.c.case_id).where(
        deadline.c.case_id.is_not(None),
        or_(deadline.c.due_day.is_(None), deadline.c.due_day >= date(year.year - 1, 12, 1)),
    )
    if not year.region:
        return near
    return near.join(cases, cases.c.id == deadline.c.case_id).where(
        cases.c.division_code.startswith(prefix(year.region), autoescape=True)
    )


def _open_cases(tx: Connection, ids: Select[Any]) -> Iterable[CaseRow]:
    return all_rows(
        tx.execute(select(cases).where(cases.c.id.in_(ids), cases.c.closed_at.is_(None)).order_by(cases.c.id)), CaseRow
    )


def _each(
    tx: Connection, law: Library, ids: Select[Any], why: str, now: datetime, action: str = CHANGE
) -> tuple[Moved, ...]:
    found: list[Moved] = []
    for row in _open_cases(tx, ids):
        case = one_row(tx.execute(select(cases).where(cases.c.id == row.id).with_for_update()), CaseRow)
        if case.closed_at is None:
            found += _one(tx, law, case, why, now, action)
    return tuple(found)


def _one(tx: Connection, law: Library, case: CaseRow, why: str, now: datetime, action: str) -> list[Moved]:
    at = situation(tx, law, case, local_day(now))
    moved = _moved(case.number, at.dues, _standing(tx, case.id))
    _carry_over(tx, at, moved, now)
    soonest = deadline_table.sync(tx, at.procedure, case.id, at.dues, new=False)
    if case.due_day != soonest:
        tx.execute(update(cases).where(cases.c.id == case.id).values(due_day=soonest))
    if moved:
        told = "；".join(f"{m.label}由{day_text(m.before)}改为{day_text(m.after)}" for m in moved)
        days = [{"clock": m.clock, "before": m.before, "after": m.after, "provisional": m.provisional} for m in moved]
        changed = NewEvent(
            action=action, at=now, reason=f"{why}：{told}", content={"due_days": days}, law=law_of(at)
        )  # fmt: skip
        case_events.append(tx, case, changed)
        _tell(tx, case, moved, why, _LENGTH[action], now)
    return moved


def _moved(number: str, dues: Mapping[str, Due], standing: Mapping[str, Any]) -> list[Moved]:
    found = []
    for name, due in dues.items():
        before = standing.get(name)
        if before is not None and before.due_day and due.due_day and before.due_day != due.due_day:
            found.append(Moved(number, name, due.label, due.owner, before.due_day, due.due_day, due.provisional))
    return found


def _carry_over(tx: Connection, at: Situation, moved: list[Moved], now: datetime) -> None:
    """Ensure that a reminder that was given for the old due day is not given again for the new one, unless its time is yet to come."""
    fired = _fired(tx, at.case.id)
    for one in moved:
        due = at.dues[one.clock]
        for rung in rungs(due, at.procedure.clock[one.clock], due.calendar):
            name = deadline_table.rung_name(rung)
            told = (one.clock, one.before, name) in fired and (one.clock, one.after, name) not in fired
            if told and rung.kind in TELLING and rung.at <= now:
                tx.execute(
                    insert(rung_fired).values(
                        case_id=at.case.id, clock=one.clock, started_on=due.started_on, due_day=one.after, rung=name,
                        fired_at=now, late=0,
                    )
                )  # fmt: skip


def _standing(tx: Connection, case_id: int) -> dict[str, object]:
    return {
        row.clock: row
        for row in all_rows(tx.execute(select(deadline).where(deadline.c.case_id == case_id)), DeadlineRow)
    }


def _fired(tx: Connection, case_id: int) -> set[tuple[str, date, str]]:
    rows = tx.execute(
        select(rung_fired.c.clock, rung_fired.c.due_day, rung_fired.c.rung).where(
            rung_fired.c.case_id == case_id, rung_fired.c.returned_at.is_(None)
        )
    )
    return {(row.clock, row.due_day, row.rung) for row in rows}


def _tell(tx: Connection, case: CaseRow, moved: list[Moved], why: str, length: str, now: datetime) -> None:
    """Whoever must act hears of it, and so does the subject, whose case it is."""
    for one in moved:
        title = f"{case.number}：{one.label}改为{day_text(one.after)}届满"
        body = f"{why}，{one.label}的届满日由{day_text(one.before)}改为{day_text(one.after)}，{length}。"
        told = Notice.of(case, "due_day_moved", title, body, now)
        inbox.notify_owner(tx, one.owner, case, told)
        if one.owner not in SUBJECT_ROLES and not case.confidential:
            inbox.notify_subject(tx, case.subject_id, told)
