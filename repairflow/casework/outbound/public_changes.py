"""What the public sees of a record changed: noted for those who read on from where they were, told to those who follow its subject.

Of natural persons, minors and what the public never saw nothing is noted here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, exists, func, select, update

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.rows_by_id import subject_of
from repairflow.law.guards import PUBLIC_STATES
from repairflow.prepared import Prepared, inserting
from repairflow.read_once import once
from repairflow.records import followed_subject, person, public_change, role_grant
from repairflow.records.rows import RecordRow, all_rows

KIND = "followed"
LOCK = 7_314_018
"""PostgreSQL: one node at a time gives places."""
BATCH = 2_000


_NOTE = Prepared(inserting(public_change, "record_id", "at"))


class _Follower(NamedTuple):
    office_id: int
    person_id: int
    there: bool  # whether the person still holds a post in the office


def note(tx: Connection, row: RecordRow, change: Change, now: datetime) -> None:
    """Ensure that the change is there for readers of the feed, and followers of the subject have it in the inbox. `row` is the
    record as it stood before."""
    was, is_ = row.state in PUBLIC_STATES, change.to_state in PUBLIC_STATES
    if row.minor or row.of_person or not (was or is_):
        return
    _NOTE.run(tx, record_id=row.id, at=now)
    if not once(tx, "followed", lambda: _anybody(tx)):
        return
    holder = subject_of(tx, row.subject_id)
    if holder.uscc is None:
        return
    what = _said(was, is_, change)
    body = f"{row.document_number}（{row.number}）{what}。详情请在“信用主体 → 信用查询”中查询。"
    for one in all_rows(tx.execute(_followers(holder.uscc)), _Follower):
        told = Notice(KIND, f"关注的单位有变动：{holder.name[:100]}{what}", body, now)
        if one.there:
            inbox.notify_person(tx, one.person_id, told)
        else:
            inbox.notify_office(tx, one.office_id, ("head",), told)


def _anybody(tx: Connection) -> bool:
    return tx.execute(select(followed_subject.c.id).limit(1)).first() is not None


def _followers(uscc: str) -> Select[Any]:
    followed = followed_subject.c
    holds = exists().where(
        role_grant.c.person_id == followed.person_id, role_grant.c.office_id == followed.office_id, person.c.active
    )
    columns = followed.office_id, followed.person_id, holds.label("there")
    return select(*columns).join(person, person.c.id == followed.person_id).where(followed.uscc == uscc)


def _said(was: bool, is_: bool, change: Change) -> str:
    if not was:
        return "开始公示"
    if not is_:
        return "停止公示"
    if change.from_state != change.to_state and "disputed" in (change.from_state, change.to_state):
        return "标注异议" if change.to_state == "disputed" else "取消异议标注"
    return "公示内容有变动"


def waiting(tx: Connection) -> bool:
    """Tell whether a change has no place yet: what to ask before opening a write transaction."""
    return tx.execute(select(public_change.c.id).where(public_change.c.position.is_(None)).limit(1)).first() is not None


def place(tx: Connection) -> int:
    """Give changes that were committed their place, in order; gives how many. `tx` is a write transaction of its own.

    Ids are taken before a transaction commits, so who read on by them would miss one that committed late.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(LOCK)))
    waits = (
        select(public_change.c.id).where(public_change.c.position.is_(None)).order_by(public_change.c.id).limit(BATCH)
    )
    ids = tx.execute(waits).scalars().all()
    last = tx.execute(select(func.coalesce(func.max(public_change.c.position), 0))).scalar_one()
    if ids:
        at = update(public_change).where(public_change.c.id == bindparam("row")).values(position=bindparam("place"))
        tx.execute(at, [{"row": one, "place": number} for number, one in enumerate(ids, last + 1)])
    return len(ids)
