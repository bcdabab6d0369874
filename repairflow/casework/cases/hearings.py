"""Hearings (听证): booked by the office that decides, told to the subject, who may ask once for another time.

What was done stands in a stream of its own (`hearing/<办件编号>`); the subject is told each time and sees the old time struck.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases import meetings
from repairflow.casework.cases.meetings import Booking
from repairflow.casework.changes import AskHearingMove, BookHearing, CancelHearing, RefuseHearingMove
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import demanded_text, written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import may_see, post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused
from repairflow.law.deadlines.lengths import last_day
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.remedy import length
from repairflow.records import cases, meeting
from repairflow.records.rows import CaseRow, MeetingRow, first_row
from repairflow.times import SHANGHAI, local, local_day

LEAD = "hearing_lead"
"""The term of the rule pack between the notice of a hearing and the hearing; what it rests on the pack says, too."""
LONGEST = 2000
LONGEST_PLACE = 200
MOST_MINUTES = 480


class Soonest(NamedTuple):
    """The first day for a hearing, and why it is that day, in words."""

    day: date
    why: str


def book(tx: Connection, services: Services, given: BookHearing, now: datetime) -> bool:
    """Ensure that the hearing stands at that time, one still to come is struck, and the subject and officers know.

    Forbidden to who has no post in the deciding office; Invalid naming the fields; Refused with every clash.
    """
    case = _led(tx, given.actor, given.case)
    if case.internal or case.confidential:
        raise Conflict("当事人还看不到这个办件，送达以后才能安排听证。")
    before = meetings.ahead(tx, case.id, "hearing", now)
    start = _start(given, before is not None, soonest(services.law, case, now))
    people = meetings.two_officers(tx, case.deciding_id, (("first", given.first), ("second", given.second)))
    starts_at, ends_at = meetings.hours(start, given.minutes)
    wanted = Booking(case, "hearing", starts_at, ends_at, given.place.strip(), people, given.actor.id or 0)
    if found := meetings.book(tx, wanted, now, given.reason.strip() or None):
        raise Refused(found, "听证的时间、地点或者人员与其他安排冲突，没有办理。")
    told = f"{local(starts_at):%Y-%m-%d %H:%M}，{wanted.place}。"
    if before is not None:
        told += f"原定{local(before.starts_at):%Y-%m-%d %H:%M}的听证改期，原定时间不再执行。{given.reason.strip()}"
    _note(tx, case, given.actor, EventName.BOOK_HEARING, {"starts_at": starts_at, "place": wanted.place}, now)
    title = f"{'听证改期' if before is not None else '听证安排'}：{case.number}"
    inbox.notify_subject(tx, case.subject_id, Notice.of(case, "progress", title, told, now))
    for one in people:
        if one.id != given.actor.id:
            inbox.notify_person(tx, one.id, Notice.of(case, "turn", title, told, now))
    return True


def cancel(tx: Connection, given: CancelHearing, now: datetime) -> bool:
    """Ensure that the hearing is struck and the subject knows why. Conflict where none stands; Invalid without a reason."""
    case, row = _ahead(tx, given.actor, given.case, now)
    reason = _reason(given.reason)
    tx.execute(update(meeting).where(meeting.c.id == row.id).values(ended="cancelled", ended_at=now, ended_why=reason))
    _note(tx, case, given.actor, EventName.CANCEL_HEARING, {"reason": reason}, now)
    body = f"原定{local(row.starts_at):%Y-%m-%d %H:%M}的听证取消。{reason}"
    inbox.notify_subject(tx, case.subject_id, Notice.of(case, "progress", f"听证取消：{case.number}", body, now))
    return True


def ask(tx: Connection, given: AskHearingMove, now: datetime) -> bool:
    """Ensure that the office knows that the subject asks for another time, and why; the hearing stands until it answers.

    Conflict where no hearing stands, one was asked for already, or its time has come.
    """
    case = first_row(tx.execute(select(cases).where(cases.c.number == given.case).with_for_update()), CaseRow)
    if case is None or not may_see(given.actor, case) or case.subject_id not in given.actor.subjects:
        raise NotFound
    row = meetings.ahead(tx, case.id, "hearing", now)
    if row is None:
        raise Conflict("没有可以申请改期的听证：没有安排，或者已经到了时间。")
    if row.asked_at is not None:
        raise Conflict("已经申请过改期，请等待答复；答复以前按原定时间参加。")
    problems: list[Problem] = []
    reason = written(given.reason, LONGEST, problems, "reason", "改期的理由", "请填写改期的理由")
    wish = written(given.times, LONGEST_PLACE, problems, "times", "希望改到的时间", "请写明希望改到的时间")
    if problems:
        raise Invalid("申请没有提交，请按提示修改。", problems)
    values = {"asked_at": now, "asked_why": reason, "asked_for": wish}
    tx.execute(update(meeting).where(meeting.c.id == row.id).values(values))
    _note(tx, case, given.actor, EventName.ASK_HEARING_MOVE, {"reason": reason, "times": wish}, now)
    body = f"希望改到：{wish}。理由：{reason}"
    for key in (row.first_id, row.second_id):
        inbox.notify_person(tx, key, Notice.of(case, "turn", f"申请听证改期：{case.number}", body, now))
    return True


def refuse(tx: Connection, given: RefuseHearingMove, now: datetime) -> bool:
    """Ensure that the subject knows that the hearing stands as it is, and why. Conflict where nothing was asked."""
    case, row = _ahead(tx, given.actor, given.case, now)
    if row.asked_at is None or row.refused_at is not None:
        raise Conflict("没有等待答复的改期申请。")
    reason = _reason(given.reason)
    tx.execute(update(meeting).where(meeting.c.id == row.id).values(refused_at=now, refused_why=reason))
    _note(tx, case, given.actor, EventName.REFUSE_HEARING_MOVE, {"reason": reason}, now)
    body = f"听证仍于{local(row.starts_at):%Y-%m-%d %H:%M}举行。{reason}"
    inbox.notify_subject(tx, case.subject_id, Notice.of(case, "progress", f"不同意听证改期：{case.number}", body, now))
    return True


def soonest(law: Library, case: CaseRow, now: datetime) -> Soonest:
    """Return the first day for a hearing that is announced now, and why; Conflict where neither the case's pack nor today's says."""
    packs = (law.packs[case.pack], law.pack_on(local_day(now)))
    pack = next((one for one in packs if LEAD in one.term), None)
    if pack is None:
        raise Conflict("规则包没有写明举行听证距通知的期间（term.hearing_lead），请联系法制审核人员补充。")
    term = pack.term[LEAD]
    day = last_day(law.calendars.of(case.division_code), local_day(now), term.days)
    rests_on = "、".join(pack.basis[name].citation for name in term.basis if name in pack.basis)
    return Soonest(day, f"在通知以后至少{length(term.days)}，即不早于{day}" + (f"（{rests_on}）" if rests_on else ""))


def _start(given: BookHearing, moved: bool, first: Soonest) -> datetime:
    """Return the start of the hearing asked for; Invalid with everything that is wrong with the form."""
    problems, start = [], given.starts_at
    if start is not None and start.tzinfo is None:
        start = start.replace(tzinfo=SHANGHAI)
    if start is None or local_day(start) < first.day:
        problems.append(Problem("starts_at", f"请填写听证时间，{first.why}"))
    written(given.place, LONGEST_PLACE, problems, "place", "听证地点", "请填写听证地点")
    if not 15 <= given.minutes <= MOST_MINUTES:
        problems.append(Problem("minutes", f"时长为 15 至 {MOST_MINUTES} 分钟"))
    written(given.reason, LONGEST, problems, "reason", "改期的理由", "请填写改期的理由" if moved else "")
    if problems or start is None:
        raise Invalid("听证没有安排，请按提示修改。", problems)
    return start


def _reason(text: str) -> str:
    return demanded_text(text, LONGEST, "reason", "理由", "请填写理由", "没有办理，请按提示修改。")


def _ahead(tx: Connection, actor: Actor, number: str, now: datetime) -> tuple[CaseRow, MeetingRow]:
    case = _led(tx, actor, number)
    row = meetings.ahead(tx, case.id, "hearing", now)
    if row is None:
        raise Conflict("这个办件没有待举行的听证：没有安排，或者已经到了时间、已经取消。")
    return case, row


def _led(tx: Connection, actor: Actor, number: str) -> CaseRow:
    """Return the open case, in whose deciding office the actor has a post; nobody else changes it until `tx` ends."""
    row = first_row(tx.execute(select(cases).where(cases.c.number == number).with_for_update()), CaseRow)
    if row is None or not may_see(actor, row):
        raise NotFound
    if post_in(actor, row.deciding_id) is None:
        raise Forbidden("听证由决定单位安排。")
    if row.closed_at is not None:
        raise Conflict("办件已经办结，不再安排听证。")
    return row


def _note(tx: Connection, case: CaseRow, actor: Actor, name: EventName, said: dict[str, object], now: datetime) -> None:
    role = post_in(actor, case.deciding_id) or "subject"
    new = NewEvent(action=name, at=now, by=actor, role=role, content={"case": case.number, **said})
    event_log.append(tx, f"hearing/{case.number}", new)
