"""Findings (审计意见): an auditor raises one, the deciding office answers, an auditor closes it or sends it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.changes.findings import AnswerFinding, RaiseFinding, SettleFinding
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import demanded_text
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE, SEES_ALL, case_scope, post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.letters.issue.compose import next_number
from repairflow.records import audit_finding, cases
from repairflow.records.rows import AuditFindingRow, first_row
from repairflow.times import local_day

LONGEST = 2000
TOLD = ("head", "supervisor")
"""Who of an office hears of a finding at once; whoever holds a post there may answer."""


def raise_finding(tx: Connection, _: Services, given: RaiseFinding, now: datetime) -> str:
    """Ensure that the office that decides the case is to answer; gives the finding's number.

    Raises Forbidden for others than auditors, Invalid for a number that no case has and a text that is none.
    """
    role = _auditor(given.actor)
    text = demanded_text(given.text, LONGEST, "text", "审计意见", "请填写“审计意见”", "没有提出，请按提示修改。")
    columns = cases.c.id, cases.c.number, cases.c.record_id, cases.c.deciding_id
    case = tx.execute(select(*columns).where(cases.c.number == given.case.strip(), case_scope(given.actor))).first()
    if case is None:
        # asked of a form: what was typed beside the number stays there
        raise Invalid("没有提出，请按提示修改。", [Problem("case", "没有这个编号的办件，请核对办件编号")])
    year = local_day(now).year
    number = f"SJ-{year}-{next_number(tx, 'audit_finding', year):06d}"
    values = {
        "number": number, "case_id": case.id, "office_id": case.deciding_id, "state": "assigned", "text": text,
        "raised_by": given.actor.id, "raised_at": now,
    }  # fmt: skip
    tx.execute(insert(audit_finding).values(values))
    said = {"case": case.number, "text": text}
    _note(
        tx,
        number,
        NewEvent(action=EventName.RAISE_FINDING, at=now, by=given.actor, role=role, to_state="assigned", content=said),
    )
    told = Notice(
        "audit_finding", f"审计意见 {number}，请答复", f"办件 {case.number}：{text}", now, case.id, case.record_id
    )
    inbox.notify_office(tx, case.deciding_id, TOLD, told)
    return number


def answer(tx: Connection, _: Services, given: AnswerFinding, now: datetime) -> None:
    """Ensure that the finding waits for an auditor.

    Raises NotFound for one of another office, Conflict for one that awaits no answer, Invalid for a text that is none.
    """
    row = _found(tx, given.number)
    role = post_in(given.actor, row.office_id, OFFICE_OF_ROLE)
    if role is None or given.actor.id is None:
        raise NotFound("没有这个编号的审计意见。")
    text = demanded_text(given.text, LONGEST, "text", "答复", "请填写“答复”", "没有提交，请按提示修改。")
    _move(tx, row, "assigned", {"state": "answered", "answer": text, "answered_by": given.actor.id, "answered_at": now})
    said = {"text": text}
    new = NewEvent(
        action=EventName.ANSWER_FINDING, at=now, by=given.actor, role=role, from_state="assigned", to_state="answered", content=said
    )  # fmt: skip
    _note(tx, row.number, new)
    told = Notice("audit_finding", f"审计意见 {row.number} 已答复", text, now, row.case_id)
    inbox.notify_person(tx, row.raised_by, told)


def settle(tx: Connection, _: Services, given: SettleFinding, now: datetime) -> None:
    """Ensure that the finding is closed, or its office is to answer again.

    Raises Forbidden for others than auditors, Invalid, NotFound, Conflict for one that is not answered.
    """
    role = _auditor(given.actor)
    if given.decision not in ("close", "return"):
        raise Invalid("请按提示修改后再提交。", [Problem("decision", "请选择销号或者退回")])
    text = demanded_text(given.text, LONGEST, "text", "说明", "请填写“说明”", "没有提交，请按提示修改。")
    row = _found(tx, given.number)
    closing = given.decision == "close"
    state = "closed" if closing else "assigned"
    ended = {"closed_by": given.actor.id, "closed_at": now} if closing else {}
    _move(tx, row, "answered", {"state": state, "remark": text, **ended})
    name = EventName.CLOSE_FINDING if closing else EventName.RETURN_FINDING
    said = {"text": text}
    _note(
        tx, row.number,
        NewEvent(action=name, at=now, by=given.actor, role=role, from_state="answered", to_state=state, content=said),
    )  # fmt: skip
    word = "已销号" if closing else "被退回，请再次答复"
    inbox.notify_office(
        tx, row.office_id, TOLD, Notice("audit_finding", f"审计意见 {row.number} {word}", text, now, row.case_id)
    )


def _auditor(actor: Actor) -> str:
    role = next((one for one in SEES_ALL if actor.has_role(one)), None)
    if role is None or actor.id is None:
        raise Forbidden("审计意见由审计人员提出和销号。")
    return role


def _found(tx: Connection, number: str) -> AuditFindingRow:
    row = first_row(tx.execute(select(audit_finding).where(audit_finding.c.number == number)), AuditFindingRow)
    if row is None:
        raise NotFound("没有这个编号的审计意见。")
    return row


def _move(tx: Connection, row: AuditFindingRow, state: str, values: dict[str, Any]) -> None:
    here = (audit_finding.c.id == row.id, audit_finding.c.state == state)
    if not tx.execute(update(audit_finding).where(*here).values(values)).rowcount:
        raise Conflict("这条审计意见已有别的处理，请刷新后再看。")


def _note(tx: Connection, number: str, new: NewEvent) -> None:
    event_log.append(tx, f"finding/{number}", new)


HANDLERS: Table = {RaiseFinding: raise_finding, AnswerFinding: answer, SettleFinding: settle}
