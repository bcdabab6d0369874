"""A case goes to the office whose business it is (移送): whole, with its number and trail, to people who can take it up."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.casework.cases import case_offices
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Refusal, Refused
from repairflow.law.procedure.model import Procedure
from repairflow.records import office, person, role_grant
from repairflow.records.rows import CaseRow, OfficeRow, all_rows


def transfer_case(tx: Connection, step: Transition) -> None:
    """Ensure that the case is with the office the step names by code, and its officers are told.

    Refused for an unknown office, its own, or one where nobody could take the case up.
    """
    case, procedure = step.at.case, step.at.procedure
    code = str(step.inputs["to_office"]).strip()
    goal = tx.execute(select(office.c.id, office.c.name).where(office.c.code == code)).first()
    if goal is None:
        raise Refused([Refusal("no_such_office", f"没有编码为 {code} 的单位，请核对单位编码")])
    if goal.id == case.deciding_id:
        raise Refused([Refusal("same_office", "办件本来就由该单位办理，无需移送")])
    if goal.id not in {row.id for row in receivers(tx, procedure, case)}:
        raise Refused([Refusal("nobody_there", f"{goal.name}没有能够办理的人员，请联系管理员登记")])
    case_offices.move(tx, case, step.now, **dict.fromkeys(moves(procedure), goal.id))
    body = f"{procedure.label}办件 {case.number} 移送你单位办理。{step.reason or ''}"
    told = Notice.of(case, "turn", f"移送：{case.number} 由你单位办理", body, step.now)
    inbox.notify_office(tx, goal.id, [role for role in _roles(procedure, case) if role != "supervisor"], told)


def receivers(tx: Connection, procedure: Procedure, case: CaseRow) -> list[OfficeRow]:
    """Return the open offices besides its own in which somebody could take a case up once it was transferred, by code."""
    held = (
        select(role_grant.c.office_id)
        .join(person, person.c.id == role_grant.c.person_id)
        .where(person.c.active, role_grant.c.role.in_(_roles(procedure, case)))
    )
    others = (office.c.id.in_(held), office.c.closed_on.is_(None), office.c.id != case.deciding_id)
    return all_rows(tx.execute(select(office).where(*others).order_by(office.c.code)), OfficeRow)


def moves(procedure: Procedure) -> tuple[str, ...]:
    """Return which offices of a case become the receiver: who decides, and who received it where one office is to do both."""
    both = procedure.offices.receiving == procedure.offices.deciding
    return ("deciding_id", "receiving_id") if both else ("deciding_id",)


def _roles(procedure: Procedure, case: CaseRow) -> list[str]:
    """Return the posts of the receiver that a transferred case waits for."""
    steps = [action for action in procedure.action.values() if "transfer_case" in action.effects]
    ahead = {
        role for step in steps for then in procedure.actions_from(step.to or case.state).values() for role in then.by
    }
    return sorted(role for role in ahead if OFFICE_OF_ROLE.get(role) in moves(procedure))
