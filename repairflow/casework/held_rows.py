"""What a delivery brought that a person must look at (待核对): asked here, once for each question, and told to the office."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from repairflow.casework import identity, notices
from repairflow.casework.notices import Notice
from repairflow.gateway.penalty_file import Suspect, Unchanged
from repairflow.gateway.penalty_row import PenaltyRow, RowProblem
from repairflow.records import held_row
from repairflow.vault import Vault, digest

OPEN = ("waiting", "proposed")
LOOKED_AT_BY = ("head", "decider", "examiner", "reviewer")
"""Roles of the office that are told that something waits."""
KIND_LABELS = {
    "row": "存疑的行，是否入库",
    "publish": "是否公示",
    "annul": "报送为已撤销，是否撤销信息",
    "clash": "同一决定有两条信息",
}


def ask_to_publish(tx: Connection, record_id: int, authority_id: int, row: PenaltyRow, now: datetime) -> None:
    """Afterwards the authority is asked whether a record that was kept from the public may be shown."""
    _ask(
        tx, "publish", authority_id, row.withheld, now,
        record_id=record_id, authority_id=authority_id, row=row.row, content=row.canonical(),
    )  # fmt: skip


def follow(tx: Connection, vault: Vault, found: Unchanged | Suspect, *, name: str, now: datetime) -> None:
    """Afterwards a new spelling of a known decision is kept, and what a delivery says against a record that stands waits
    for its authority."""
    if isinstance(found, Suspect):
        for row in identity.named(tx, vault, found.key):
            if row.annulled_at is None:
                _ask_about(tx, row, found, name, now)
    elif found.key is not None:
        for row in identity.named(tx, vault, found.key):
            identity.spell(tx, row.id, found.spelling, now)


def _ask_about(tx: Connection, row: Any, suspect: Suspect, name: str, now: datetime) -> None:
    _ask(
        tx, "annul" if suspect.revoked else "publish", row.authority_id, suspect.problems, now,
        record_id=row.id, authority_id=row.authority_id, row=suspect.row, file_name=name[:200],
    )  # fmt: skip


def _ask(tx: Connection, kind: str, office_id: int, reasons: Iterable[RowProblem], now: datetime, **more: Any) -> None:
    """One question, told to its office; nothing happens while the same question waits."""
    told = [{"field": p.field, "label": p.label, "reason": p.reason} for p in reasons]
    content: Mapping[str, object] = more.pop("content", {})
    about = json.dumps([kind, more.get("record_id"), content], ensure_ascii=False, sort_keys=True)
    asked = digest(about.encode())
    waits = (held_row.c.office_id == office_id, held_row.c.digest == asked, held_row.c.state.in_(OPEN))
    if tx.execute(select(held_row.c.id).where(*waits)).first() is not None:
        return
    tx.execute(
        insert(held_row).values(
            kind=kind, office_id=office_id, reasons=told, content=content, digest=asked, state="waiting", created_at=now,
            **more,
        )
    )  # fmt: skip
    why = "；".join(dict.fromkeys(p["reason"] for p in told))
    notices.tell_office(
        tx,
        office_id,
        LOOKED_AT_BY,
        Notice("held_row", f"待核对：{KIND_LABELS[kind]}", why[:1000], now, record_id=more.get("record_id")),
    )


def content_of(row: PenaltyRow) -> dict[str, Any]:
    """A row as it is kept until a person has looked: all but a natural person's number, which is sealed beside it."""
    kept = asdict(row)
    kept.pop("id_number")
    plain: dict[str, Any] = json.loads(json.dumps(kept, default=str))
    return plain
