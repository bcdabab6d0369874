"""Marking a record as not to be repaired (不可修复), with the article that says so, and taking the mark off again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import inputs
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.changes import BarRepair
from repairflow.casework.documents.fields import remedies
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import post_in, record_scope
from repairflow.casework.rows_by_id import office_of
from repairflow.casework.search import own_number
from repairflow.errors import Conflict, Forbidden, Invalid, Problem
from repairflow.law.not_repairable import BARS
from repairflow.law.procedure.library import Library
from repairflow.records import record
from repairflow.records.rows import RecordRow, first_row

DECIDES = ("decider", "head")
LABELS = {"record": "信息编号", "ground": "情形", "cite": "依据的条文", "reason": "理由"}
LONGEST = {"cite": 200, "reason": 500}


def deciding(actor: Actor) -> frozenset[int]:
    """Return the offices for which the actor marks records."""
    return frozenset(office for role, office in actor.roles if role in DECIDES)


def change(tx: Connection, law: Library, given: BarRepair, now: datetime) -> None:
    """Ensure that the record says that it may not be repaired and by which article, or no longer; its subject is told, of a mark
    with the organ, the court and the limits by which it may be contested: it closes the way to repair.

    Raises Forbidden, Conflict where it is so already, Refused where the office has not stated organ and court, Invalid with
    every fault.
    """
    problems: list[Problem] = []
    typed = {"cite": given.cite, "reason": given.reason}
    texts = inputs.texts(typed, LABELS, LONGEST, problems, ("cite", "reason") if given.on else ("reason",))
    if given.on and given.ground not in BARS:
        problems.append(Problem("ground", f"请选择“{LABELS['ground']}”"))
    where = (record.c.number == own_number(given.record), record_scope(given.actor))
    row = first_row(tx.execute(select(record).where(*where).with_for_update()), RecordRow)
    if row is None:
        problems.append(Problem("record", "没有找到这条信息，请核对信息编号"))
    if problems or row is None:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    role = post_in(given.actor, row.authority_id, DECIDES)
    if role is None:
        raise Forbidden("不可修复由作出认定的单位的批准人或者负责人登记。")
    if bool(row.not_repairable) == given.on:
        raise Conflict("这条信息已经登记为不可修复。" if given.on else "这条信息没有登记为不可修复。")
    authority = office_of(tx, row.authority_id)
    told = remedies.against_an_act(law.packs[row.pack], authority) if given.on else []
    mark = f"{BARS[given.ground].label}（{texts['cite']}）" if given.on else None
    tx.execute(update(record).where(record.c.id == row.id).values(not_repairable=mark, version=record.c.version + 1))
    action = EventName.BAR_REPAIR if given.on else EventName.ALLOW_REPAIR
    said = {"ground": given.ground, "cite": texts["cite"]} if given.on else {"was": row.not_repairable}
    event = NewEvent(action=action, at=now, by=given.actor, role=role, reason=texts["reason"], content=said)
    record_events.append(tx, row, event)
    title = f"{row.document_number}：" + ("登记为不可修复" if given.on else "不再登记为不可修复")
    open_to = "".join(("认为不对的，可以就这条信息提出异议。", *told))
    body = f"{authority.name}决定：{mark}。理由：{texts['reason']}。{open_to}" if given.on else f"{texts['reason']}。"
    inbox.notify_subject(tx, row.subject_id, Notice("barred", title, body, now, record_id=row.id))
