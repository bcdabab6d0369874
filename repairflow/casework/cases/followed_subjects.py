"""Which organisations an office follows (关注): whose changes before the public its person is told of."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from repairflow.casework import event_log, new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.changes.inquiries import FollowSubjects, UnfollowSubjects
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.law.identifiers import check_uscc
from repairflow.records import followed_subject, office, person, subject
from repairflow.records.rows import all_rows
from repairflow.times import local_day

STREAM = "inquiries"
MOST = 2_000
"""Organisations that one office follows."""
MOST_NAMED = 100
LONGEST_PURPOSE = 200


class Followed(NamedTuple):
    """One organisation that an office follows; `name` is None where nobody here bears the code yet."""

    uscc: str
    name: str | None
    purpose: str
    person: str
    at: datetime


def of_office(tx: Connection, office_id: int) -> list[Followed]:
    """Whom an office follows, newest first."""
    rows = (
        select(
            followed_subject.c.uscc, subject.c.name, followed_subject.c.purpose, person.c.name.label("person"),
            followed_subject.c.at,
        )
        .join(person, person.c.id == followed_subject.c.person_id)
        .outerjoin(subject, subject.c.uscc == followed_subject.c.uscc)
        .where(followed_subject.c.office_id == office_id)
        .order_by(followed_subject.c.id.desc())
    )  # fmt: skip
    return all_rows(tx.execute(rows), Followed)


def offices(tx: Connection, actor: Actor) -> dict[int, str]:
    """Return the offices for which somebody may follow: id and name."""
    rows = tx.execute(select(office.c.id, office.c.name).where(office.c.id.in_(actor.offices)).order_by(office.c.id))
    return {row.id: row.name for row in rows}


def follow(tx: Connection, given: FollowSubjects, now: datetime) -> int:
    """Ensure that the office follows these organisations and the actor is told; gives how many are new. One that a colleague
    follows is the actor's from now on. Invalid with each code that is none; Forbidden for another office."""
    _mine(given.actor, given.office)
    problems: list[Problem] = []
    lacking = "请写明关注的目的，如信用监测、贷后管理"
    purpose = written(given.purpose, LONGEST_PURPOSE, problems, "purpose", "关注的目的", lacking)
    checks = [check_uscc(code, local_day(now)) for code in given.codes]
    wrong = [(place, one) for place, one in enumerate(checks, 1) if not one.ok]
    problems += [
        Problem("codes", f"第 {place} 个代码：{one.reason or '不是统一社会信用代码'}") for place, one in wrong[:10]
    ]
    if len(wrong) > 10:
        problems.append(Problem("codes", f"另有 {len(wrong) - 10} 个代码有误"))
    codes = list(dict.fromkeys(one.code for one in checks if one.ok))
    if not given.codes:
        problems.append(Problem("codes", "请填写统一社会信用代码"))
    _alone(tx, given.office)
    kept = set(
        tx.execute(select(followed_subject.c.uscc).where(followed_subject.c.office_id == given.office)).scalars()
    )
    if len(kept.union(codes)) > MOST:
        problems.append(Problem("codes", f"一个单位最多关注 {MOST} 个，请先取消不再需要的"))
    if problems:
        raise Invalid("没有保存，请按提示修改。", problems)
    new = 0
    for code in sorted(codes):
        values = {"person_id": given.actor.id, "purpose": purpose, "at": now}
        if new_rows.enter(tx, followed_subject, {"office_id": given.office, "uscc": code, **values}) is not None:
            new += 1
        else:
            same = (followed_subject.c.office_id == given.office, followed_subject.c.uscc == code)
            tx.execute(update(followed_subject).where(*same).values(**values))
    _keep(tx, EventName.FOLLOW_SUBJECTS, given.actor, codes, now, purpose=purpose)
    return new


def unfollow(tx: Connection, given: UnfollowSubjects, now: datetime) -> int:
    """Ensure that the office follows these no more; gives how many it did. Forbidden for another office."""
    _mine(given.actor, given.office)
    _alone(tx, given.office)
    mine = (followed_subject.c.office_id == given.office, followed_subject.c.uscc.in_(given.codes))
    gone = sorted(tx.execute(delete(followed_subject).where(*mine).returning(followed_subject.c.uscc)).scalars())
    if gone:
        _keep(tx, EventName.UNFOLLOW_SUBJECTS, given.actor, gone, now)
    return len(gone)


def _mine(actor: Actor, office_id: int) -> None:
    if actor.kind != "staff" or office_id not in actor.offices:
        raise Forbidden("只能为自己所在的单位关注。")


def _alone(tx: Connection, office_id: int) -> None:
    """Ensure that no colleague changes the office's list before this transaction ends: neither counts what the other enters, and
    none waits for the other. What only names the office goes on."""
    tx.execute(select(office.c.id).where(office.c.id == office_id).with_for_update(key_share=True))


def _keep(tx: Connection, name: EventName, actor: Actor, codes: list[str], now: datetime, **more: object) -> None:
    content = {"count": len(codes), "codes": codes[:MOST_NAMED], **more}
    event_log.append(tx, STREAM, NewEvent(action=name, at=now, by=actor, role="staff", content=content))
