"""A person's own deadlines and meetings (我的期限和约谈), for a calendar: what this person must do, and from when subjects may apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE, case_scope, record_scope
from repairflow.casework.queries.cases import meetings
from repairflow.casework.told_periods import OPEN, dated, told_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.records import cases, deadline, record, subject

BACK = timedelta(days=90)
"""Days of the past that a calendar keeps."""
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One day to keep: `key` stays the same when the day moves; `number` is a case's, or a record's where `record`."""

    key: str
    day: date
    title: str
    text: str
    number: str
    record: bool
    provisional: bool
    hours: tuple[datetime, datetime] | None = None  # of a meeting; a limit is of the whole day


def agenda(tx: Connection, law: Library, actor: Actor, today: date) -> tuple[Entry, ...]:
    """Return what the actor must do in open cases, and from when the records of its subjects may be repaired; by day."""
    rows = tx.execute(
        select(
            deadline.c.clock, deadline.c.label, deadline.c.due_day, deadline.c.provisional, deadline.c.started_on,
            cases.c.number, subject.c.name,
        )
        .join(cases, cases.c.id == deadline.c.case_id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(case_scope(actor), _own(actor), cases.c.closed_at.is_(None), deadline.c.state == "running")
        .where(deadline.c.due_day >= today - BACK)
        .order_by(deadline.c.due_day, deadline.c.id)
        .limit(MOST)
    )  # fmt: skip
    found = [
        Entry(
            f"{row.number}/{row.clock}/{row.started_on}", row.due_day, f"{row.label}届满：{row.number}",
            f"{row.name}的办件 {row.number}，{row.label}于当日24时届满。", row.number, False, row.provisional,
        )
        for row in rows
    ]  # fmt: skip
    if actor.mandates:
        opening = tx.execute(
            select(
                record.c.number, record.c.document_number, record.c.apply_from, subject.c.name, record.c.id, record.c.pack,
                record.c.severity, record.c.source, record.c.authority_id, record.c.class_waits_for,
            )
            .join(subject, subject.c.id == record.c.subject_id)
            .where(record_scope(actor), record.c.apply_from >= today - BACK)
            .where(record.c.state.in_(("published", "disputed", "restored")))
            .order_by(record.c.apply_from, record.c.id)
            .limit(MOST)
        ).all()  # fmt: skip
        told = told_of(tx, law, map(dated, opening))
        found += [
            Entry(
                f"{row.number}/apply", row.apply_from, f"可以申请信用修复{'' if row.id in told else OPEN}：{row.document_number}",
                f"{row.name}的失信信息 {row.document_number} 自当日起可以申请信用修复，不收取任何费用。", row.number, True,
                row.id not in told,
            )
            for row in opening
        ]  # fmt: skip
    found += [
        Entry(
            f"{line.number}/{line.row.kind}", line.day, f"{line.label}：{line.number}",
            f"{line.subject}，地点：{line.row.place}，{line.label}人员：{'、'.join(line.officers)}。", line.number, False, False,
            (line.row.starts_at, line.row.ends_at),
        )
        for line in meetings.own(tx, actor, times.at(today - BACK, time()))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda entry: (entry.day, entry.key)))


def _own(actor: Actor) -> ColumnElement[bool]:
    """Limits that belong to a role the actor has in the case."""
    posts = [
        and_(deadline.c.owner == role, cases.c[OFFICE_OF_ROLE[role]] == office_id)
        for role, office_id in sorted(actor.roles)
        if role in OFFICE_OF_ROLE
    ]
    if actor.mandates:
        posts.append(and_(deadline.c.owner.in_(sorted(SUBJECT_ROLES)), cases.c.subject_id.in_(sorted(actor.subjects))))
    return or_(deadline.c.id.is_(None), *posts)
