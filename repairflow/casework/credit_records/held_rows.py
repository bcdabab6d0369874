"""What a delivery brought that a person must look at (待核对): asked here, once for each question, and told to the office."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from repairflow.casework import record_identity, record_spellings
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem
from repairflow.gateway.penalties.verdicts import Suspect, Unchanged
from repairflow.records import held_row
from repairflow.records.rows import RecordRow
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
    """Ensure that the authority is asked whether a record that was kept from the public may be shown."""
    _ask(
        tx, "publish", authority_id, row.withheld, now,
        record_id=record_id, authority_id=authority_id, row=row.row, content=row.canonical(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """For whom a doubtful row waits, whose decision it is, in what it came and when; `entered_by` who typed it by hand."""

    office_id: int
    authority_id: int
    name: str
    now: datetime
    entered_by: int | None = None
    provenance: str = ""  # 补报历史数据


def hold(tx: Connection, vault: Vault, row: PenaltyRow, waits: Waits) -> None:
    """Ensure that a doubtful row waits for the people of the office that delivered it; it is no record yet. Who entered it
    by hand does not take it in."""
    content: dict[str, Any] = {"row": content_of(row), "source": row.canonical()}
    if waits.provenance:
        content["provenance"] = waits.provenance
    content["row"]["row"] = 0  # the same row elsewhere in a file is the same question
    _ask(
        tx, "row", waits.office_id, row.doubts, waits.now,
        authority_id=waits.authority_id, row=row.row, file_name=waits.name[:200], content=content,
        id_sealed=vault.seal(row.id_number) if row.id_number else None, proposed_by=waits.entered_by,
    )  # fmt: skip


def row_of(content: Mapping[str, Any], id_number: str | None) -> PenaltyRow:
    """Return a held row as it was delivered, its doubts settled."""
    kept = dict(content["row"])
    for name in ("decision_date", "valid_until", "publicity_end"):
        kept[name] = date.fromisoformat(kept[name]) if kept[name] else None
    for name in ("fine_wan", "confiscated_wan"):
        kept[name] = Decimal(kept[name]) if kept[name] is not None else None
    for name in ("penalty_kinds", "penalty_labels"):
        kept[name] = tuple(kept[name])
    kept["other"] = tuple((name, value) for name, value in kept["other"])
    for name in ("warnings", "withheld"):
        kept[name] = tuple(RowProblem(**problem) for problem in kept[name])
    return PenaltyRow(**{**kept, "doubts": ()}, id_number=id_number)


def follow(tx: Connection, vault: Vault, found: Unchanged | Suspect, *, name: str, now: datetime) -> None:
    """Ensure that a new spelling of a known decision is kept, and what a delivery says against a record that stands waits
    for its authority."""
    if isinstance(found, Suspect):
        for row in record_identity.named(tx, vault, found.key):
            if row.annulled_at is None:
                _ask_about(tx, row, found, name, now)
    elif found.key is not None:
        for row in record_identity.named(tx, vault, found.key):
            record_spellings.spell(tx, row.id, found.spelling, now)


def _ask_about(tx: Connection, row: RecordRow, suspect: Suspect, name: str, now: datetime) -> None:
    _ask(
        tx, "annul" if suspect.revoked else "publish", row.authority_id, suspect.problems, now,
        record_id=row.id, authority_id=row.authority_id, row=suspect.row, file_name=name[:200],
    )  # fmt: skip


def _ask(tx: Connection, kind: str, office_id: int, reasons: Iterable[RowProblem], now: datetime, **more: Any) -> None:  # noqa: ANN401  # columns
    """Ask one question, told to its office; nothing happens while the same question waits."""
    told = [
        {"field": p.field, "label": p.label, "reason": p.reason, **({"beside": p.beside} if p.beside else {})}
        for p in reasons
    ]
    content: Mapping[str, object] = more.pop("content", {})
    about = json.dumps(
        [kind, more.get("record_id"), content, str(more.get("authority_id"))], ensure_ascii=False, sort_keys=True
    )
    asked = digest(about.encode())
    first = tx.execute(
        select(held_row.c.id).where(
            held_row.c.office_id == office_id, held_row.c.kind == kind, held_row.c.state.in_(OPEN),
            held_row.c.file_name == more.get("file_name", ""), held_row.c.created_at == now,
        ).limit(1)
    ).first() is None  # fmt: skip
    waits = (held_row.c.office_id == office_id, held_row.c.digest == asked, held_row.c.state.in_(OPEN))
    if tx.execute(select(held_row.c.id).where(*waits)).first() is not None:
        return
    tx.execute(
        insert(held_row).values(
            kind=kind, office_id=office_id, reasons=told, content=content, digest=asked, state="waiting", created_at=now,
            **more,
        )
    )  # fmt: skip
    if not first:
        return  # of many from one file people are told once
    why = "；".join(dict.fromkeys(p["reason"] for p in told))
    inbox.notify_office(
        tx,
        office_id,
        LOOKED_AT_BY,
        Notice("held_row", f"待核对：{KIND_LABELS[kind]}", why[:1000], now, record_id=more.get("record_id")),
    )


def content_of(row: PenaltyRow) -> dict[str, object]:
    """Return a row as it is kept until a person has looked: all but a natural person's number, which is sealed beside it."""
    kept = asdict(row)
    kept.pop("id_number")
    for name in ("doubts", "warnings", "withheld"):
        for problem in kept[name]:
            problem.pop("beside")  # the reasons of the question keep it; the row is the same with and without
    plain: dict[str, object] = json.loads(json.dumps(kept, default=str))
    return plain
