"""People's inbox (收件箱): who is told of what, as rows in the transaction of the step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, tuple_

from repairflow.casework import reaching
from repairflow.casework.access import OFFICE_OF_ROLE
from repairflow.law.sides import SUBJECT_ROLES
from repairflow.records import mandate, notice, person, role_grant
from repairflow.times import local_day

# Built once: statements made anew for every step would cost more than running them.
_agents = (
    select(mandate.c.person_id)
    .join(person, and_(person.c.id == mandate.c.person_id, person.c.active))
    .where(mandate.c.subject_id == bindparam("subject"), mandate.c.valid_from <= bindparam("day"))
    .where(or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= bindparam("day")))
)
_holders = (
    select(role_grant.c.person_id)
    .where(tuple_(role_grant.c.role, role_grant.c.office_id).in_(bindparam("posts", expanding=True)))
    .distinct()
)
_insert = insert(notice)


def tell_subject(
    tx: Connection,
    subject_id: int,
    *,
    case_id: int | None,
    record_id: int | None,
    kind: str,
    title: str,
    body: str,
    now: datetime,
) -> None:
    """Afterwards everyone who may speak for the subject today has the notice in the inbox."""
    people = tx.execute(_agents, {"subject": subject_id, "day": local_day(now)}).scalars()
    _tell(tx, people, case_id, record_id, kind, title, body, now)


def tell_roles(
    tx: Connection, roles: Iterable[str], case: Any, *, kind: str, title: str, body: str, now: datetime
) -> None:
    """Afterwards everyone who holds one of the office roles in this case's offices has the notice."""
    posts = [(role, getattr(case, OFFICE_OF_ROLE[role])) for role in roles if role in OFFICE_OF_ROLE]
    if posts:
        people = tx.execute(_holders, {"posts": posts}).scalars()
        _tell(tx, people, case.id, case.record_id, kind, title, body, now)


def tell_office(
    tx: Connection,
    office_id: int,
    roles: Iterable[str],
    *,
    case_id: int | None,
    record_id: int | None,
    kind: str,
    title: str,
    body: str,
    now: datetime,
) -> None:
    """Afterwards everyone who holds one of the roles in this office has the notice, and so have all supervisors if named."""
    wanted = list(roles)
    here = and_(role_grant.c.role.in_(wanted), role_grant.c.office_id == office_id)
    if "supervisor" in wanted:  # 信用办督办全部单位
        here = or_(here, role_grant.c.role == "supervisor")
    people = tx.execute(select(role_grant.c.person_id).where(here).distinct()).scalars()
    _tell(tx, people, case_id, record_id, kind, title, body, now)


def tell_supervisors(
    tx: Connection, *, case_id: int | None, record_id: int | None, kind: str, title: str, body: str, now: datetime
) -> None:
    """Afterwards everyone who supervises (信用办督办全部单位) has the notice."""
    people = tx.execute(select(role_grant.c.person_id).where(role_grant.c.role == "supervisor").distinct()).scalars()
    _tell(tx, people, case_id, record_id, kind, title, body, now)


def tell_owner(tx: Connection, owner: str, case: Any, *, kind: str, title: str, body: str, now: datetime) -> None:
    """Tell whoever a limit belongs to: the subject's people or the office's."""
    if owner in SUBJECT_ROLES:
        tell_subject(
            tx, case.subject_id, case_id=case.id, record_id=case.record_id, kind=kind, title=title, body=body, now=now
        )
    else:
        tell_roles(tx, (owner,), case, kind=kind, title=title, body=body, now=now)


def _tell(
    tx: Connection,
    people: Iterable[int],
    case_id: int | None,
    record_id: int | None,
    kind: str,
    title: str,
    body: str,
    now: datetime,
) -> None:
    told = list(people)
    rows = [
        {
            "person_id": person_id,
            "case_id": case_id,
            "record_id": record_id,
            "kind": kind,
            "title": title[:200],
            "body": body,
            "created_at": now,
        }
        for person_id in told
    ]
    if rows:
        tx.execute(_insert, rows)
        reaching.queue(tx, told, kind, now)
