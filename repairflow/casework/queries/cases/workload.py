"""Who sees to what: the assignments of cases, and how much each colleague of an office has (工作量)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, exists, false, func, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.cases.assignment import LEADS, STANDS, waiting_in
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.law.procedure.library import Library
from repairflow.prepared import compared
from repairflow.records import absence, assignment_rule, case_assignment, cases, office, person, role_grant
from repairflow.records.rows import CaseRow

MOST = 200
"""Colleagues that a page lists."""


class Assignee(NamedTuple):
    """Who sees to one post's part of a case."""

    role: str
    person_id: int
    name: str
    way: str
    at: datetime


class Share(NamedTuple):
    """What one colleague has to see to: open cases, late ones, and such as are nearly due."""

    id: int
    login: str
    name: str
    roles: tuple[str, ...]
    cases: int
    late: int
    soon: int
    away_until: date | None
    deputy: str


class RuleLine(NamedTuple):
    """A rule; `name` is who gets the cases, empty where it is in turn."""

    id: int
    role: str
    procedure: str
    name: str


class AbsenceLine(NamedTuple):
    """An absence that is not over; `mine` says whether the reader may end it."""

    id: int
    person_id: int
    name: str
    from_day: date
    until_day: date
    deputy: str


def assignees(tx: Connection, case_: CaseRow) -> tuple[Assignee, ...]:
    """Return who sees to the parts of a case; for those who see inside it."""
    rows = (
        select(case_assignment.c.role, person.c.id, person.c.name, case_assignment.c.way, case_assignment.c.at)
        .join(person, person.c.id == case_assignment.c.person_id)
        .where(case_assignment.c.case_id == case_.id)
        .order_by(case_assignment.c.role)
    )
    return tuple(Assignee(*row) for row in tx.execute(rows))


def names(tx: Connection, actor: Actor, numbers: Iterable[str]) -> Mapping[str, str]:
    """Return who sees to the actor's posts' part of cases that it was shown, by case number; none where nobody does."""
    rows = tx.execute(
        select(cases.c.number, person.c.name)
        .join(case_assignment, case_assignment.c.case_id == cases.c.id)
        .join(person, person.c.id == case_assignment.c.person_id)
        .where(cases.c.number.in_(list(numbers)), part_of(actor))
        .order_by(person.c.name)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row.name)
    return {number: "、".join(dict.fromkeys(those)) for number, those in found.items()}


def part_of(actor: Actor) -> ColumnElement[bool]:
    """Return the assignments of parts for which the actor has the post, in a query that joins cases."""
    posts = [
        and_(case_assignment.c.role == role, cases.c[OFFICE_OF_ROLE[role]] == place)
        for role, place in sorted(actor.roles)
        if role in OFFICE_OF_ROLE
    ]
    return or_(case_assignment.c.id.is_(None), *posts)


def assigned(actor: Actor, whose: str) -> ColumnElement[bool]:
    """Return the cases whose part for the actor's posts is the actor's own (`mine`), somebody else's (`others`), or nobody's (`nobody`)."""
    own = case_assignment.c.person_id == actor.id
    if whose == "mine":
        return exists().where(case_assignment.c.case_id == cases.c.id, own)
    held = exists().where(
        case_assignment.c.case_id == cases.c.id, part_of(actor), *([~own] if whose == "others" else [])
    )
    return held if whose == "others" else ~held


def led(actor: Actor) -> frozenset[int]:
    """Return the offices whose work the actor gives out."""
    return frozenset(place for role, place in actor.roles if role in LEADS)


def offices(tx: Connection, actor: Actor) -> tuple[tuple[int, str, str], ...]:
    """Ids, codes and names of the offices whose work the actor sees: its own."""
    rows = select(office.c.id, office.c.code, office.c.name).where(office.c.id.in_(sorted(actor.offices)))
    return tuple((row.id, row.code, row.name) for row in tx.execute(rows.order_by(office.c.id)))


def shares(tx: Connection, law: Library, office_id: int, today: date, soon: int) -> tuple[Share, ...]:
    """Return what each colleague of an office has to see to there now, whose turn it is; each case once, however many posts; who has
    most comes first."""
    near = law.calendar.add_working_days(today, soon)
    late = case((cases.c.due_day < today, cases.c.id))
    close = case((and_(cases.c.due_day >= today, cases.c.due_day <= near), cases.c.id))
    people = _people(tx, office_id)
    rows = tx.execute(
        select(case_assignment.c.person_id, *(func.count(one.distinct()) for one in (cases.c.id, late, close)))
        .join(cases, and_(cases.c.id == case_assignment.c.case_id, cases.c.closed_at.is_(None)))
        .where(case_assignment.c.person_id.in_(people), _awaited(law, office_id, people))
        .group_by(case_assignment.c.person_id)
    )
    load = {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}
    gone = {one.person_id: one for one in absences(tx, people) if one.from_day <= today}
    found = [
        Share(
            key, login, name, roles, *load.get(key, (0, 0, 0)),
            gone[key].until_day if key in gone else None, gone[key].deputy if key in gone else "",
        )
        for key, (login, name, roles) in people.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.cases, one.name, one.id)))


def _awaited(
    law: Library, office_id: int, people: Mapping[int, tuple[str, str, tuple[str, ...]]]
) -> ColumnElement[bool]:
    """Return the assignments of posts of this office whose turn it is, in a query that joins cases."""
    posts = sorted({role for _, _, roles in people.values() for role in roles})
    turns = [
        and_(
            case_assignment.c.role == role, cases.c[OFFICE_OF_ROLE[role]] == office_id, STANDS.in_(waiting_in(law, role))
        )
        for role in posts
    ]  # fmt: skip
    return or_(false(), *turns)


def unassigned(tx: Connection, actor: Actor, where: ColumnElement[bool]) -> int:
    """Return how many of the cases that `where` selects nobody sees to yet."""
    return int(tx.execute(select(func.count()).select_from(cases).where(where, assigned(actor, "nobody"))).scalar_one())


def rules(tx: Connection, office_id: int) -> tuple[RuleLine, ...]:
    """Return the rules of an office."""
    rows = (
        select(assignment_rule, person.c.name)
        .outerjoin(person, and_(person.c.id == assignment_rule.c.person_id, assignment_rule.c.way == "person"))
        .where(assignment_rule.c.office_id == office_id)
        .order_by(assignment_rule.c.role, assignment_rule.c.procedure)
    )
    return tuple(RuleLine(row.id, row.role, row.procedure, row.name or "") for row in tx.execute(rows))


def absences(tx: Connection, people: Iterable[int], today: date | None = None) -> tuple[AbsenceLine, ...]:
    """Return the absences of these people that are not over on `today`, by day."""
    deputy = person.alias()
    still = [absence.c.until_day >= today] if today is not None else []
    rows = (
        select(absence, person.c.name, deputy.c.name.label("deputy"))
        .join(person, person.c.id == absence.c.person_id)
        .outerjoin(deputy, deputy.c.id == absence.c.deputy_id)
        .where(absence.c.person_id.in_(list(people)), absence.c.ended_at.is_(None), *still)
        .order_by(absence.c.from_day, absence.c.id)
        .limit(MOST)
    )
    return tuple(
        AbsenceLine(row.id, row.person_id, row.name, row.from_day, row.until_day, row.deputy or "")
        for row in tx.execute(rows)
    )


def _people(tx: Connection, office_id: int) -> dict[int, tuple[str, str, tuple[str, ...]]]:
    """Logins, names and posts of who handles cases in an office, by id."""
    rows = tx.execute(
        select(person.c.id, person.c.login, person.c.name, role_grant.c.role)
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .where(
            role_grant.c.office_id == office_id, role_grant.c.role.in_(list(OFFICE_OF_ROLE)), compared(person.c.active)
        )
        .order_by(role_grant.c.person_id, role_grant.c.role)
        .limit(MOST * 4)
    )
    found: dict[int, tuple[str, str, tuple[str, ...]]] = {}
    for row in rows:
        login, name, roles = found.get(row.id, (row.login, row.name, ()))
        found[row.id] = (login, name, (*roles, row.role))
    return found
