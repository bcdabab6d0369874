"""The rooms that an office offers for interviews and hearings: who leads the office keeps the list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log, new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.cases.assignment import LEADS, leads
from repairflow.casework.changes import CloseRoom, OpenRoom
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import plain_text
from repairflow.casework.permissions import post_in
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.records import meeting_room, office
from repairflow.records.rows import MeetingRoomRow, first_row

LONGEST = 60


def open_room(tx: Connection, given: OpenRoom, now: datetime) -> bool:
    """Ensure that the office offers the room; one that was closed is open again. Forbidden to who does not lead it."""
    place = tx.execute(select(office.c.id, office.c.code).where(office.c.code == given.office.strip())).first()
    if place is None:
        raise NotFound("没有找到这个单位。")
    name = " ".join(given.name.split())
    _require(given.actor, place.id)
    try:
        plain_text(name, LONGEST)
    except ValueError as error:
        raise Invalid("没有保存，请按提示修改。", [Problem("name", f"名称{error}")]) from None
    if len(name) < 2:
        raise Invalid("没有保存，请按提示修改。", [Problem("name", "请填写名称，如 三楼约谈室")])
    if new_rows.enter(tx, meeting_room, {"office_id": place.id, "name": name}) is None:
        same = (
            meeting_room.c.office_id == place.id,
            meeting_room.c.name == name,
            meeting_room.c.closed_at.is_not(None),
        )
        if tx.execute(update(meeting_room).where(*same).values(closed_at=None)).rowcount == 0:
            raise Invalid("没有保存，请按提示修改。", [Problem("name", "已经有同名的约谈室")])
    _note(tx, place.code, given.actor, place.id, (EventName.OPEN_ROOM, name), now)
    return True


def close_room(tx: Connection, given: CloseRoom, now: datetime) -> bool:
    """Ensure that the room is no longer offered; what is booked there stays."""
    row = first_row(tx.execute(select(meeting_room).where(meeting_room.c.id == given.room_id)), MeetingRoomRow)
    if row is None or row.closed_at is not None:
        raise NotFound("没有找到这个约谈室，可能已经停用。")
    _require(given.actor, row.office_id)
    tx.execute(update(meeting_room).where(meeting_room.c.id == row.id).values(closed_at=now))
    code = str(tx.execute(select(office.c.code).where(office.c.id == row.office_id)).scalar_one())
    _note(tx, code, given.actor, row.office_id, (EventName.CLOSE_ROOM, row.name), now)
    return True


def _require(actor: Actor, office_id: int) -> None:
    if not leads(actor, office_id):
        raise Forbidden("约谈室由本单位的负责人和批准人登记。")


def _note(tx: Connection, code: str, actor: Actor, office_id: int, what: tuple[EventName, str], now: datetime) -> None:
    role = post_in(actor, office_id, LEADS) or "staff"
    new = NewEvent(action=what[0], at=now, by=actor, role=role, content={"room": what[1]})
    event_log.append(tx, f"office/{code}", new)
