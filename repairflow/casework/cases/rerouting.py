"""A case that nobody in its office can handle (转办): the credit office that received it passes it on to one that can.

What may be done in the case stays what its procedure says; only the office in whose posts it is done becomes another.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.situation import pinned
from repairflow.casework.cases import case_offices
from repairflow.casework.changes import RerouteCase
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE, case_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.turns import awaited
from repairflow.records import cases, office, person, role_grant
from repairflow.records.rows import CaseRow, OfficeRow, all_rows, first_row

REROUTES = "supervisor"
LONGEST = 500


def reroute(tx: Connection, law: Library, given: RerouteCase, now: datetime) -> str:
    """Ensure that the case is the other office's, whose people are told; gives that office's name.

    Raises NotFound, Forbidden to all but supervisors of the office that received it, Conflict where it is closed or somebody
    can handle it, Invalid with every fault.
    """
    query = select(cases).where(cases.c.number == given.case.strip().upper(), case_scope(given.actor))
    case = first_row(tx.execute(query.with_for_update()), CaseRow)
    if case is None:
        raise NotFound("没有找到这个办件，或者您无权查看。")
    if not may_reroute(given.actor, case):
        raise Forbidden("转办由收件的信用办负责人办理。")
    if not stuck(tx, law, case):
        raise Conflict("此办件已经办结，或者有人可以办理，不需要转办。")
    roles = _roles(law, case)
    problems: list[Problem] = []
    reason = written(given.reason, LONGEST, problems, "reason", "转办理由", "请填写“转办理由”")
    goal = next((one for one in goals(tx, law, case) if one.code == given.office.strip()), None)
    if goal is None:
        problems.append(Problem("office", "请选择有人可以办理的单位"))
    if problems or goal is None:
        raise Invalid("没有转办，请按提示修改。", problems)
    columns = {OFFICE_OF_ROLE[role] for role in roles}
    before = tx.execute(select(office.c.code).where(office.c.id == getattr(case, min(columns)))).scalar_one()
    said = {"from": before, "to": goal.code, "as": sorted(columns)}
    event = NewEvent(
        action=EventName.REROUTE,
        at=now,
        by=given.actor,
        role=REROUTES,
        reason=f"转办{goal.name}：{reason}",
        content=said,
    )
    case_events.append(tx, case, event)
    case_offices.move(tx, case, now, **dict.fromkeys(columns, goal.id))
    moved = first_row(tx.execute(select(cases).where(cases.c.id == case.id)), CaseRow)
    assert moved is not None  # it is locked
    body = f"办件 {case.number} 原承办单位没有人可以办理，转你单位办理，期限照常计算。{reason}"
    inbox.notify_roles(tx, roles, moved, Notice.of(moved, "turn", f"转办：{case.number} 由你单位办理", body, now))
    return goal.name


def may_reroute(actor: Actor, case: CaseRow) -> bool:
    """Tell whether the actor supervises the office that received the case."""
    return (REROUTES, case.receiving_id) in actor.roles


def stuck(tx: Connection, law: Library, case: CaseRow) -> bool:
    """Tell whether an open case waits for posts of an office, not for the credit office's own, and nobody holds one."""
    roles = _roles(law, case)
    return case.closed_at is None and bool(roles) and not inbox.anybody(tx, roles, case)


def goals(tx: Connection, law: Library, case: CaseRow) -> list[OfficeRow]:
    """Return the open offices in which somebody holds a post that the case waits for."""
    held = (
        select(role_grant.c.office_id)
        .join(person, person.c.id == role_grant.c.person_id)
        .where(person.c.active, role_grant.c.role.in_(_roles(law, case)))
    )
    found = select(office).where(office.c.id.in_(held), office.c.closed_on.is_(None)).order_by(office.c.code)
    return all_rows(tx.execute(found), OfficeRow)


def _roles(law: Library, case: CaseRow) -> list[str]:
    procedure, _ = pinned(law, case)
    roles = awaited(procedure, case.state)
    return sorted(role for role in roles if OFFICE_OF_ROLE.get(role) in ("deciding_id", "provider_id"))
