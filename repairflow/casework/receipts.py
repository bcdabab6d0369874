"""What came back from outside: a receipt (推送回执), or word that a push was given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from repairflow.casework import notices
from repairflow.casework.house import House
from repairflow.casework.perform import try_system
from repairflow.records import cases, outbox, target


def receive(tx: Connection, house: House, outbox_id: int, receipt: Mapping[str, Any], now: datetime) -> None:
    """Afterwards the push is done, and the system has tried what waits for receipts (a case closes with the last one).

    A receipt for a row already ended changes nothing.
    """
    row = tx.execute(select(outbox.c.id, outbox.c.key, outbox.c.case_id).where(outbox.c.id == outbox_id)).one()
    number = None
    if row.case_id is not None:  # the case is locked before its outbox row, as everywhere
        number = tx.execute(select(cases.c.number).where(cases.c.id == row.case_id).with_for_update()).scalar_one()
    ended = tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state.in_(["waiting", "leased", "dead"]))
        .values(state="done", receipt=dict(receipt), next_at=None, lease_until=None, last_error=None, ended_at=now)
    )
    if ended.rowcount and number is not None:
        try_system(tx, house, number, "receipt", f"receipt/{row.key}", now)


def give_up(tx: Connection, house: House, outbox_id: int, error: str, now: datetime) -> None:
    """Afterwards the push is a dead letter that its supervisors have in their inbox; nothing is lost."""
    row = tx.execute(
        select(outbox.c.id, outbox.c.case_id, outbox.c.kind, target.c.name)
        .outerjoin(target, target.c.id == outbox.c.target_id)
        .where(outbox.c.id == outbox_id)
    ).one()
    tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(state="dead", last_error=error[:2000], next_at=None, lease_until=None, ended_at=now)
    )
    if row.case_id is not None:
        case = tx.execute(select(cases).where(cases.c.id == row.case_id)).one()
        notices.tell_roles(
            tx, ("supervisor", "head"), case, kind="dead_letter", title=f"推送未成功：{case.number} → {row.name or '文书制作'}",
            body=f"多次重试后仍未成功：{error[:500]}。请联系对方处理后重新推送，或者说明理由予以免除。", now=now,
        )  # fmt: skip


def retry(tx: Connection, outbox_id: int, now: datetime) -> bool:
    """A person sends a dead letter out again; gives whether there was one."""
    revived = tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state == "dead")
        .values(state="waiting", attempts=0, next_at=now, created_at=now, ended_at=None)
    )
    return revived.rowcount == 1
