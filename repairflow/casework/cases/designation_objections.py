"""Objections by anybody to a designation that is being published (认定前公示): the office that designates is told what is said,
never by whom, and the publicity does not end as if nobody had objected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, literal, select, update

from repairflow.casework.case_state.publicity_objections import (
    ANNOUNCED,
    COMPLAINT,
    MATTER,
    Objection,
    filed_since,
    since_began,
)
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.deadline_table import WAITS_FOR_OBJECTION
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.records import cases, deadline
from repairflow.records.rows import CaseRow, DeadlineRow, all_rows

LISTING = "listing"
OBJECT, NO_OBJECTION = "object_in_window", "no_objection"
BASELESS = frozenset({"dismissed", "refused", "withdrawn"})
"""Outcomes after which an objection keeps nothing open: 未查实、不予受理、已撤回."""
READERS = ("registrar", "examiner")
KIND = "designation_objection"


def of_case(tx: Connection, listing: CaseRow) -> tuple[Objection, ...]:
    """Objections made since the publicity of this designation began that were not found baseless, oldest first: until it is
    decided, since whoever verifies and decides has to know them; none where it was not published."""
    if listing.procedure != LISTING or listing.closed_at is not None:
        return ()
    return tuple(one for one in filed_since(tx, listing) if one.outcome not in BASELESS)


def tell(tx: Connection, filed: CaseRow, now: datetime) -> None:
    """Ensure that whoever registers and verifies for each designation that a new case objects to knows what is said."""
    if not objects(filed):
        return
    said = Objection(filed.number, filed.filed_day, filed.inputs, None).facts
    for listing in all_rows(tx.execute(_published(filed)), CaseRow):
        title = f"{listing.number}：认定前公示收到异议"
        body = (
            f"办件 {filed.number} 对拟列入名单提出异议：{said}。请受理人员在办件中登记“公示期内提出异议”，由承办人员核实。"
            "异议核查办结以前，不会按“公示期满，没有异议”办理。提出人的身份密封保存，不转来。"
        )
        inbox.notify_roles(tx, READERS, listing, Notice.of(listing, KIND, title, body, now))
        if not inbox.anybody(tx, READERS[:1], listing):
            body = f"{body}认定单位没有人担任收件登记岗位，不能登记，请安全管理员授予该单位人员这一岗位。"
            inbox.notify_supervisors(tx, Notice.of(listing, "nobody", title, body, now))


def hold(tx: Connection, at: Situation, row: DeadlineRow, now: datetime) -> bool:
    """Tell whether the end of the publicity has to wait for an objection; then it does, and its office knows what for."""
    clock = at.procedure.clock[row.clock]
    if (
        row.next_rung != "due"
        or at.case.state != ANNOUNCED
        or clock.overdue != NO_OBJECTION
        or not (found := of_case(tx, at.case))
    ):
        return False
    tx.execute(update(deadline).where(deadline.c.id == row.id).values(held=WAITS_FOR_OBJECTION))
    numbers = "、".join(one.number for one in found)
    title = f"{at.case.number}：公示期已满，有异议没有处理"
    body = (
        f"公示期内收到异议（{numbers}），没有按“{at.procedure.action[clock.overdue].label}”办理。请受理人员登记“公示期内提出异议”，"
        "由承办人员核实；异议经核查未查实的，自动继续办理。"
    )
    inbox.notify_roles(tx, READERS, at.case, Notice.of(at.case, KIND, title, body, now))
    return True


def settle(tx: Connection, ended: CaseRow, label: str, now: datetime) -> None:
    """Ensure that the offices that designate know how an objection ended, and the next sweep looks again at what waited for it.

    `label` is the state in which it ended. The designations are locked first, as a sweep locks them: one that is about to
    hold has done so before.
    """
    if not objects(ended):
        return
    for listing in all_rows(tx.execute(_published(ended, decided=True).with_for_update()), CaseRow):
        waits = update(deadline).where(deadline.c.case_id == listing.id, deadline.c.held == WAITS_FOR_OBJECTION)
        tx.execute(waits.values(held=None))
        title = f"{listing.number}：公示期内的异议已核查"
        body = f"异议办件 {ended.number} 的结果为“{label}”，请据此核对后办理。"
        inbox.notify_roles(tx, READERS, listing, Notice.of(listing, KIND, title, body, now))


def objects(case: CaseRow) -> bool:
    """Tell whether a case objects to a designation that is being published."""
    return case.procedure == COMPLAINT and case.inputs.get("about") == MATTER


def _published(about: CaseRow, *, decided: bool = False) -> Select[CaseRow]:
    """Designations of the same subject that are being published; with `decided`, also those that were and are not closed."""
    same = (cases.c.subject_id == about.subject_id, cases.c.procedure == LISTING, cases.c.closed_at.is_(None))
    where = (
        since_began(cases.c.id, literal(about.filed_at, cases.c.filed_at.type))
        if decided
        else cases.c.state == ANNOUNCED
    )
    return select(cases).where(*same, where).order_by(cases.c.id)
