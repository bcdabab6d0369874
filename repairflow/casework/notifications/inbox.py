"""The inbox (收件箱): messages to people, as rows in the transaction of the step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Integer, Select, and_, bindparam, column, insert, or_, select, text

from repairflow.casework.notifications import channels
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.prepared import Prepared
from repairflow.records import mandate, notice, office, person, preference, role_grant, subject
from repairflow.records.rows import CaseRow
from repairflow.times import local_day

LONGEST_TITLE = 200
# As text: SQLAlchemy leaves out the names of tables in what SQLite returns, and the reader would be nobody in particular.
_CHOSE = (
    text("SELECT 1 FROM preference AS chosen WHERE chosen.topic = :topic AND chosen.person_id = notice.person_id")
    .columns(column("one", Integer))
    .exists()
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to people: its kind, its words, since when it holds, and the case or record it is about."""

    kind: str
    title: str
    body: str
    now: datetime
    case_id: int | None = None
    record_id: int | None = None

    @classmethod
    def of(cls, case: CaseRow, kind: str, title: str, body: str, now: datetime) -> Notice:
        """Return a notice about a case."""
        return cls(kind, title, body, now, case.id, case.record_id)


def notify_subject(tx: Connection, subject_id: int, message: Notice) -> None:
    """Ensure that everyone who may speak for the subject today has the notice in the inbox."""
    _tell(tx, _to_agents, message, subject=subject_id, day=local_day(message.now))


def notify_roles(tx: Connection, roles: Iterable[str], case: CaseRow, message: Notice) -> None:
    """Ensure that everyone who holds one of the office roles in this case's offices has the notice."""
    _tell_holders(
        tx, [(role, getattr(case, OFFICE_OF_ROLE[role])) for role in roles if role in OFFICE_OF_ROLE], message
    )


def anybody(tx: Connection, roles: Iterable[str], case: CaseRow) -> bool:
    """Tell whether somebody with an open account holds one of the office roles in this case's offices; True where none of the
    roles is an office's."""
    posts = [(role, getattr(case, OFFICE_OF_ROLE[role])) for role in roles if role in OFFICE_OF_ROLE]
    if not posts:
        return True
    held = or_(*(and_(role_grant.c.role == role, role_grant.c.office_id == place) for role, place in posts))
    holders = select(role_grant.c.id).join(person, and_(person.c.id == role_grant.c.person_id, person.c.active))
    return tx.execute(holders.where(held).limit(1)).first() is not None


def notify_office(tx: Connection, office_id: int, roles: Iterable[str], message: Notice) -> None:
    """Ensure that everyone who holds one of the roles in this office has the notice, and so have all supervisors if named."""
    wanted = list(roles)
    successor = tx.execute(select(office.c.successor_id).where(office.c.id == office_id)).scalar()
    office_id = int(successor) if successor is not None else office_id
    # 信用办督办全部单位
    _tell_holders(tx, [(role, office_id) for role in wanted], message, supervisors="supervisor" in wanted)


def notify_supervisors(tx: Connection, message: Notice) -> None:
    """Ensure that everyone who supervises (信用办督办全部单位) has the notice."""
    _tell_holders(tx, (), message, supervisors=True)


def notify_person(tx: Connection, person_id: int, message: Notice) -> None:
    """Ensure that this one person has the notice."""
    _tell(tx, _to_person, message, whom=person_id)


def notify_everywhere(tx: Connection, role: str, message: Notice) -> None:
    """Ensure that everyone who holds the role in any office has the notice."""
    _tell(tx, _to_role, message, held=role)


def notify_owner(tx: Connection, owner: str, case: CaseRow, message: Notice) -> None:
    """Write to the side that a limit belongs to: the subject's people or the office's."""
    if owner in SUBJECT_ROLES:
        notify_subject(tx, case.subject_id, message)
    else:
        notify_roles(tx, (owner,), case, message)


def _tell_holders(
    tx: Connection, posts: Sequence[tuple[str, int]], message: Notice, *, supervisors: bool = False
) -> None:
    if posts or supervisors:
        named = {f"post{n}": role for n, (role, _) in enumerate(posts)}
        placed = {f"place{n}": office for n, (_, office) in enumerate(posts)}
        _tell(tx, _to_holders(len(posts), supervisors), message, **named, **placed)


class _Written(NamedTuple):
    """A notice that was written, and whether its reader chose a channel for such notices besides."""

    id: int
    person_id: int
    by_channel: bool


class _Chosen(NamedTuple):
    """A channel a person chose."""

    person_id: int
    channel: str


class _Audience(NamedTuple):
    """Some people: the statement that writes a notice for each of them, and the one that reads who chose which channel."""

    write: Prepared[_Written]
    chosen: Prepared[_Chosen]


def _tell(tx: Connection, audience: _Audience, message: Notice, **whom: object) -> None:
    topic = channels.topic_of(message.kind)
    written = audience.write.run(
        tx, case=message.case_id, of_record=message.record_id, kind=message.kind, title=message.title[:LONGEST_TITLE],
        body=message.body, now=message.now, topic=topic, **whom,
    ).rows  # fmt: skip
    notices = {row.person_id: row.id for row in written if row.by_channel}
    if notices:
        chosen = audience.chosen.run(tx, topic=topic, **whom).rows
        # who chose a channel only since then is told by the inbox alone
        sent = [(notices[row.person_id], row.channel) for row in chosen if row.person_id in notices]
        channels.queue(tx, sent, message.kind, message.now)


def _audience_of(audience: Select[tuple[int]]) -> _Audience:
    """Prepare the statements for the people whose ids a query gives."""
    who = audience.distinct().subquery()
    given = {
        "case_id": "case", "record_id": "of_record", "kind": "kind", "title": "title", "body": "body",
        "created_at": "now",
    }  # fmt: skip
    values = [bindparam(name, type_=notice.c[column].type) for column, name in given.items()]
    rows = insert(notice).from_select(["person_id", *given], select(who.c.person_id, *values))
    chosen = (
        select(preference.c.person_id, preference.c.channel)
        .where(preference.c.topic == bindparam("topic"), preference.c.person_id.in_(audience))
        .order_by(preference.c.id)
    )
    told = rows.returning(notice.c.id, notice.c.person_id, _CHOSE.label("by_channel"))
    return _Audience(Prepared(told, _Written), Prepared(chosen, _Chosen))


@cache
def _to_holders(posts: int, supervisors: bool) -> _Audience:
    """Prepare them for all who hold one of so many posts (a role in an office), and for all supervisors where wanted."""
    held = [
        and_(role_grant.c.role == bindparam(f"post{n}"), role_grant.c.office_id == bindparam(f"place{n}"))
        for n in range(posts)
    ]
    everywhere = [role_grant.c.role == "supervisor"] if supervisors else []
    return _audience_of(select(role_grant.c.person_id).where(or_(*held, *everywhere)))


_to_agents = _audience_of(
    select(mandate.c.person_id)
    .join(person, and_(person.c.id == mandate.c.person_id, person.c.active))
    .where(
        or_(
            mandate.c.subject_id == bindparam("subject"),
            # of one that ended its successor's people hear
            mandate.c.subject_id.in_(select(subject.c.successor_id).where(subject.c.id == bindparam("subject"))),
        ),
        mandate.c.valid_from <= bindparam("day"),
    )
    .where(or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= bindparam("day")))
)
_to_person = _audience_of(select(person.c.id.label("person_id")).where(person.c.id == bindparam("whom")))
_to_role = _audience_of(select(role_grant.c.person_id).where(role_grant.c.role == bindparam("held")))
