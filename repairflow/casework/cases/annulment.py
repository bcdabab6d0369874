"""A decision that was undone itself (判决、复议决定撤销，机关自行撤销): its authority annuls the record, two people together.

The first says by which document; the second confirms among the held items, where the record is sealed, and platforms, subject
and partners are told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from repairflow import plain
from repairflow.casework.case_state import withdrawal_statements
from repairflow.casework.changes import ProposeAnnulment
from repairflow.casework.credit_records import duty_performance
from repairflow.casework.credit_records.held_rows import OPEN
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.offices_lookup import current_office
from repairflow.casework.permissions import record_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.guards import day_text
from repairflow.records import held_row, record
from repairflow.records.rows import HeldRow, RecordRow, first_row
from repairflow.times import local_day
from repairflow.vault import digest

GROUNDS = {
    "court": "人民法院判决撤销、变更，或者确认违法、无效",
    "reconsideration": "行政复议决定撤销、变更，或者确认违法",
    "authority": "作出机关自行撤销",
    "superior": "上级机关撤销",
}
LABELS = {"ground": "撤销依据", "document": "依据文书及文号", "day": "文书日期", "reason": "理由"}
LONGEST = {"document": 200, "reason": 500}
CONFIRMING = ("decider", "head")
DELIVERED = "报送单位已报送撤销该处罚决定，经认定单位两人核对后撤销信息"
"""What is stated publicly where a delivered row says 撤销 and names no document."""


@dataclass(frozen=True, slots=True)
class Undone:
    """By what a decision was undone; the words of a form or a message, not yet read."""

    ground: str
    document: str
    day: str
    reason: str


def propose(tx: Connection, given: ProposeAnnulment, now: datetime) -> int:
    """Ensure that the annulment waits for a second person of the authority; gives the number of the held item.

    Raises NotFound, Forbidden to all but the authority, Conflict where the record is annulled or the question is asked
    already, Invalid with every fault.
    """
    query = select(record).where(record.c.number == given.record.strip().upper(), record_scope(given.actor))
    row = first_row(tx.execute(query.with_for_update()), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    if row.authority_id not in duty_performance.registrars(given.actor):
        raise Forbidden("撤销由认定单位提出。")
    undone = Undone(given.ground, given.document, given.day, given.reason)
    item = {"state": "proposed", "proposed_by": given.actor.id, "proposed_at": now}
    return _ask(tx, row, undone, item, now)


def deliver(tx: Connection, number: str, undone: Undone, called: str, now: datetime) -> int:
    """Ensure that two people of the authority look whether its record is annulled, as what is `called` so says; gives the number of
    the held item. Raises Conflict and Invalid as `propose`."""
    row = first_row(tx.execute(select(record).where(record.c.number == number).with_for_update()), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息。")
    return _ask(tx, row, undone, {"state": "waiting", "file_name": called, "row": 1}, now)


def told_publicly(held: HeldRow) -> str:
    """By whom and by which document, as everybody is told it; nothing else of a delivered row: its faults quote what it holds."""
    return next((one["reason"] for one in held.reasons if one["label"] == LABELS["ground"]), DELIVERED)


def _ask(tx: Connection, row: RecordRow, undone: Undone, item: Mapping[str, object], now: datetime) -> int:
    """Return one question to the authority; the other columns of the item are given."""
    if row.annulled_at is not None:
        raise Conflict("这条信息已经撤销。")
    waits = (held_row.c.record_id == row.id, held_row.c.kind == "annul", held_row.c.state.in_(OPEN))
    if tx.execute(select(held_row.c.id).where(*waits)).first() is not None:
        raise Conflict("这条信息是否撤销已在待核对中，请到“待核对”办理。")
    problems: list[Problem] = []
    words = {
        name: written(getattr(undone, name), longest, problems, name, LABELS[name], f"请填写“{LABELS[name]}”")
        for name, longest in LONGEST.items()
    }
    if withdrawal_statements.was_public(tx, row):  # the document is stated publicly once the annulment is confirmed
        problems += withdrawal_statements.faults(tx, row, words["document"], "document", LABELS["document"])
    day = _day(row, undone.day, problems, now)
    if undone.ground not in GROUNDS:
        problems.append(Problem("ground", f"请选择“{LABELS['ground']}”"))
    if problems:
        raise Invalid("没有提出撤销，请按提示修改。", problems)
    why = f"{GROUNDS[undone.ground]}：{words['document']}（{day_text(day)}）"
    place = current_office(tx, row.authority_id)
    made = tx.execute(
        insert(held_row)
        .values(
            kind="annul", office_id=place, authority_id=row.authority_id, record_id=row.id, content={},
            reasons=[{"field": "CF_ZT", "label": LABELS["ground"], "reason": why}], created_at=now,
            digest=digest(f"annul {row.id} {now.isoformat()}".encode()), reason=words["reason"], **item,
        )
        .returning(held_row.c.id)
    ).scalar_one()  # fmt: skip
    told = Notice("held_row", f"待确认：撤销 {row.document_number}", why, now, record_id=row.id)
    inbox.notify_office(tx, row.authority_id, CONFIRMING, told)
    return int(made)


def _day(row: RecordRow, text: str, problems: list[Problem], now: datetime) -> date:
    try:
        day = plain.day(text.strip())
    except ValueError:
        problems.append(Problem("day", f"请填写“{LABELS['day']}”，如 2026-06-20"))
        return row.decision_date
    if not row.decision_date <= day <= local_day(now):
        problems.append(Problem("day", f"“{LABELS['day']}”应在{day_text(row.decision_date)}作出决定之后、今天之前"))
    return day
