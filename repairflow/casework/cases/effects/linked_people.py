"""What those who answer for a listed subject (有关责任人员) are told: their own record follows the subject's entry."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.records import subject
from repairflow.records.rows import RecordRow

Move = Literal["listed", "removed", "expired", "annulled", "back"]
_HEAD = {"listed": "记入", "removed": "移出", "expired": "期满移出", "annulled": "撤销列入", "back": "恢复列入"}
_REST = {
    "listed": "您是其有关责任人员，记录一并记入信用档案；自然人的信息不公示。",
    "removed": "您作为有关责任人员的记录一并停止共享和使用。",
    "expired": "您作为有关责任人员的记录一并停止共享和使用。",
    "annulled": "您作为有关责任人员的记录一并撤销，自始无效。",
    "back": "您作为有关责任人员的记录一并恢复。",
}


def tell(tx: Connection, of: int, theirs: RecordRow, label: str, move: Move, now: datetime) -> None:
    """Ensure that whoever speaks for the person of a record hears how it moved with the entry of the subject `of` on a list."""
    name = tx.execute(select(subject.c.name).where(subject.c.id == of)).scalar_one()
    title = f"{_HEAD[move]}{label}：{name}"
    kind = "ended" if move in {"removed", "expired", "annulled"} else "progress"
    body = f"{name}{_HEAD[move]}{label}。{_REST[move]}"
    inbox.notify_subject(tx, theirs.subject_id, Notice(kind, title, body, now, record_id=theirs.id))
