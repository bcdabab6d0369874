"""Effects of the steps of an interview on the offices' calendar and on who must know: booked, asked for another day, answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.cases import meetings
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.errors import Invalid, Problem, Refused
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.times import SHANGHAI, local

OFFICERS = ("first_officer", "second_officer")


def book_meeting(tx: Connection, step: Transition) -> None:
    """Ensure that the office's calendar has the meeting that the step fixes, and the one it takes the place of is struck.

    Refused where room, officer or subject are elsewhere then; Invalid for people who are not of the office.
    """
    case, given = step.at.case, datetime.fromisoformat(str(step.inputs["meeting_at"]))
    starts_at, ends_at = meetings.hours(
        given if given.tzinfo else given.replace(tzinfo=SHANGHAI), step.fact("meeting_minutes")
    )
    names = [(field, str(step.fact(field) or "")) for field in OFFICERS]
    if step.actor.id is None:
        raise Invalid("约谈由人员安排。", [Problem(OFFICERS[0], "请选择约谈人员")])
    people = meetings.two_officers(tx, case.deciding_id, names)
    place = str(step.fact("place") or "")
    wanted = meetings.Booking(
        case, "interview", starts_at, ends_at, place, people, step.actor.id, moves=step.action.to is None
    )
    if found := meetings.book(tx, wanted, step.now, step.reason):
        raise Refused(found, "约谈的时间、地点或者人员与其他安排冲突，没有办理。")
    for one in people:
        if one.id != step.actor.id:
            body = f"{local(starts_at):%Y-%m-%d %H:%M}，{place}。"
            inbox.notify_person(tx, one.id, Notice.of(case, "turn", f"约谈安排：{case.number}", body, step.now))


def tell_other_side(tx: Connection, step: Transition) -> int:
    """Ensure that the other side has a notice of the step, with its reason: the office of what the subject asks, the subject
    of what it is answered."""
    case, label = step.at.case, step.action.label
    told = Notice.of(case, "progress", f"{label}：{case.number}", step.reason or label, step.now)
    if step.decided.role in SUBJECT_ROLES:
        awaited = sorted({role for one in step.at.procedure.actions_from(case.state).values() for role in one.by})
        inbox.notify_roles(tx, awaited, case, told)
    else:
        inbox.notify_subject(tx, case.subject_id, told)
    return 0
