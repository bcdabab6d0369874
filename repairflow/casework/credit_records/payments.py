"""Payments of a penalty in parts (分期缴纳) and of what was added for delay (加处罚款、滞纳金), as its authority registers them.

They stand in the record's own trail, where one that was registered wrongly is taken back by an entry of its own. Until the fine
they are parts of is paid in full, its performance is not registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, select

from repairflow import plain
from repairflow.auditing import chain
from repairflow.casework.case_state import record_events
from repairflow.casework.changes import RegisterPayment, TakeBackPayment
from repairflow.casework.changes.base import OfRecord
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE, post_in, record_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.gateway.penalties.amounts import wan_of
from repairflow.gateway.penalties.row import plain_amount
from repairflow.law.guards import day_text
from repairflow.records import event, record
from repairflow.records.rows import RecordRow, first_row
from repairflow.times import local_day

KINDS = {"fine": "罚款", "confiscated": "没收款", "late": "加处罚款（滞纳金）"}
COLUMNS = {"fine": "fine_wan", "confiscated": "confiscated_wan"}
"""What the decision says is owed. What was added for delay stands in no decision, and has no limit here."""
LONGEST = 500


class Owing(Protocol):
    """What a decision says is to be paid."""

    @property
    def fine_wan(self) -> Decimal | None: ...
    @property
    def confiscated_wan(self) -> Decimal | None: ...


class Paid(NamedTuple):
    """What of a record is paid, by kind, in 万元."""

    fine: Decimal = Decimal(0)
    confiscated: Decimal = Decimal(0)
    late: Decimal = Decimal(0)

    def words(self, row: Owing) -> str:
        """Say what is paid and what of the fine and the confiscation is not; '' where nothing is registered."""
        said = []
        for kind, label in KINDS.items():
            paid = getattr(self, kind)
            owed = getattr(row, COLUMNS[kind]) if kind in COLUMNS else None
            left = f"，还差 {plain_amount(owed - paid)} 万元" if owed is not None and owed > paid else ""
            said += [f"{label}已缴 {plain_amount(paid)} 万元{left}"] if paid else []
        return "；".join(said)


class Payment(NamedTuple):
    """One payment as it stands in its record's trail, where `seq` is its place."""

    seq: int
    kind: str
    wan: Decimal
    on: date
    evidence: str

    def words(self) -> str:
        """Say when and what was paid, and by which evidence."""
        return f"{day_text(self.on)}缴纳{KINDS[self.kind]} {plain_amount(self.wan)} 万元（{self.evidence}）"


def standing(tx: Connection, keys: Iterable[int]) -> Mapping[int, tuple[Payment, ...]]:
    """Return the payments of each record that were not taken back, in the order of their registration; records without any are left out."""
    rows = tx.execute(
        select(event.c.record_id, event.c.seq, event.c.action, event.c.reason, event.c.body)
        .where(
            event.c.record_id.in_(sorted(keys)),
            event.c.action.in_((EventName.REGISTER_PAYMENT, EventName.TAKE_BACK_PAYMENT)),
        )
        .order_by(event.c.id)
    )
    found: dict[int, dict[int, Payment]] = {}
    for row in rows:
        said, of = chain.content(row.body), found.setdefault(row.record_id, {})
        if row.action == EventName.TAKE_BACK_PAYMENT:
            del of[said["payment"]]
        else:
            day = date.fromisoformat(said["on"])
            of[row.seq] = Payment(row.seq, str(said["kind"]), Decimal(said["wan"]), day, row.reason or "")
    return {key: tuple(of.values()) for key, of in found.items() if of}


def total(payments: Iterable[Payment]) -> Paid:
    """Return what these payments make up, by kind."""
    paid = Paid()
    for one in payments:
        paid = paid._replace(**{one.kind: getattr(paid, one.kind) + one.wan})
    return paid


def register(tx: Connection, given: RegisterPayment, now: datetime) -> None:
    """Ensure that the record's trail says how much was paid on which day by which evidence, and its subject knows.

    Raises NotFound, Forbidden to all but the authority, Conflict once performance is registered, Invalid with every fault.
    """
    row, role = _own(tx, given)
    paid = total(standing(tx, [row.id]).get(row.id, ()))
    problems: list[Problem] = []
    wan, day = _amount(row, paid, given, problems), _day(row, given, now, problems)
    proof = written(given.evidence, LONGEST, problems, "evidence", "依据", "请写明依据，如缴款凭证号、分期决定文号")
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    said = {"kind": given.kind, "wan": str(wan), "on": day.isoformat()}
    step = NewEvent(action=EventName.REGISTER_PAYMENT, at=now, by=given.actor, role=role, reason=proof, content=said)
    record_events.append(tx, row, step)
    after = paid._replace(**{given.kind: getattr(paid, given.kind) + wan})
    words = f"{day_text(day)}缴纳{KINDS[given.kind]} {plain_amount(wan)} 万元。{after.words(row)}。"
    _tell(tx, row, f"{row.document_number}：认定单位已登记缴纳", words, now)


def take_back(tx: Connection, given: TakeBackPayment, now: datetime) -> None:
    """Ensure that a payment that was registered wrongly counts no more; the trail keeps it and says who took it back and why, and
    the subject knows.

    Raises NotFound (also for no such payment), Forbidden to all but the authority, Conflict where it was taken back before and once
    performance is registered, Invalid without a reason.
    """
    row, role = _own(tx, given)
    here = event.c.record_id == row.id, event.c.seq == given.seq, event.c.action == EventName.REGISTER_PAYMENT
    if not 0 < given.seq <= row.chain_seq or tx.execute(select(event.c.id).where(*here)).first() is None:
        raise NotFound("没有找到这笔缴纳，请刷新页面后再试。")
    stand = {one.seq: one for one in standing(tx, [row.id]).get(row.id, ())}
    wrong = stand.pop(given.seq, None)
    if wrong is None:
        raise Conflict("这笔缴纳已经撤回，不用再次撤回。")
    problems: list[Problem] = []
    lacking_reason = "请写明撤回的理由，如金额录入有误、登记到了另一份决定书"
    reason = written(given.reason, LONGEST, problems, "reason", "撤回理由", lacking_reason)
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    said = {"payment": wrong.seq, "kind": wrong.kind, "wan": str(wrong.wan), "on": wrong.on.isoformat()}
    step = NewEvent(action=EventName.TAKE_BACK_PAYMENT, at=now, by=given.actor, role=role, reason=reason, content=said)
    record_events.append(tx, row, step)
    left = total(stand.values()).words(row) or "现在没有登记的缴纳"
    words = f"登记有误，已经撤回：{wrong.words()}。理由：{reason}。{left}。"
    _tell(tx, row, f"{row.document_number}：认定单位撤回一笔缴纳登记", words, now)


def _own(tx: Connection, given: OfRecord) -> tuple[RecordRow, str]:
    """Return the record, locked, with the post in which its authority registers payments of it. See `register` for what is raised."""
    own = select(record).where(record.c.number == given.record, record_scope(given.actor)).with_for_update()
    row = first_row(tx.execute(own), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    posts = [one for one, column in OFFICE_OF_ROLE.items() if column == "deciding_id"]
    role = post_in(given.actor, row.authority_id, posts)
    if role is None:
        raise Forbidden("缴纳情况由认定单位登记。")
    if row.duty_performed_on is not None:
        raise Conflict("这条信息已经登记履行完毕，不再登记、撤回分期缴纳。登记有误的，请通过异议程序更正。")
    return row, role


def _tell(tx: Connection, row: RecordRow, title: str, words: str, now: datetime) -> None:
    inbox.notify_subject(tx, row.subject_id, Notice("performed", title, words, now, record_id=row.id))


def lacking(tx: Connection, row: RecordRow) -> str:
    """Return what stands against performance: payments in parts that do not make up the whole yet; '' where nothing does."""
    paid = total(standing(tx, [row.id]).get(row.id, ()))
    if all(
        (getattr(row, column) or 0) <= getattr(paid, kind) for kind, column in COLUMNS.items() if getattr(paid, kind)
    ):
        return ""
    return f"分期缴纳还没有缴清：{paid.words(row)}。缴清并登记后，再登记履行完毕"


def _amount(row: RecordRow, paid: Paid, given: RegisterPayment, problems: list[Problem]) -> Decimal:
    if given.kind not in KINDS:
        problems.append(Problem("kind", "请选择缴纳的是罚款、没收款还是加处罚款（滞纳金）"))
        return Decimal(0)
    wan = wan_of(given.wan.strip())
    if wan is None or wan <= 0 or wan != round(wan, 6):
        problems.append(Problem("wan", "请填写本次缴纳的金额，以万元计，如 0.5"))
        return Decimal(0)
    if given.kind in COLUMNS:
        owed = getattr(row, COLUMNS[given.kind]) or Decimal(0)
        if getattr(paid, given.kind) + wan > owed:
            left = plain_amount(owed - getattr(paid, given.kind)) or "0"
            problems.append(Problem("wan", f"{KINDS[given.kind]}还应缴纳 {left} 万元，请核对金额和缴纳的种类"))
    return wan


def _day(row: RecordRow, given: RegisterPayment, now: datetime, problems: list[Problem]) -> date:
    try:
        day = plain.day(given.day.strip())
    except ValueError:
        problems.append(Problem("day", "请填写“缴纳日期”，如 2026-06-20"))
        return row.decision_date
    if not row.decision_date <= day <= local_day(now):
        problems.append(Problem("day", f"“缴纳日期”应在{day_text(row.decision_date)}作出决定之后、今天之前"))
    return day
