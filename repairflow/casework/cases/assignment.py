"""Who sees to which case in an office (分办): claimed, given by hand, handed over; it gives no power and moves no limit.

An assignment is of one post's part of a case: the case goes from receipt to verification to decision, and different people see to each
(回避和职责分离). What was done stands in a stream of its own (`assignment/<办件编号>`), which no paper of the case holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update
from sqlalchemy import case as case_of

from repairflow.casework import event_log, new_rows
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.cases.four_eyes import Bars
from repairflow.casework.changes import AssignCase, ClaimCase
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note, post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.turns import awaited
from repairflow.records import absence, case_assignment, cases, office, person, role_grant
from repairflow.records.rows import CaseRow, first_row
from repairflow.times import local_day

LEADS = ("head", "supervisor", "decider")
"""The posts that give out the work of their office."""

WAYS: Mapping[str, str] = {
    "claimed": "本人认领", "by_hand": "分办", "turn": "按规则轮流分办", "person": "按规则分办", "absence": "请假移交",
}  # fmt: skip


class Colleague(NamedTuple):
    """Somebody who holds a post."""

    id: int
    login: str
    name: str


class Giving(NamedTuple):
    """How a part changes hands: one of `WAYS`, or `no_post` for what comes back from who no longer has the post; by whom; when."""

    way: str
    by: Actor
    at: datetime


def leads(actor: Actor, office_id: int | None) -> bool:
    """Tell whether the actor gives out the work of this office."""
    return any((role, office_id) in actor.roles for role in LEADS)


def parts(law: Library, case: CaseRow) -> tuple[str, ...]:
    """Return the posts whose turn it is in a case: what there is to see to now; none once it is closed."""
    if case.closed_at is not None:
        return ()
    procedure = law.procedure(case.procedure, case.procedure_version)
    return tuple(sorted(role for role in awaited(procedure, case.state) if role in OFFICE_OF_ROLE))


STANDS = cases.c.procedure + " " + cases.c.procedure_version + " " + cases.c.state
"""Where a case stands, as one text of `waiting_in`."""


def waiting_in(law: Library, role: str, procedure: str = "") -> list[str]:
    """Return the states of all procedures, or of one, in which it is this post's turn, as `STANDS` has them."""
    return [
        " ".join(state)
        for (roles, _), awaiting in law.turns.items()
        if role in roles
        for state in awaiting
        if not procedure or state[0] == procedure
    ]


def own_parts(law: Library, actor: Actor, case: CaseRow) -> tuple[str, ...]:
    """Return those of `parts` that the actor may take on."""
    return tuple(role for role in parts(law, case) if (role, getattr(case, OFFICE_OF_ROLE[role])) in actor.roles)


def holders(tx: Connection, role: str, office_id: int | None) -> tuple[Colleague, ...]:
    """Return who holds a post in an office or in the one that took it over, in a lasting order."""
    heir = select(office.c.successor_id).where(office.c.id == office_id, office.c.successor_id.is_not(None))
    places = role_grant.c.office_id.in_(select(office.c.id).where(office.c.id == office_id).union(heir))
    # posts are few beside the people of all subjects
    holds = person.c.id.in_(select(role_grant.c.person_id).where(role_grant.c.role == role, places))
    rows = select(person.c.id, person.c.login, person.c.name).where(holds, person.c.active, person.c.kind == "staff")
    return tuple(Colleague(*row) for row in tx.execute(rows.order_by(person.c.id)))


def away(tx: Connection, person_id: int, today: date) -> date | None:
    """Return the last day of a person's absence; None for who is there today."""
    here = (
        absence.c.person_id == person_id, absence.c.ended_at.is_(None), absence.c.from_day <= today,
        absence.c.until_day >= today,
    )  # fmt: skip
    found: date | None = tx.execute(
        select(absence.c.until_day).where(*here).order_by(absence.c.until_day.desc())
    ).scalar()
    return found


def claim(tx: Connection, law: Library, given: ClaimCase, now: datetime) -> tuple[str, ...]:
    """Ensure that the actor sees to its part of the case; gives the posts. NotFound, Forbidden where it has none there now,
    Conflict where somebody else has it."""
    case = locked(tx, given.actor, given.case)
    mine = own_parts(law, given.actor, case)
    if not mine or given.actor.id is None:
        raise Forbidden("这个办件现在没有您可以认领的环节。")
    me = given.actor.id
    barred = {role: step for role in mine if (step := Bars(tx, law, case, role).hold(me))}
    if len(barred) == len(mine):
        raise Conflict(f"“{barred[mine[0]]}”须由没有办理过前面环节的另一人办理，您不能认领。")
    taken = []
    for role in (role for role in mine if role not in barred):
        values = _values(case, role, me, Giving("claimed", given.actor, now))
        if new_rows.enter(tx, case_assignment, values) is not None:
            _note(tx, case, role, given.actor.name, Giving("claimed", given.actor, now))
            taken.append(role)
    if not taken:
        raise Conflict(
            f"这个办件已由{_holder(tx, case, mine[0])}承办。需要接手的，请对方移交，或者由本单位负责人改派。"
        )
    return tuple(taken)


def assign(tx: Connection, law: Library, given: AssignCase, now: datetime) -> bool:
    """Ensure that the person named sees to this part of the case, or nobody; whoever gets it has a notice.

    Whoever leads the office gives it to anybody there; who has it hands it on or back, and who may take it on where nobody
    has it gives it to a colleague. Forbidden to others; NotFound; Invalid for a person who cannot see to it or is away.
    """
    case = locked(tx, given.actor, given.case)
    if given.role not in parts(law, case):
        raise Conflict("办件已经到了别的环节，请刷新页面后再分办。")
    place = getattr(case, OFFICE_OF_ROLE[given.role])
    row = tx.execute(select(case_assignment.c.person_id).where(_part(case, given.role))).first()
    before = row.person_id if row is not None else None
    own = before == given.actor.id if before is not None else given.role in own_parts(law, given.actor, case)
    if not (leads(given.actor, place) or own):
        raise Forbidden("已经有人承办的办件，由本单位负责人改派，或者由承办人自己移交。")
    giving = Giving("by_hand", given.actor, now)
    if not given.login.strip():
        return before is not None and take_back(tx, case, given.role, before, giving)
    goal = next((one for one in holders(tx, given.role, place) if one.login == given.login.strip()), None)
    if goal is None or not may_note(actor_of(tx, goal.id, local_day(now)), case):
        raise Invalid("没有分办。", [Problem("login", "所选的人没有办理这个环节的岗位，请另选")])
    if step := Bars(tx, law, case, given.role).hold(goal.id):
        raise Invalid(
            "没有分办。", [Problem("login", f"{goal.name}办理过这个办件的前面环节，“{step}”须由另一人办理，请另选")]
        )
    if (until := away(tx, goal.id, local_day(now))) is not None:
        raise Invalid("没有分办。", [Problem("login", f"{goal.name}请假至{until:%Y-%m-%d}，请另选")])
    return goal.id != before and give(tx, case, given.role, goal, giving, before)


def give(tx: Connection, case: CaseRow, role: str, to: Colleague, giving: Giving, before: int | None) -> bool:
    """Ensure that `to` sees to this part of the case and knows of it; `before`: who was read to have it, None for nobody.

    False where somebody else has it by now: then nothing changes, for nobody loses a case to one who did not know of it.
    """
    values = _values(case, role, to.id, giving)
    if before is None:
        done = new_rows.enter(tx, case_assignment, values) is not None
    else:
        done = tx.execute(update(case_assignment).where(_part(case, role, before)).values(values)).rowcount > 0
    if not done:
        return False
    _note(tx, case, role, to.name, giving)
    if to.id != giving.by.id:
        by_whom = f"{giving.by.name}分办" if giving.way == "by_hand" else WAYS[giving.way]
        body = f"{by_whom}。不便办理的，可以在办件页移交或者退回。"
        inbox.notify_person(tx, to.id, Notice.of(case, "assigned", f"{case.number} 由您承办", body, giving.at))
    return True


def take_back(tx: Connection, case: CaseRow, role: str, before: int, giving: Giving) -> bool:
    """Ensure that nobody sees to this part of the case; False, and nothing changed, where it is not `before` who has it."""
    gone = tx.execute(delete(case_assignment).where(_part(case, role, before))).rowcount > 0
    if gone:
        _note(tx, case, role, None, giving)
    return gone


def without_post() -> ColumnElement[bool]:
    """Return the assignments to people who do not hold the post in the office where the case is now, or in the one that took it
    over, and to those whose account is closed; in a query that joins cases."""
    place = case_of(*((case_assignment.c.role == role, cases.c[column]) for role, column in OFFICE_OF_ROLE.items()))
    heir = select(office.c.successor_id).where(office.c.id == place).correlate(case_assignment, cases).scalar_subquery()
    post = exists().where(
        role_grant.c.person_id == case_assignment.c.person_id, role_grant.c.role == case_assignment.c.role,
        or_(role_grant.c.office_id == place, role_grant.c.office_id == heir),
    )  # fmt: skip
    closed = exists().where(person.c.id == case_assignment.c.person_id, person.c.active.is_(False))
    return or_(~post, closed)


def leave_behind(tx: Connection, case: CaseRow, now: datetime) -> int:
    """Ensure that nobody sees to a part of this case, which the caller has locked, without the post in its office; how many
    parts are free again. A step moved the case and says by whom; this follows from it."""
    rows = select(case_assignment.c.role, case_assignment.c.person_id).join(
        cases, cases.c.id == case_assignment.c.case_id
    )
    found = tx.execute(rows.where(cases.c.id == case.id, without_post()).order_by(case_assignment.c.id)).all()
    return sum(take_back(tx, case, row.role, row.person_id, Giving("no_post", SYSTEM, now)) for row in found)


def locked(tx: Connection, actor: Actor, number: str) -> CaseRow:
    """Return the open case whose inside the actor sees, which nobody else changes until `tx` ends. NotFound; Conflict for a closed one."""
    row = first_row(
        tx.execute(select(cases).where(cases.c.number == number.strip().upper()).with_for_update()), CaseRow
    )
    if row is None or not may_note(actor, row):
        raise NotFound("没有找到这个办件，或者您无权查看。")
    if row.closed_at is not None:
        raise Conflict("办件已经办结，不用再分办。")
    return row


def _note(tx: Connection, case: CaseRow, role: str, to: str | None, giving: Giving) -> None:
    """Append to the stream of the case's assignments who sees to this part from now on (`to`; None: nobody)."""
    said = {"case": case.number, "part": role, "to": to, "way": giving.way}
    new = NewEvent(
        action=EventName.ASSIGN_CASE, at=giving.at, by=giving.by, role=_capacity(case, role, giving), content=said
    )
    event_log.append(tx, f"assignment/{case.number}", new)


def _capacity(case: CaseRow, role: str, giving: Giving) -> str:
    """Return the post by which it is done: who claims does it by the part's own, who gives out as the one who leads the office."""
    if giving.by.id is None:
        return "system"
    among = (role,) if giving.way == "claimed" else (*LEADS, role)
    return post_in(giving.by, getattr(case, OFFICE_OF_ROLE[role]), among) or "staff"


def _part(case: CaseRow, role: str, person_id: int | None = None) -> ColumnElement[bool]:
    """Return the assignment of this part; with a person only where it is that one's."""
    part = and_(case_assignment.c.case_id == case.id, case_assignment.c.role == role)
    return part if person_id is None else and_(part, case_assignment.c.person_id == person_id)


def _values(case: CaseRow, role: str, person_id: int, giving: Giving) -> Mapping[str, object]:
    return {
        "case_id": case.id, "role": role, "person_id": person_id, "way": giving.way, "at": giving.at, "by_id": giving.by.id
    }  # fmt: skip


def _holder(tx: Connection, case: CaseRow, role: str) -> str:
    joined = and_(person.c.id == case_assignment.c.person_id, _part(case, role))
    return str(tx.execute(select(person.c.name).join(case_assignment, joined)).scalar() or "他人")
