"""Registering performance (登记履行): the finding authority says that a record's duties are performed and its conduct
corrected: what a repair asks for. Publicity ends with the maximum period either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from repairflow import plain
from repairflow.casework import search
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.changes import RegisterPerformance
from repairflow.casework.context import Services
from repairflow.casework.credit_records import lifecycle, payments
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE, post_in, record_scope
from repairflow.casework.told_periods import dated, told_of
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.prepared import constant
from repairflow.records import record, subject
from repairflow.records.rows import RecordRow, first_row
from repairflow.times import local_day

LONGEST = 500
PAGE_SIZE = 20


def registrars(actor: Actor) -> frozenset[int]:
    """Return the offices for which the actor may register performance: where it holds a post of a deciding office."""
    return frozenset(office for role, office in actor.roles if OFFICE_OF_ROLE.get(role) == "deciding_id")


def registers_as(actor: Actor, office_id: int | None) -> str | None:
    """Return the post of a deciding office that the actor holds in this one, or None."""
    return post_in(actor, office_id, [role for role, column in OFFICE_OF_ROLE.items() if column == "deciding_id"])


@dataclass(frozen=True, slots=True)
class Awaiting:
    """One page of records whose performance is to be registered: how many there are in all, and what comes beside it."""

    rows: tuple[object, ...]
    total: int
    page: int
    pages: int
    paid: Mapping[int, str]  # what of some is registered as paid, by record
    payments: Mapping[int, tuple[payments.Payment, ...]]  # of these, each that was not taken back
    told: frozenset[int]  # ids of those whose last day may be told for certain


def awaiting(tx: Connection, law: Library, actor: Actor, text: str = "", page: int = 1) -> Awaiting:
    """Return records of the actor's offices without registered performance, the soonest maximum period first.

    `text` narrows them by number, document number, company or credit code. A page beyond the last gives the last.
    """
    query = (
        select(record, subject.c.name.label("subject_name"))
        .join(subject, subject.c.id == record.c.subject_id)
        .where(
            record.c.authority_id.in_(sorted(registrars(actor))),
            record.c.duty_performed_on.is_(None),
            # written out, as the index of such records has it
            record.c.kind == constant("penalty"),
            record.c.state.not_in([constant(state) for state in ("ceased", "sealed")]),
        )
        .order_by(record.c.max_until, record.c.id)
    )
    if wanted := text.strip():
        query = query.where(search.records(tx, wanted))
    total = tx.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = tx.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    paid = payments.standing(tx, [row.id for row in rows])
    words = {row.id: payments.total(paid[row.id]).words(row) for row in rows if row.id in paid}
    return Awaiting(tuple(rows), total, page, pages, words, paid, told_of(tx, law, map(dated, rows)))


def register(tx: Connection, services: Services, given: RegisterPerformance, now: datetime) -> None:
    """Ensure that the record says on which days duties were performed and conduct corrected, its trail says who registered
    it on what evidence.

    Raises NotFound, Forbidden, Conflict when it is registered already, or Invalid with every fault.
    """
    actor = given.actor
    own = select(record).where(record.c.number == given.record, record_scope(actor)).with_for_update()
    row = first_row(tx.execute(own), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    if row.authority_id not in registrars(actor):
        raise Forbidden("义务履行情况由认定单位登记。")
    if row.duty_performed_on is not None:
        raise Conflict("这条信息已经登记过履行情况。登记有误的，请通过异议程序更正。")
    if lacks := payments.lacking(tx, row):
        raise Invalid("还不能登记履行完毕。", [Problem("performed", lacks)])
    days, proof = _read(row, given, now)
    record_events.append(
        tx,
        row,
        NewEvent(
            action=EventName.REGISTER_PERFORMANCE,
            at=now,
            by=actor,
            role="authority",
            reason=proof,
            content={"performed_on": days[0], "corrected_on": days[1]},
        ),
    )
    tx.execute(
        update(record)
        .where(record.c.id == row.id)
        .values(duty_performed_on=days[0], corrected_on=days[1], version=record.c.version + 1)
    )
    lifecycle.settle(tx, services, row.id, now)
    told = Notice(
        "performed",
        f"{row.document_number}：认定单位已登记义务履行",
        f"义务于{day_text(days[0])}履行完毕，行为于{day_text(days[1])}纠正。",
        now,
        record_id=row.id,
    )
    inbox.notify_subject(tx, row.subject_id, told)


def _read(row: RecordRow, given: RegisterPerformance, now: datetime) -> tuple[tuple[date, date], str]:
    problems: list[Problem] = []
    days: list[date] = []
    for name, label, text in (
        ("performed", "义务履行完毕日期", given.performed),
        ("corrected", "行为纠正日期", given.corrected),
    ):
        try:
            day = plain.day(text.strip())
        except ValueError:
            problems.append(Problem(name, f"请填写“{label}”，如 2026-06-20"))
            continue
        if not row.decision_date <= day <= local_day(now):
            problems.append(Problem(name, f"“{label}”应在{day_text(row.decision_date)}作出决定之后、今天之前"))
        days.append(day)
    lacking = "请写明依据，如缴款凭证号、验收意见文号"
    proof = written(given.evidence, LONGEST, problems, "evidence", "依据", lacking)
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    return (days[0], days[1]), proof
