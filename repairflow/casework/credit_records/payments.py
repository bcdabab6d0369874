"""Payments of a penalty in parts (分期缴纳) and of what was added for delay (加处罚款、滞纳金), as its authority registers them.

They stand in the record's own trail. Until the fine they are parts of is paid in full, its performance is not registered.
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
from repairflow.casework.changes import RegisterPayment
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


def of_records(tx: Connection, keys: Iterable[int]) -> Mapping[int, Paid]:
    """What of each record is registered as paid; records without payments are left out."""
    rows = tx.execute(
        select(event.c.record_id, event.c.body)
        .where(event.c.record_id.in_(sorted(keys)), event.c.action == EventName.REGISTER_PAYMENT)
        .order_by(event.c.id)
    )
    found: dict[int, Paid] = {}
    for row in rows:
        said, paid = chain.content(row.body), found.get(row.record_id, Paid())
        kind = str(said["kind"])
        found[row.record_id] = paid._replace(**{kind: getattr(paid, kind) + Decimal(said["wan"])})
    return found


def register(tx: Connection, given: RegisterPayment, now: datetime) -> None:
    """Afterwards the record's trail says how much was paid on which day by which evidence, and its subject knows.

    Raises NotFound, Forbidden to all but the authority, Conflict once performance is registered, Invalid with every fault.
    """
    row = first_row(
        tx.execute(select(record).where(record.c.number == given.record, record_scope(given.actor)).with_for_update()),
        RecordRow,
    )
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    role = post_in(
        given.actor, row.authority_id, [one for one, column in OFFICE_OF_ROLE.items() if column == "deciding_id"]
    )
    if role is None:
        raise Forbidden("缴纳情况由认定单位登记。")
    if row.duty_performed_on is not None:
        raise Conflict("这条信息已经登记履行完毕，不再登记分期缴纳。")
    paid = of_records(tx, [row.id]).get(row.id, Paid())
    problems: list[Problem] = []
    wan, day = _amount(row, paid, given, problems), _day(row, given, now, problems)
    proof = written(given.evidence, LONGEST, problems, "evidence", "依据", "请写明依据，如缴款凭证号、分期决定文号")
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    said = {"kind": given.kind, "wan": str(wan), "on": day.isoformat()}
    step = NewEvent(action=EventName.REGISTER_PAYMENT, at=now, by=given.actor, role=role, reason=proof, content=said)
    record_events.append(tx, row, step)
    total = paid._replace(**{given.kind: getattr(paid, given.kind) + wan})
    told = Notice(
        "performed",
        f"{row.document_number}：认定单位已登记缴纳",
        f"{day_text(day)}缴纳{KINDS[given.kind]} {plain_amount(wan)} 万元。{total.words(row)}。",
        now,
        record_id=row.id,
    )
    inbox.notify_subject(tx, row.subject_id, told)


def lacking(tx: Connection, row: RecordRow) -> str:
    """What stands against performance: payments in parts that do not make up the whole yet; '' where nothing does."""
    paid = of_records(tx, [row.id]).get(row.id)
    if paid is None or all(
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
