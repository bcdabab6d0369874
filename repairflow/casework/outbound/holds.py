"""A target that takes no more messages (410): nothing goes there, and nothing is lost, until a person has looked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.records import target


def hold(tx: Connection, target_id: int, why: str, now: datetime) -> bool:
    """Ensure that pushes to the target wait, and supervisors and system administrators know; gives whether that is new."""
    row = tx.execute(select(target.c.code, target.c.name).where(target.c.id == target_id)).one()
    mine = (target.c.id == target_id, target.c.held_at.is_(None))
    if tx.execute(update(target).where(*mine).values(held_at=now, held_why=why[:2000])).rowcount == 0:
        return False
    event_log.append(tx, f"target/{row.code}", NewEvent(action=EventName.HOLD, at=now, reason=why))
    title = f"暂停推送：{row.name}不再接收"
    body = f"{why}\n排队的推送都留着。请与对方核对地址；更正地址或者恢复使用后，推送继续。"
    told = Notice("dead_letter", title, body, now)
    inbox.notify_supervisors(tx, told)
    inbox.notify_everywhere(tx, "system_admin", told)
    return True
