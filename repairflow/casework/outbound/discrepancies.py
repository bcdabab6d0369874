"""What reconciliation found: a platform shows something else than what we decided. People are told; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.gateway.reconcile import Difference
from repairflow.records import target

MOST_NAMED = 20


def report_differences(tx: Connection, target_id: int, differences: Sequence[Difference], now: datetime) -> None:
    """Afterwards the differences of one target stand in the trail, and every supervisor is told by the channels that person chose."""
    name = tx.execute(select(target.c.name).where(target.c.id == target_id)).scalar_one()
    texts = [one.text for one in differences]
    seq, head = chain.heads(tx, "reconciliation")
    chain.append(
        tx,
        stream="reconciliation",
        prev_seq=seq,
        prev_digest=head,
        case_id=None,
        record_id=None,
        at=now,
        action="differs",
        from_state=None,
        to_state=None,
        actor_id=None,
        actor_name="系统",
        actor_role="system",
        reason=None,
        command_id=None,
        content={"target": name, "differences": texts},
    )
    body = "\n".join(texts[:MOST_NAMED]) + (f"\n……共 {len(texts)} 条" if len(texts) > MOST_NAMED else "")
    title = f"对账：{name} 有 {len(texts)} 条与本系统不一致"
    inbox.tell_supervisors(tx, Notice("reconciliation", title, body, now))
