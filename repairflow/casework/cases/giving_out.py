"""Giving cases out by rules (按规则、轮流分办), and handing over the cases of who is away or has left; the worker does it.

What waits is found however late the worker comes. A rule takes no case from anybody: it gives what nobody has, and leaves
a case alone that somebody is busy with at this moment until it comes again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, select, update

from repairflow.casework import clock_guard, event_log
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.cases.assignment import (
    LEADS,
    STANDS,
    Colleague,
    Giving,
    away,
    give,
    holders,
    leads,
    take_back,
    waiting_in,
    without_post,
)
from repairflow.casework.cases.four_eyes import Bars
from repairflow.casework.changes import DropAssignmentRule, SetAssignmentRule
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note, post_in
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.law.procedure.library import Library
from repairflow.records import absence, assignment_rule, case_assignment, cases, event, office, person
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


class _Place(NamedTuple):
    id: int
    code: str


class _Held(NamedTuple):
    role: str
    person_id: int
    case: CaseRow


def set_rule(tx: Connection, law: Library, given: SetAssignmentRule, now: datetime) -> None:
    """Ensure that what waits in this office for this post is given out so; a rule of the same kind is replaced. NotFound for
    an unknown office, Forbidden to who does not lead it, Invalid naming the field."""
    found = tx.execute(select(office.c.id, office.c.code).where(office.c.code == given.office.strip())).first()
    if found is None:
        raise NotFound("没有找到这个单位。")
    place = _Place(*found)
    _require(given.actor, place.id)
    problems = []
    if given.role not in OFFICE_OF_ROLE:
        problems.append(Problem("role", "请选择岗位"))
    if given.procedure and given.procedure not in law.names():
        problems.append(Problem("procedure", "请选择程序"))
    known = {one.login: one for one in holders(tx, given.role, place.id)}
    if given.login and given.login not in known:
        problems.append(Problem("login", "所选的人没有这个岗位，请另选"))
    elif not known and not problems:
        problems.append(Problem("role", "本单位没有人担任这个岗位"))
    if problems:
        raise Invalid("规则没有保存，请按提示修改。", problems)
    to = known.get(given.login)
    tx.execute(select(office.c.id).where(office.c.id == place.id).with_for_update())
    key = {"office_id": place.id, "role": given.role, "procedure": given.procedure}
    tx.execute(delete(assignment_rule).where(*(assignment_rule.c[name] == value for name, value in key.items())))
    tx.execute(assignment_rule.insert().values(**key, way="person" if to else "turn", person_id=to.id if to else None))
    said = {"role": given.role, "procedure": given.procedure, "to": to.name if to else None}
    _note(tx, place, EventName.SET_ASSIGNMENT_RULE, given.actor, said, now)


def drop_rule(tx: Connection, given: DropAssignmentRule, now: datetime) -> None:
    """Ensure that nothing is given out by this rule. NotFound, Forbidden as `set_rule`."""
    rows = select(assignment_rule, office.c.code).join(office, office.c.id == assignment_rule.c.office_id)
    row = tx.execute(rows.where(assignment_rule.c.id == given.rule_id)).first()
    if row is None:
        raise NotFound("没有找到这条规则，可能已经删除。")
    _require(given.actor, row.office_id)
    tx.execute(delete(assignment_rule).where(assignment_rule.c.id == given.rule_id))
    said, place = {"role": row.role, "procedure": row.procedure}, _Place(row.office_id, row.code)
    _note(tx, place, EventName.DROP_ASSIGNMENT_RULE, given.actor, said, now)


def give_out(tx: Connection, law: Library, now: datetime) -> int:
    """Ensure that the cases of who is away or has left are handed over or free again, and what waits is given out by the
    rules, at most `BATCH` a rule; gives how many cases changed hands. The narrower rule, of one procedure, comes first.

    Nothing is handed over for an absence while the clock waits to be confirmed: its first day may not have come.
    """
    changed = 0 if clock_guard.holding(tx, now) else _hand_over(tx, law, now)
    changed += _free_those_of_who_left(tx, now)
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
    actors = {one.id: actor_of(tx, one.id, local_day(now)) for one in people}
    last, given, giving = rule.person_id, 0, Giving(rule.way, SYSTEM, now)
    for case in _waiting(tx, law, rule):
        bars = Bars(tx, law, case, rule.role)
        fit = [one for one in people if may_note(actors[one.id], case) and not bars.hold(one.id)]
        if not (fit := _fresh(tx, case, rule.role, fit)):
            continue
        to = fit[0] if rule.way == "person" else next((one for one in fit if last is None or one.id > last), fit[0])
        if give(tx, case, rule.role, to, giving, None):
            last, given = to.id, given + 1
    if rule.way == "turn" and last != rule.person_id:
        tx.execute(update(assignment_rule).where(assignment_rule.c.id == rule.id).values(person_id=last))
    return given


def _fresh(tx: Connection, case: CaseRow, role: str, people: Sequence[Colleague]) -> list[Colleague]:
    """Return those who took no step in the case in another role: they cannot stand in the way of 职责分离. All, where nobody is left."""
    acted = select(event.c.actor_id).where(event.c.case_id == case.id, event.c.actor_role != role)
    before = set(tx.execute(acted.distinct()).scalars())
    return [one for one in people if one.id not in before] or list(people)


def _waiting(tx: Connection, law: Library, rule: _Rule) -> Sequence[CaseRow]:
    """Return the open cases of the rule's office that await its post and that nobody has, by due day; locked, and without those that
    somebody else has locked."""
    states = waiting_in(law, rule.role, rule.procedure)
    held = exists().where(case_assignment.c.case_id == cases.c.id, case_assignment.c.role == rule.role)
    rows = select(cases).where(
        cases.c[OFFICE_OF_ROLE[rule.role]] == rule.office_id, cases.c.closed_at.is_(None), STANDS.in_(states), ~held
    )
    first = rows.order_by(cases.c.due_day, cases.c.id).limit(BATCH)
    return all_rows(tx.execute(first.with_for_update(skip_locked=True)), CaseRow)


def _hand_over(tx: Connection, law: Library, now: datetime) -> int:
    today = local_day(now)
    begun = (absence.c.from_day <= today, absence.c.until_day >= today, absence.c.ended_at.is_(None))
    rows = tx.execute(select(absence).where(*begun, absence.c.handed_at.is_(None)).with_for_update()).all()
    handed = 0
    for row in rows:
        theirs = case_assignment.c.person_id == row.person_id
        deputy = actor_of(tx, row.deputy_id, today) if _there(tx, row.deputy_id, today) else None
        handed += sum(_pass_to(tx, law, one, deputy, Giving("absence", SYSTEM, now)) for one in _held(tx, theirs))
        if not tx.execute(_assignments(theirs).limit(1)).first():
            tx.execute(update(absence).where(absence.c.id == row.id).values(handed_at=now))
    return handed


def _there(tx: Connection, person_id: int | None, today: date) -> bool:
    """Tell whether this is somebody who works today."""
    works = select(person.c.id).where(person.c.id == person_id, person.c.active)
    return person_id is not None and tx.execute(works).first() is not None and away(tx, person_id, today) is None


def _pass_to(tx: Connection, law: Library, held: _Held, deputy: Actor | None, giving: Giving) -> bool:
    """Ensure that the deputy has this part, or nobody where the deputy could not see to it (no such post, or took the step that
    another must take before); whether it changed hands."""
    if deputy is not None and may_note(deputy, held.case):
        those = holders(tx, held.role, getattr(held.case, OFFICE_OF_ROLE[held.role]))
        to = next((one for one in those if one.id == deputy.id), None)
        if to is not None and not Bars(tx, law, held.case, held.role).hold(to.id):
            return give(tx, held.case, held.role, to, giving, held.person_id)
    return take_back(tx, held.case, held.role, held.person_id, giving)


def _free_those_of_who_left(tx: Connection, now: datetime) -> int:
    """Return what somebody has who left or no longer holds the post in the case's office is free again."""
    giving = Giving("no_post", SYSTEM, now)
    return sum(take_back(tx, one.case, one.role, one.person_id, giving) for one in _held(tx, without_post()))


def _assignments(which: ColumnElement[bool]) -> Select[tuple[str, int, int]]:
    """Return posts, people and ids of the open cases of these assignments."""
    open_ = and_(cases.c.id == case_assignment.c.case_id, cases.c.closed_at.is_(None))
    rows = select(case_assignment.c.role, case_assignment.c.person_id, case_assignment.c.case_id).join(cases, open_)
    return rows.where(which).order_by(case_assignment.c.id)


def _held(tx: Connection, which: ColumnElement[bool]) -> list[_Held]:
    """Return the first `BATCH` of these assignments, their cases locked; without those that somebody else has locked."""
    rows = tx.execute(_assignments(which).limit(BATCH)).all()
    still = (cases.c.id.in_({row.case_id for row in rows}), cases.c.closed_at.is_(None))
    found = all_rows(tx.execute(select(cases).where(*still).with_for_update(skip_locked=True)), CaseRow)
    by_id = {one.id: one for one in found}
    return [_Held(row.role, row.person_id, by_id[row.case_id]) for row in rows if row.case_id in by_id]


def _require(actor: Actor, office_id: int) -> None:
    if not leads(actor, office_id):
        raise Forbidden("分办规则由本单位的负责人、批准人设置。")


def _note(tx: Connection, place: _Place, name: EventName, by: Actor, said: Mapping[str, object], now: datetime) -> None:
    role = post_in(by, place.id, LEADS) or "staff"
    event_log.append(tx, f"office/{place.code}", NewEvent(action=name, at=now, by=by, role=role, content=said))
