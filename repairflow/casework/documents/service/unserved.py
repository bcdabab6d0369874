"""Letters nobody recorded as served (没有登记送达): who answers for them is reminded, because a subject's limits and remedies
begin with service alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, true

from repairflow.casework.case_state.standing_letters import stands
from repairflow.casework.context import Services
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.records import cases, event, letter, notice, office, role_grant, service
from repairflow.times import at, local_day

KIND = "unserved"
TOLD = ("acceptor", "registrar", "head")
LOOKED_BACK = timedelta(days=90)
"""Older letters are left to the audit: a reminder about each of them would drown what is to be done."""
WINDOW = 5
"""Working days within which a reminder that an outage delayed is still sent."""
SHOWN = 10
"""So many of the oldest a page lists, beside how many there are."""
COUNTED = 200
"""As far as they are counted: whoever has more to do does not need the number, and a page must not read all of them."""


class Unserved(NamedTuple):
    """A letter that has to be served and is not, and for how many working days."""

    token: str
    number: str
    title: str
    case: str
    office: str
    issued_on: date
    days: int
    case_id: int
    record_id: int | None
    office_id: int
    by: int | None  # who took the step that issued it


class Late(NamedTuple):
    """How many letters there are, at most `COUNTED`, and the oldest of them; whether there are more than were counted."""

    total: int
    oldest: tuple[Unserved, ...]
    more: bool = False


_served = exists().where(service.c.letter_id == letter.c.id, service.c.withdrawn_at.is_(None)).correlate(letter)
_KIND_IN_ITS_CASE = cases.c.procedure + " " + cases.c.procedure_version + " " + letter.c.kind
"""One text: a list of hundreds of them is quick to look through, hundreds of conditions are dear to compose and to answer."""


def _must_be_served(law: Library) -> ColumnElement[bool]:
    """Tell whether a letter's kind is served in cases of the version its case follows."""
    return _KIND_IN_ITS_CASE.in_([" ".join(one) for one in law.served_letters])


def late(tx: Connection, law: Library, within: int, today: date, offices: frozenset[int] | None = None) -> Late:
    """Letters that were issued `within` working days ago or longer, in the last `LOOKED_BACK`, and must be served and are
    not: of these offices, or of all. Confidential cases are those of their own offices alone."""
    mine = cases.c.confidential.is_(False) if offices is None else letter.c.office_id.in_(offices)
    whose = _late(law, within, today, mine)
    some = select(letter.c.id).join(cases, cases.c.id == letter.c.case_id).where(*whose).limit(COUNTED + 1).subquery()
    total = int(tx.execute(select(func.count()).select_from(some)).scalar_one())
    oldest = tuple(_lines(tx, law, today, whose, SHOWN)) if total else ()
    return Late(min(total, COUNTED), oldest, more=total > COUNTED)


def _late(law: Library, within: int, today: date, whose: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    last = law.calendar.subtract_working_days(today + timedelta(days=1), within)
    return (
        stands(), ~_served, whose,
        letter.c.issued_at >= at(today - LOOKED_BACK, time.min), letter.c.issued_at < at(last, time.min),
        _must_be_served(law),
    )  # fmt: skip


def _lines(
    tx: Connection, law: Library, today: date, which: tuple[ColumnElement[bool], ...], most: int | None
) -> Iterator[Unserved]:
    """Yield these letters, oldest first; all of them without `most`."""
    rows = tx.execute(
        select(
            letter.c.token, letter.c.number, letter.c.title, letter.c.issued_at, letter.c.office_id,
            office.c.name.label("office"), cases.c.number.label("case"), cases.c.id, cases.c.record_id,
            event.c.actor_id,
        )
        .join(cases, cases.c.id == letter.c.case_id)
        .join(office, office.c.id == letter.c.office_id)
        .outerjoin(event, and_(event.c.case_id == letter.c.case_id, event.c.seq == letter.c.event_seq))
        .where(*which)
        .order_by(letter.c.issued_at, letter.c.id)
        .limit(most)
    )  # fmt: skip
    for row in rows:
        issued_on = local_day(row.issued_at)
        days = law.calendar.count_working_days(issued_on, today)
        yield Unserved(
            row.token, row.number, row.title, row.case, row.office, issued_on, days, row.id, row.record_id,
            row.office_id, row.actor_id,
        )  # fmt: skip


def remind(tx: Connection, services: Services, now: datetime) -> int:
    """Ensure that the office of each letter that has not been served for so many working days knows of it, and so does who
    issued it; after twice as many the supervisors do. Once each; gives how many reminders there were."""
    today, within, told = local_day(now), services.serve_within, 0
    if not services.law.calendar.is_working(today):
        return 0
    which = _late(services.law, within, today, true())
    for one in list(_lines(tx, services.law, today, which, None)):
        if one.days < within + WINDOW:
            told += _tell(tx, one, _first(one), now, supervisors=False)
        elif 2 * within <= one.days < 2 * within + WINDOW:
            told += _tell(tx, one, _second(one, within), now, supervisors=True)
    return told


def _first(one: Unserved) -> str:
    return f"{one.number}：制发后没有登记送达"


def _second(one: Unserved, within: int) -> str:
    return f"{one.number}：制发后超过{2 * within}个工作日没有登记送达"


def _tell(tx: Connection, one: Unserved, title: str, now: datetime, *, supervisors: bool) -> int:
    """1 where somebody was told now, 0 where it was told before."""
    before = select(notice.c.id).where(notice.c.case_id == one.case_id, notice.c.kind == KIND, notice.c.title == title)
    if tx.execute(before.limit(1)).first() is not None:
        return 0
    body = (
        f"{one.office}于{day_text(one.issued_on)}制发的《{one.title}》（{one.number}，办件{one.case}）已过{one.days}个工作日，没有登记送达。"
        "当事人补正、陈述、申请复核、申请行政复议和起诉的期限自送达起算。请送达并登记；文书有误的，请更正、重新出具。"
    )
    message = Notice(KIND, title, body, now, one.case_id, one.record_id)
    inbox.notify_office(tx, one.office_id, (*TOLD, "supervisor") if supervisors else TOLD, message)
    if one.by is not None and not supervisors and not _holds(tx, one.by, one.office_id):
        inbox.notify_person(tx, one.by, message)
    return 1


def _holds(tx: Connection, person_id: int, office_id: int) -> bool:
    """Tell whether a person is told with the office anyway."""
    mine = (role_grant.c.person_id == person_id, role_grant.c.office_id == office_id, role_grant.c.role.in_(TOLD))
    return tx.execute(select(role_grant.c.id).where(*mine).limit(1)).first() is not None
