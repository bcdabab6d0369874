"""公开说明理由, stated later: for a penalty that was withdrawn before the step that withdraws it asked for the reason (处罚法 48)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from repairflow import plain
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events, withdrawal_statements
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.withdrawal_statements import Stated
from repairflow.casework.changes import ExplainWithdrawal
from repairflow.casework.context import Services
from repairflow.casework.credit_records.duty_performance import registers_as, registrars
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.casework.permissions import record_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.records import cases, record, withdrawal_statement
from repairflow.records.rows import RecordRow, first_row
from repairflow.times import local_day

LONGEST = 1000
WITHDRAW = ("correction", "remedy")
"""Procedures by which a published penalty is changed or annulled because its decision was."""


def lacking(tx: Connection, actor: Actor, row: RecordRow) -> str | None:
    """Return how a record was withdrawn whose reason this actor may still state (a code of LABELS); None where nothing is to be stated."""
    if row.authority_id not in registrars(actor) or not withdrawal_statements.was_public(tx, row):
        return None
    said = select(withdrawal_statement.c.id).where(withdrawal_statement.c.record_id == row.id)
    if tx.execute(said.limit(1)).first() is not None:
        return None
    if row.annulled_at is not None:
        return "annulled"
    ended = select(cases.c.id).where(
        cases.c.record_id == row.id, cases.c.procedure.in_(WITHDRAW), cases.c.outcome == "corrected"
    )
    return "changed" if tx.execute(ended.limit(1)).first() is not None else None


def explain(tx: Connection, services: Services, given: ExplainWithdrawal, now: datetime) -> None:
    """Ensure that everybody can read why this penalty was withdrawn, platforms are told, and the record's trail says who stated it.

    NotFound for a record the actor has no part in, Forbidden to all but its authority, Conflict where nothing was withdrawn or a
    reason stands already, Invalid with every fault.
    """
    query = select(record).where(record.c.number == given.record.strip().upper(), record_scope(given.actor))
    row = first_row(tx.execute(query.with_for_update()), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    if row.authority_id not in registrars(given.actor):
        raise Forbidden("撤回处罚决定信息的理由由认定单位公开说明。")
    what = lacking(tx, given.actor, row)
    if what is None:
        raise Conflict("这条信息没有撤回，或者已经公开说明理由。")
    reason, day = _read(tx, row, given, now)
    stated = Stated(reason, row.authority_id, None, day, names_confirmed=given.names_confirmed)
    withdrawal_statements.write(tx, row, what, stated, now)
    new = NewEvent(
        action=EventName.EXPLAIN_WITHDRAWAL, at=now, by=given.actor, role=registers_as(given.actor, row.authority_id) or "",
        reason=reason, content={"change": what, "effective_on": day},
    )  # fmt: skip
    appended = record_events.append(tx, row, new)
    change = Change((), row.state, row.state, public_changed=True)  # what platforms show of it now has its reason
    pushes.push_record(tx, services.law, row, change, Cause(appended.digest, now))


def _read(tx: Connection, row: RecordRow, given: ExplainWithdrawal, now: datetime) -> tuple[str, date | None]:
    problems: list[Problem] = []
    label = "公开说明的理由"
    reason = written(given.reason, LONGEST, problems, "public_reason", label, f"请填写“{label}”")
    if reason:
        problems += withdrawal_statements.faults(tx, row, reason, confirmed=given.names_confirmed)
    day = None
    try:
        day = plain.day(given.effective_on.strip()) if given.effective_on.strip() else None
    except ValueError:
        problems.append(Problem("effective_on", "“生效日期”请填写日期，如 2026-04-01"))
    if day is None and not problems:
        problems.append(Problem("effective_on", "请填写“生效日期”"))
    if day is not None and not row.decision_date <= day <= local_day(now):
        problems.append(Problem("effective_on", "“生效日期”不能早于处罚决定，也不能晚于今天"))
    if problems:
        raise Invalid("没有公开说明，请按提示修改。", problems)
    return reason, day
