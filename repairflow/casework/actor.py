"""Who acts: a person with roles and mandates, the system itself, or a platform that pushes to us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, literal_column, or_, select

from repairflow.errors import Unauthenticated
from repairflow.prepared import Prepared
from repairflow.records import mandate, office, person, role_grant, subject

ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})
"""The posts of 三员分立: whoever holds one holds no post in which cases are worked on."""
ADMINISTRATIVE = frozenset({"system_admin", "security_admin"})
"""Posts that set the installation up; they see no case, record, letter or material. The audit administrator reads the trail."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as the law sees it: roles are (role, office id); mandates are (subject id, capacity)."""

    id: int | None
    name: str
    kind: str  # staff | agent | system | platform
    roles: frozenset[tuple[str, int]] = frozenset()
    mandates: frozenset[tuple[int, str]] = frozenset()
    oversees: bool = False  # 信用办负责人：looks over the cases of every office

    @property
    def subjects(self) -> frozenset[int]:
        """Ids of the subjects this actor may speak for."""
        return frozenset(subject_id for subject_id, _ in self.mandates)

    @property
    def offices(self) -> frozenset[int]:
        """Ids of the offices in which this actor works on cases."""
        return frozenset(office_id for role, office_id in self.roles if role not in ADMINISTRATIVE)

    @property
    def administrative(self) -> bool:
        """Whether it sets the installation up (system or security administrator), and so sees no case."""
        return self.has_role(*ADMINISTRATIVE)

    def has_role(self, *names: str) -> bool:
        """Tell whether the actor holds one of the roles in any office."""
        return any(role in names for role, _ in self.roles)

    def is_agent_of(self, subject_id: int) -> bool:
        """Tell whether it speaks for the subject by mandate, not as its representative."""
        return (subject_id, "agent") in self.mandates and (subject_id, "representative") not in self.mandates


SYSTEM = Actor(None, "系统", "system")
ANYBODY = Actor(None, "公众", "public")
"""Who is not signed in."""


class _Person(NamedTuple):
    id: int
    name: str
    kind: str


class _Post(NamedTuple):
    role: str
    office_id: int


class _Mandate(NamedTuple):
    subject_id: int
    capacity: str


# Asked by every request.
_VALID = (
    mandate.c.person_id == bindparam("person"),
    mandate.c.valid_from <= bindparam("today"),
    or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= bindparam("today")),
)
_PERSON = Prepared(
    select(person.c.id, person.c.name, person.c.kind).where(person.c.id == bindparam("person"), person.c.active),
    _Person,
)
_POSTS = Prepared(
    select(role_grant.c.role, role_grant.c.office_id).where(role_grant.c.person_id == bindparam("person")), _Post
)
_MANDATES = Prepared(
    select(mandate.c.subject_id, mandate.c.capacity).where(*_VALID),
    _Mandate,
)


class _Before(NamedTuple):
    id: int
    successor_id: int


# Whom an office or a subject of the person's succeeds, and whether the person looks over all: few have an answer.
_TAKEN_OVER = Prepared(
    select(office.c.id, office.c.successor_id).where(
        office.c.successor_id.in_(select(role_grant.c.office_id).where(role_grant.c.person_id == bindparam("person")))
    ),
    _Before,
)
_SUCCEEDED = Prepared(
    select(subject.c.id, subject.c.successor_id).where(
        subject.c.successor_id.in_(select(mandate.c.subject_id).where(*_VALID))
    ),
    _Before,
)


class _Place(NamedTuple):
    office_id: int


_OVERSEEN = Prepared(
    select(role_grant.c.office_id)
    .join(office, office.c.id == role_grant.c.office_id)
    .where(
        role_grant.c.person_id == bindparam("person"), role_grant.c.role == "supervisor",
        office.c.kind == "credit_office",
    )
    .limit(literal_column("1")),
    _Place,
)  # fmt: skip


def actor_of(tx: Connection, person_id: int, today: date) -> Actor:
    """Return the actor a person is on `today`: only mandates valid that day count. Unauthenticated when absent or inactive."""
    row = _PERSON.run(tx, person=person_id).first
    if row is None:
        raise Unauthenticated("账号不存在或者已停用，请联系管理员。")
    roles = _one_side({(grant.role, grant.office_id) for grant in _POSTS.run(tx, person=person_id).rows})
    spoken_for = frozenset((m.subject_id, m.capacity) for m in _MANDATES.run(tx, person=person_id, today=today).rows)
    return Actor(
        row.id, row.name, row.kind, roles | _taken_over(tx, person_id, roles),
        spoken_for | _succeeded(tx, person_id, today, spoken_for), _oversees(tx, person_id, roles),
    )  # fmt: skip


def _oversees(tx: Connection, person_id: int, roles: frozenset[tuple[str, int]]) -> bool:
    """Tell whether one of the posts is that of a supervisor in a credit office (信用办)."""
    held = any(role == "supervisor" for role, _ in roles)
    return held and _OVERSEEN.run(tx, person=person_id).first is not None


def _taken_over(tx: Connection, person_id: int, roles: frozenset[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Return the same posts in offices whose powers an office of the person's has taken over (承继机关)."""
    if all(role in ADMINISTRATORS for role, _ in roles):
        return frozenset()
    before = _TAKEN_OVER.run(tx, person=person_id).rows
    return frozenset((role, old) for old, new in before for role, place in roles if place == new)


def _succeeded(
    tx: Connection, person_id: int, today: date, mandates: frozenset[tuple[int, str]]
) -> frozenset[tuple[int, str]]:
    """Return the same mandates for organisations that a subject of the person's succeeds (合并、分立的承继人)."""
    if not mandates:
        return frozenset()
    before = _SUCCEEDED.run(tx, person=person_id, today=today).rows
    return frozenset((old, capacity) for old, new in before for subject_id, capacity in mandates if subject_id == new)


def _one_side(held: set[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Return the posts that count. Rows from before both were refused may join an administrator's post to another: then that of
    the administrator does not count, until one of the two is taken back."""
    work = frozenset(post for post in held if post[0] not in ADMINISTRATORS)
    return work or frozenset(held)
