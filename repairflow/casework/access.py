"""Who may see and who may act: `scope` for every query, `role_for` for every step. Small predicates, one reason each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from repairflow.casework.actor import Actor
from repairflow.law.procedure import Action
from repairflow.law.sides import SUBJECT_ROLES
from repairflow.records import cases, record

OFFICE_OF_ROLE = {
    # 信用办、信用中心：收件、自查、督办
    "registrar": "receiving_id",
    "checker": "receiving_id",
    "supervisor": "receiving_id",
    # 认定单位：谁认定、谁修复
    "acceptor": "deciding_id",
    "examiner": "deciding_id",
    "reviewer": "deciding_id",
    "decider": "deciding_id",
    "head": "deciding_id",
    "legal_reviewer": "deciding_id",
    "proposer": "deciding_id",
    "interviewer": "deciding_id",
    "recorder": "deciding_id",
    "handler": "deciding_id",
    # 信息提供单位
    "provider": "provider_id",
    # 联合惩戒实施单位
    "partner": "provider_id",
}
"""Which of a case's three offices a role of a procedure file belongs to."""

SEES_ALL = ("auditor", "audit_admin")
"""Auditors inspect the history of any case; they act in none."""


def role_for(actor: Actor, action: Action, case: Any) -> str | None:
    """The role by which the actor may take the action in this case, or None.

    `case` has subject_id, receiving_id, deciding_id and provider_id.
    """
    for role in action.by:
        if role == "system":
            if actor.kind == "system":
                return role
        elif role in SUBJECT_ROLES:
            if case.subject_id in actor.subjects and not case.confidential:
                return role
        elif (role, getattr(case, OFFICE_OF_ROLE[role])) in actor.roles:
            return role
    return None


def may_see(actor: Actor, case: Any) -> bool:
    """`case_scope` asked of one case row: what an actor may not see is absent for that actor."""
    return (
        actor.kind == "system"
        or actor.has_role(*SEES_ALL)
        or (case.subject_id in actor.subjects and not case.confidential)
        or not actor.offices.isdisjoint((case.receiving_id, case.deciding_id, case.provider_id))
    )


def case_scope(actor: Actor) -> ColumnElement[bool]:
    """The cases an actor may see: the subject's own, those of its offices, all for an auditor and the system."""
    if actor.kind == "system" or actor.has_role(*SEES_ALL):
        return true()
    seen: list[ColumnElement[bool]] = []
    if actor.mandates:
        seen.append(and_(cases.c.subject_id.in_(sorted(actor.subjects)), cases.c.confidential.is_(False)))
    if offices := sorted(actor.offices):
        seen += [cases.c[column].in_(offices) for column in ("receiving_id", "deciding_id", "provider_id")]
    return or_(*seen) if seen else false()


def record_scope(actor: Actor) -> ColumnElement[bool]:
    """The records an actor may see: the subject's own, those its office found or provided, those of its cases."""
    if actor.kind == "system" or actor.has_role(*SEES_ALL):
        return true()
    seen: list[ColumnElement[bool]] = []
    if actor.mandates:
        seen.append(record.c.subject_id.in_(sorted(actor.subjects)))
    if offices := sorted(actor.offices):
        seen += [record.c.authority_id.in_(offices), record.c.provider_id.in_(offices)]
        # an enclosing query that joins cases means another case than the one that makes the record visible
        of_record = select(cases.c.id).where(and_(cases.c.record_id == record.c.id, case_scope(actor)))
        seen.append(exists(of_record.correlate(record)))
    return or_(*seen) if seen else false()
