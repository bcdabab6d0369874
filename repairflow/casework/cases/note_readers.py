"""Who reads the internal notes of a case (内部备注), who writes them, and whom a note may name."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note, post_in
from repairflow.casework.rows_by_id import offices_of
from repairflow.records import mandate, office, person, role_grant, subject
from repairflow.records.rows import CaseRow

READ_BY = "办件有关单位的工作人员、审计人员、审计管理员能看到，信用办的督办人员也能看到（保密的办件除外）"
"""What pages and documents say of the notes' readers: all whom `may_note` lets in, and nobody else.

Confidential cases are hidden from supervisors, lest who reported become known beyond the offices that handle them."""

OFFERED = 20
"""The most people that a form shows to choose from; who works among more writes names."""


class Colleague(NamedTuple):
    """Somebody whom a note may name."""

    login: str
    name: str
    office: str


def writes_as(actor: Actor, case: CaseRow) -> str | None:
    """Return the post by which the actor writes notes: one in an office of the case, or that of who looks over all cases; None for
    who only reads them, such as an auditor, and for who does not see them."""
    if not may_note(actor, case):
        return None
    places = (case.deciding_id, case.provider_id, case.receiving_id)
    found = next((role for place in places if (role := post_in(actor, place)) is not None), None)
    if found is None and actor.oversees:
        found = next((role for role, _ in sorted(actor.roles) if role in OFFICE_OF_ROLE), None)
    return found


def colleagues(
    tx: Connection, actor: Actor, case: CaseRow, today: date, most: int, name: str | None = None
) -> tuple[Colleague, ...]:
    """At most `most` who handle cases in the offices of this one or in those that took them over (承继机关), by office and
    name, all or those of one `name`; not the actor, and nobody who speaks for the subject on `today`."""
    columns = sorted(set(OFFICE_OF_ROLE.values()))
    places = {column: getattr(case, column) for column in columns}
    heirs = {row.id: row.successor_id for row in offices_of(tx, {*places.values()} - {None}).values()}
    holds = [
        and_(
            role_grant.c.role == role,
            role_grant.c.office_id.in_({places[column], heirs.get(places[column])} - {None}),
        )
        for role, column in OFFICE_OF_ROLE.items()
    ]
    heir = select(subject.c.successor_id).where(subject.c.id == case.subject_id, subject.c.successor_id.is_not(None))
    speaks = select(mandate.c.id).where(
        mandate.c.person_id == person.c.id,
        or_(mandate.c.subject_id == case.subject_id, mandate.c.subject_id.in_(heir)),
        mandate.c.valid_from <= today,
        or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= today),
    )
    asked = [person.c.name == name] if name is not None else []
    rows = tx.execute(
        select(person.c.login, person.c.name, func.min(office.c.name).label("office"))
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .join(office, office.c.id == role_grant.c.office_id)
        .where(
            person.c.id.in_(select(role_grant.c.person_id).where(or_(*holds))),
            or_(*holds),
            person.c.active,
            person.c.kind == "staff",
            person.c.id != actor.id,
            ~speaks.exists(),
            *asked,
        )
        .group_by(person.c.id, person.c.login, person.c.name)
        .order_by(func.min(office.c.name), person.c.name, person.c.login)
        .limit(most)
    )
    return tuple(Colleague(*row) for row in rows)
