"""What reconciliation found: a platform shows something else than what we decided. People are told; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import page_captures, sync_findings
from repairflow.gateway.reconcile import Difference
from repairflow.records import target

MOST_NAMED = 20


def report_differences(tx: Connection, target_id: int, differences: Sequence[Difference], now: datetime) -> None:
    """Ensure that the differences of one target are its open findings and stand in the trail, and every supervisor is told by
    the channels that person chose; pages that newly still show what is repaired are fetched. Without any all its findings are mended,
    and nobody is told."""
    sync_findings.keep(tx, target_id, differences, now)
    if not differences:
        return
    page_captures.ask_of_new(tx, target_id, now)
    name = tx.execute(select(target.c.name).where(target.c.id == target_id)).scalar_one()
    texts = [one.text for one in differences]
    event_log.append(
        tx, "reconciliation", NewEvent(action=EventName.DIFFERS, at=now, content={"target": name, "differences": texts})
    )
    body = "\n".join(texts[:MOST_NAMED]) + (f"\n……共 {len(texts)} 条" if len(texts) > MOST_NAMED else "")
    title = f"对账：{name} 有 {len(texts)} 条与本系统不一致"
    inbox.notify_supervisors(tx, Notice("reconciliation", title, body, now))
