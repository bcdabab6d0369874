"""Inputs that officers never see (举报人身份): sealed when a case is opened, opened only with a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import SEES_ALL
from repairflow.errors import Forbidden, Invalid
from repairflow.records import sealed_input
from repairflow.records.rows import SealedInputRow, all_rows
from repairflow.vault import Vault


def keep(tx: Connection, vault: Vault, case_id: int, secrets: Mapping[str, str]) -> None:
    """Ensure that the values lie sealed beside the case; neither its row nor its trail holds them."""
    tx.execute(
        insert(sealed_input),
        [{"case_id": case_id, "name": name, "sealed": vault.seal(value)} for name, value in secrets.items()],
    )


def reveal(
    tx: Connection, vault: Vault, case_id: int, number: str, actor: Actor, reason: str, now: datetime
) -> dict[str, str]:
    """Return the sealed values of a case, for an auditor who says why; the look stands in the trail for ever.

    Raises Forbidden for anybody else and Invalid without a reason.
    """
    if not actor.has_role(*SEES_ALL):
        raise Forbidden("举报人身份信息只有审计人员说明理由后可以查看。")
    if not reason.strip():
        raise Invalid("请写明查看的理由。")
    found = opened(tx, vault, case_id)
    stream = f"vault/{number}"
    event_log.append(
        tx,
        stream,
        NewEvent(
            action=EventName.REVEAL,
            at=now,
            by=actor,
            role="auditor",
            reason=reason,
            content={"case": number, "fields": list(found)},
        ),
    )
    return found


def opened(tx: Connection, vault: Vault, case_id: int) -> dict[str, str]:
    """Return the sealed values of a case, for those who have shown that they may and whose look stands in the trail."""
    sealed = select(sealed_input).where(sealed_input.c.case_id == case_id).order_by(sealed_input.c.id)
    return {row.name: vault.open(row.sealed) for row in all_rows(tx.execute(sealed), SealedInputRow)}
