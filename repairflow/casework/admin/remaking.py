"""A letter's PDF that was lost, or whose signature is no longer to be relied on, is made again from its words, which never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.auditing.press_events import PRESS_STREAM
from repairflow.casework import event_log
from repairflow.casework.admin.certificates import told_reason
from repairflow.casework.admin.permissions import SYSTEM_ADMIN, capacity
from repairflow.casework.changes import RemakeLetter
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound import pushes
from repairflow.errors import Conflict, NotFound
from repairflow.records import letter


def ask(tx: Connection, given: RemakeLetter, now: datetime) -> None:
    """Ensure that the PDF of the letter with this number is made again where it is lost, is another file or was signed with a revoked
    certificate; the trail says who asked and why, and then of the new file which it replaces.

    By a system administrator. NotFound for no such number, Conflict for a letter whose PDF was never made, Invalid without a reason.
    """
    role = capacity(given.actor, SYSTEM_ADMIN)
    reason = told_reason(given.reason, [])
    number = "".join(given.number.split())
    row = tx.execute(
        select(letter.c.id, letter.c.case_id, letter.c.pdf_digest).where(letter.c.number == number)
    ).first()
    if row is None:
        raise NotFound("没有这个文号的文书。请按文书上的文号填写，如：溪环信修〔2026〕1号")
    if row.pdf_digest is None:
        raise Conflict("这份文书的 PDF 还没有制作过，制作完成前自动重试，不需要重新制作。")
    said = {"letter": number, "missing": row.pdf_digest}
    new = NewEvent(action=EventName.ASK_REMAKE, at=now, by=given.actor, role=role, content=said, reason=reason)
    asked = event_log.append(tx, PRESS_STREAM, new)
    # Why an earlier request waited is no reason of this one: people hear of each.
    tx.execute(update(letter).where(letter.c.id == row.id).values(press_error=None))
    pushes.press(tx, row.id, row.case_id, now, again=asked.seq)
