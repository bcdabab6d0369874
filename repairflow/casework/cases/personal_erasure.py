"""Personal values in the trail, and in hearings that repeat them, are erased on request (个人信息保护法 47): values and salts go, digests
stay, the chain holds."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from repairflow.auditing import chain
from repairflow.casework import event_log
from repairflow.casework.cases.case_notes import stream_of
from repairflow.casework.changes import ErasePersonal
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import case_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import cases, event, event_personal, meeting

AUDIT_ADMIN = "audit_admin"


def erase(tx: Connection, given: ErasePersonal, now: datetime) -> int:
    """Ensure that no personal value of the case's trail and notes is left, nor who attended its hearings and what was said there, and an
    event says whose request it was; how many values of the trail there were.

    By an audit administrator or the operator. Raises Forbidden for others, Invalid without a reason, NotFound for a case one
    does not see, Conflict while it is open and where nothing is left to erase.
    """
    actor, reason = given.actor, given.reason.strip()
    if actor.kind != "system" and not actor.has_role(AUDIT_ADMIN):
        raise Forbidden("个人信息由审计管理员删除。")
    if not reason:
        raise Invalid("请写明删除的理由，例如本人的申请及日期。")
    case = tx.execute(
        select(cases.c.id, cases.c.closed_at).where(cases.c.number == given.case, case_scope(actor))
    ).first()
    if case is None:
        raise NotFound
    if case.closed_at is None:
        raise Conflict("办件尚未办结，个人信息仍在使用，不能删除。请在办结后再删除。")
    found = tx.execute(_values(case.id, given.case)).all()
    hearings = tx.execute(update(meeting).where(_heard(case.id)).values(attended=None, said=None)).rowcount
    if not found and not hearings:
        raise Conflict("这个办件没有可以删除的个人信息。")
    erased = sum(chain.erase(tx, row.event_id) for row in found)
    notes = [row.seq for row in found if row.stream == stream_of(given.case)]
    steps = [row.seq for row in found if row.stream != stream_of(given.case)]
    said = {"case": given.case, "events": steps, "notes": notes, "values": erased, "hearings": hearings}
    role = AUDIT_ADMIN if actor.kind != "system" else "system"
    new = NewEvent(action=EventName.ERASE_PERSONAL, at=now, by=actor, role=role, reason=reason, content=said)
    event_log.append(tx, f"erasure/{given.case}", new)
    return erased or hearings  # an earlier release left the hearings alone


class Erasure(NamedTuple):
    """Who erased the personal values of a case, when and why."""

    actor_name: str
    at: datetime
    reason: str


def last(tx: Connection, number: str) -> Erasure | None:
    """Return the newest erasure in a case; None where there was none."""
    return event_log.newest(tx, f"erasure/{number}", Erasure)


def is_left(tx: Connection, case_id: int, number: str) -> bool:
    """Tell whether a case has anything that `erase` would take away."""
    hearing = select(meeting.c.id).where(_heard(case_id)).limit(1)
    return any(tx.execute(one).first() is not None for one in (_values(case_id, number).limit(1), hearing))


def _values(case_id: int, number: str) -> Select[tuple[int, int, str]]:
    """Return the events of a case and its notes that still have personal values."""
    return (
        select(event_personal.c.event_id, event.c.seq, event.c.stream)
        .join(event, event.c.id == event_personal.c.event_id)
        .where(
            or_(event.c.case_id == case_id, event.c.stream == stream_of(number)), event_personal.c.value.is_not(None)
        )
        .distinct()
        .order_by(event.c.stream, event.c.seq)
    )


def _heard(case_id: int) -> ColumnElement[bool]:
    return and_(meeting.c.case_id == case_id, or_(meeting.c.attended.is_not(None), meeting.c.said.is_not(None)))
