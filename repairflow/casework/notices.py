"""People's inbox (收件箱): who is told of what, as rows in the transaction of the step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from repairflow.casework import reaching
from repairflow.casework.access import OFFICE_OF_ROLE
from repairflow.law.sides import SUBJECT_ROLES
from repairflow.prepared import Prepared, inserting
from repairflow.records import mandate, notice, person, preference, role_grant
from repairflow.times import local_day

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """What people are told: which kind of thing, in which words, since when, and about which case or record."""

    kind: str
    title: str
    body: str
    now: datetime
    case_id: int | None = None
    record_id: int | None = None

    @classmethod
    def of(cls, case: Any, kind: str, title: str, body: str, now: datetime) -> Notice:
        """A notice about a case."""
        return cls(kind, title, body, now, case.id, case.record_id)


def tell_subject(tx: Connection, subject_id: int, told: Notice) -> None:
    """Afterwards everyone who may speak for the subject today has the notice in the inbox."""
    topic = reaching.topic_of(told.kind)
    _tell(tx, _agents.ask(tx, subject=subject_id, day=local_day(told.now), topic=topic).rows, told)


def tell_roles(tx: Connection, roles: Iterable[str], case: Any, told: Notice) -> None:
    """Afterwards everyone who holds one of the office roles in this case's offices has the notice."""
    _tell_holders(tx, [(role, getattr(case, OFFICE_OF_ROLE[role])) for role in roles if role in OFFICE_OF_ROLE], told)


def tell_office(tx: Connection, office_id: int, roles: Iterable[str], told: Notice) -> None:
    """Afterwards everyone who holds one of the roles in this office has the notice, and so have all supervisors if named."""
    wanted = list(roles)
    # 信用办督办全部单位
    _tell_holders(tx, [(role, office_id) for role in wanted], told, supervisors="supervisor" in wanted)


def tell_supervisors(tx: Connection, told: Notice) -> None:
    """Afterwards everyone who supervises (信用办督办全部单位) has the notice."""
    _tell_holders(tx, (), told, supervisors=True)


def tell_owner(tx: Connection, owner: str, case: Any, told: Notice) -> None:
    """Tell whoever a limit belongs to: the subject's people or the office's."""
    if owner in SUBJECT_ROLES:
        tell_subject(tx, case.subject_id, told)
    else:
        tell_roles(tx, (owner,), case, told)


def _tell_holders(tx: Connection, posts: Sequence[tuple[str, int]], told: Notice, *, supervisors: bool = False) -> None:
    if posts or supervisors:
        named = {f"post{n}": role for n, (role, _) in enumerate(posts)}
        placed = {f"place{n}": office for n, (_, office) in enumerate(posts)}
        topic = reaching.topic_of(told.kind)
        _tell(tx, _holders(len(posts), supervisors).ask(tx, topic=topic, **named, **placed).rows, told)


def _tell(tx: Connection, people: Iterable[Any], told: Notice) -> None:
    """`people` come once for each channel on which they want this, or once without any."""
    wanted: dict[int, list[str]] = {}
    for row in people:
        wanted.setdefault(row.person_id, []).extend([row.channel] if row.channel else [])
    if not wanted:
        return
    said = {
        "case_id": told.case_id, "record_id": told.record_id, "kind": told.kind, "title": told.title[:LONGEST_TITLE],
        "body": told.body, "created_at": told.now,
    }  # fmt: skip
    _insert.write_all(tx, [{"person_id": person_id, **said} for person_id in wanted])
    reaching.queue(tx, wanted, told.kind, told.now)


def _with_channels(people: Select[tuple[int]]) -> Prepared:
    """Those people, once for each channel on which they want the topic, or once without any."""
    who = people.subquery()
    chosen = and_(preference.c.person_id == who.c.person_id, preference.c.topic == bindparam("topic"))
    query = select(who.c.person_id, preference.c.channel).select_from(who.outerjoin(preference, chosen))
    return Prepared(query.distinct().order_by(who.c.person_id, preference.c.channel))


@cache
def _holders(posts: int, supervisors: bool) -> Prepared:
    """Who holds one of so many posts (a role in an office), and all supervisors."""
    held = [
        and_(role_grant.c.role == bindparam(f"post{n}"), role_grant.c.office_id == bindparam(f"place{n}"))
        for n in range(posts)
    ]
    everywhere = [role_grant.c.role == "supervisor"] if supervisors else []
    return _with_channels(select(role_grant.c.person_id).where(or_(*held, *everywhere)))


_agents = _with_channels(
    select(mandate.c.person_id)
    .join(person, and_(person.c.id == mandate.c.person_id, person.c.active))
    .where(mandate.c.subject_id == bindparam("subject"), mandate.c.valid_from <= bindparam("day"))
    .where(or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= bindparam("day")))
)
_insert = Prepared(inserting(notice, "person_id", "case_id", "record_id", "kind", "title", "body", "created_at"))
