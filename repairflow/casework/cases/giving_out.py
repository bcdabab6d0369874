"""Giving cases out by rules (按规则、轮流分办), and handing over the cases of who is away or has left; the worker does it.

What waits is found however late the worker comes. A rule takes no case from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.cases.assignment import Colleague, away, give, holders, leads, note
from repairflow.casework.changes import DropAssignmentRule, SetAssignmentRule
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.law.procedure.library import Library
from repairflow.records import absence, assignment_rule, case_assignment, cases, event, office, person, role_grant
from repairflow.records.rows import CaseRow, all_rows
from repairflow.times import local_day

BATCH = 200
"""Cases given out by one rule, and handed over for one absence, in one transaction."""


class _Rule(NamedTuple):
    id: int
    office_id: int
    role: str
    procedure: str
    way: str
    person_id: int | None


def set_rule(tx: Connection, law: Library, given: SetAssignmentRule, now: datetime) -> None:
    """Afterwards what waits in this office for this post is given out so; a rule of the same kind is replaced. NotFound for
    an unknown office, Forbidden to who does not lead it, Invalid naming the field."""
    place = tx.execute(select(office.c.id, office.c.code).where(office.c.code == given.office.strip())).first()
    if place is None:
        raise NotFound("没有找到这个单位。")
    _require(given.actor, place.id)
    problems = []
    if given.role not in OFFICE_OF_ROLE:
        problems.append(Problem("rule-role", "请选择岗位"))
    if given.procedure and given.procedure not in law.names():
        problems.append(Problem("rule-procedure", "请选择程序"))
    known = {one.login: one for one in holders(tx, given.role, place.id)}
    if given.login and given.login not in known:
        problems.append(Problem("rule-login", "所选的人没有这个岗位，请另选"))
    elif not known and not problems:
        problems.append(Problem("rule-role", "本单位没有人担任这个岗位"))
    if problems:
        raise Invalid("规则没有保存，请按提示修改。", problems)
    to = known.get(given.login)
    tx.execute(select(office.c.id).where(office.c.id == place.id).with_for_update())
    key = {"office_id": place.id, "role": given.role, "procedure": given.procedure}
    tx.execute(delete(assignment_rule).where(*(assignment_rule.c[name] == value for name, value in key.items())))
    tx.execute(assignment_rule.insert().values(**key, way="person" if to else "turn", person_id=to.id if to else None))
    said = {"role": given.role, "procedure": given.procedure, "to": to.name if to else None}
    _note(tx, place.code, EventName.SET_ASSIGNMENT_RULE, given.actor, said, now)


def drop_rule(tx: Connection, given: DropAssignmentRule, now: datetime) -> None:
    """Afterwards nothing is given out by this rule. NotFound, Forbidden as `set_rule`."""
    rows = select(assignment_rule, office.c.code).join(office, office.c.id == assignment_rule.c.office_id)
    row = tx.execute(rows.where(assignment_rule.c.id == given.rule_id)).first()
    if row is None:
        raise NotFound("没有找到这条规则，可能已经删除。")
    _require(given.actor, row.office_id)
    tx.execute(delete(assignment_rule).where(assignment_rule.c.id == given.rule_id))
    said = {"role": row.role, "procedure": row.procedure}
    _note(tx, row.code, EventName.DROP_ASSIGNMENT_RULE, given.actor, said, now)


def give_out(tx: Connection, law: Library, now: datetime) -> int:
    """Afterwards the cases of who is away or has left are handed over or free again, and what waits is given out by the
    rules, at most `BATCH` a rule; gives how many cases changed hands. The narrower rule, of one procedure, comes first."""
    changed = _hand_over(tx, now) + _free_those_of_who_left(tx, now)
    rules = select(assignment_rule).order_by(assignment_rule.c.procedure.desc(), assignment_rule.c.id)
    for rule in all_rows(tx.execute(rules.with_for_update()), _Rule):
        changed += _by_rule(tx, law, rule, now)
    return changed


def _by_rule(tx: Connection, law: Library, rule: _Rule, now: datetime) -> int:
    people = [one for one in holders(tx, rule.role, rule.office_id) if away(tx, one.id, local_day(now)) is None]
    if rule.way == "person":
        people = [one for one in people if one.id == rule.person_id]
    if not people:
        return 0
    last, given = rule.person_id, 0
    for case in _waiting(tx, law, rule):
        fit = [one for one in people if may_note(actor_of(tx, one.id, local_day(now)), case)]
        if not (fit := _fresh(tx, case, rule.role, fit)):
            continue
        to = fit[0] if rule.way == "person" else next((one for one in fit if last is None or one.id > last), fit[0])
        give(tx, case, rule.role, to, rule.way, SYSTEM, now)
        last, given = to.id, given + 1
    if rule.way == "turn" and last != rule.person_id:
        tx.execute(update(assignment_rule).where(assignment_rule.c.id == rule.id).values(person_id=last))
    return given


def _fresh(tx: Connection, case: CaseRow, role: str, people: Sequence[Colleague]) -> list[Colleague]:
    """Those who took no step in the case in another role: they cannot stand in the way of 职责分离. All, where nobody is left."""
    acted = select(event.c.actor_id).where(event.c.case_id == case.id, event.c.actor_role != role)
    before = set(tx.execute(acted.distinct()).scalars())
    return [one for one in people if one.id not in before] or list(people)


def _waiting(tx: Connection, law: Library, rule: _Rule) -> Sequence[CaseRow]:
    """The open cases of the rule's office that await its post and that nobody has, by due day."""
    states = [
        " ".join(state)
        for (roles, _), awaiting in law.turns.items()
        if rule.role in roles
        for state in awaiting
        if not rule.procedure or state[0] == rule.procedure
    ]
    stands = cases.c.procedure + " " + cases.c.procedure_version + " " + cases.c.state
    held = exists().where(case_assignment.c.case_id == cases.c.id, case_assignment.c.role == rule.role)
    rows = select(cases).where(
        cases.c[OFFICE_OF_ROLE[rule.role]] == rule.office_id, cases.c.closed_at.is_(None), stands.in_(states), ~held
    )
    return all_rows(tx.execute(rows.order_by(cases.c.due_day, cases.c.id).limit(BATCH)), CaseRow)


def _hand_over(tx: Connection, now: datetime) -> int:
    today = local_day(now)
    begun = (absence.c.from_day <= today, absence.c.until_day >= today, absence.c.ended_at.is_(None))
    rows = tx.execute(select(absence).where(*begun, absence.c.handed_at.is_(None)).with_for_update()).all()
    handed = 0
    for row in rows:
        held = _held(tx, case_assignment.c.person_id == row.person_id)
        for role, case in held:
            deputies = [
                one for one in holders(tx, role, getattr(case, OFFICE_OF_ROLE[role])) if one.id == row.deputy_id
            ]
            able = [one for one in deputies if may_note(actor_of(tx, one.id, today), case)]
            if able and away(tx, able[0].id, today) is None:
                give(tx, case, role, able[0], "absence", SYSTEM, now)
            else:
                _take_back(tx, case, role, "absence", now)
        handed += len(held)
        if len(held) < BATCH:
            tx.execute(update(absence).where(absence.c.id == row.id).values(handed_at=now))
    return handed


def _free_those_of_who_left(tx: Connection, now: datetime) -> int:
    """What somebody has who left or no longer holds the post is free again."""
    post = exists().where(
        role_grant.c.person_id == case_assignment.c.person_id, role_grant.c.role == case_assignment.c.role
    )
    closed = exists().where(person.c.id == case_assignment.c.person_id, person.c.active.is_(False))
    held = _held(tx, or_(~post, closed))
    for role, case in held:
        _take_back(tx, case, role, "by_hand", now)
    return len(held)


def _held(tx: Connection, which: ColumnElement[bool]) -> list[tuple[str, CaseRow]]:
    """Posts and open cases of these assignments."""
    rows = tx.execute(
        select(case_assignment.c.role, case_assignment.c.case_id)
        .join(cases, and_(cases.c.id == case_assignment.c.case_id, cases.c.closed_at.is_(None)))
        .where(which)
        .order_by(case_assignment.c.id)
        .limit(BATCH)
    ).all()
    found = all_rows(tx.execute(select(cases).where(cases.c.id.in_({row.case_id for row in rows}))), CaseRow)
    by_id = {one.id: one for one in found}
    return [(row.role, by_id[row.case_id]) for row in rows]


def _take_back(tx: Connection, case: CaseRow, role: str, way: str, now: datetime) -> None:
    tx.execute(delete(case_assignment).where(case_assignment.c.case_id == case.id, case_assignment.c.role == role))
    note(tx, case, SYSTEM, role, None, way, now)


def _require(actor: Actor, office_id: int) -> None:
    if not leads(actor, office_id):
        raise Forbidden("分办规则由本单位的负责人、批准人设置。")


def _note(tx: Connection, code: str, name: EventName, by: Actor, said: Mapping[str, object], now: datetime) -> None:
    role = next((role for role, _ in sorted(by.roles)), "staff")
    event_log.append(tx, f"office/{code}", NewEvent(action=name, at=now, by=by, role=role, content=said))
