"""Limits that start with service (送达起算): counted when a letter is served, and again when that is taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import deadline_table
from repairflow.casework.case_state.situation import Situation, situation
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.records import cases
from repairflow.records.rows import CaseRow, LetterRow, one_row
from repairflow.times import local_day


def count(tx: Connection, law: Library, row: LetterRow, now: datetime) -> None:
    """Ensure that the limits of the letter's case stand as the services in its trail say, and the subject knows the last
    day of each that this service started. Nothing where the letter is of no case, or of a closed one."""
    if row.case_id is None:
        return
    case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    if case.closed_at is not None:
        return
    at = situation(tx, law, case, local_day(now))
    if not any(clock.starts == "served" for clock in at.procedure.clock.values()):
        return
    soonest = deadline_table.sync(tx, at.procedure, case.id, at.dues, new=False)
    if case.due_day != soonest:
        tx.execute(update(cases).where(cases.c.id == case.id).values(due_day=soonest))
    for due in at.dues.values():
        if due.run.served is not None and due.run.served.at == now:
            _tell(tx, at, due, row, now)


def _tell(tx: Connection, at: Situation, due: Due, row: LetterRow, now: datetime) -> None:
    if due.due_day is None or at.case.confidential:
        return
    title = f"{due.label}至{day_text(due.due_day)}届满：{at.case.number}"
    body = f"《{row.title}》（{row.number}）于{day_text(due.started_on)}送达，{due.label}自次日起算，至{day_text(due.due_day)}届满。"
    inbox.notify_subject(tx, at.case.subject_id, Notice.of(at.case, "progress", title, body, now))
