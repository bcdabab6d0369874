"""Who acts: a person with roles and mandates, the system itself, or a platform that pushes to us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    literal_column,
    or_,
    select,
    union_all,
)

from repairflow.errors import Unauthenticated
from repairflow.prepared import Prepared, constant
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


class _Part(NamedTuple):
    """One row of what a person is: what it tells, a word of it, and up to two ids."""

    what: str
    word: str
    kind: str
    key: int
    after: int


_NONE, _NO_ID = literal_column("''", String), literal_column("0", Integer)


def _part(
    what: str, key: ColumnElement[int], *, word: ColumnElement[str] = _NONE, kind: ColumnElement[str] = _NONE,
    after: ColumnElement[int] = _NO_ID,
) -> Select[Any]:  # fmt: skip
    columns: tuple[ColumnElement[Any], ...] = (constant(what), word, kind, key, after)
    return select(*(one.label(name) for name, one in zip(_Part._fields, columns, strict=True)))


def _parts() -> Select[Any]:
    """Return the question for all that a person is: itself, its posts and mandates, the offices and subjects that those it works
    for succeed, and whether it looks over all."""
    asked: BindParameter[int] = bindparam("person")
    valid = (
        mandate.c.person_id == asked,
        mandate.c.valid_from <= bindparam("today"),
        or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= bindparam("today")),
    )
    places = select(role_grant.c.office_id).where(role_grant.c.person_id == asked)
    spoken_for = select(mandate.c.subject_id).where(*valid)
    oversees = (role_grant.c.person_id == asked, role_grant.c.role == "supervisor", office.c.kind == "credit_office")
    every = union_all(
        _part("person", person.c.id, word=person.c.name, kind=person.c.kind).where(
            person.c.id == asked, person.c.active
        ),
        _part("post", role_grant.c.office_id, word=role_grant.c.role).where(role_grant.c.person_id == asked),
        _part("mandate", mandate.c.subject_id, word=mandate.c.capacity).where(*valid),
        _part("office", office.c.id, after=office.c.successor_id).where(office.c.successor_id.in_(places)),
        _part("subject", subject.c.id, after=subject.c.successor_id).where(subject.c.successor_id.in_(spoken_for)),
        _part("overseen", role_grant.c.office_id).join(office, office.c.id == role_grant.c.office_id).where(*oversees),
    ).subquery()
    return select(*every.c)


_PARTS = Prepared(_parts(), _Part)  # asked by every request


def actor_of(tx: Connection, person_id: int, today: date) -> Actor:
    """Return the actor a person is on `today`: only mandates valid that day count. Unauthenticated when absent or inactive."""
    told: dict[str, list[_Part]] = {}
    for part in _PARTS.run(tx, person=person_id, today=today).rows:
        told.setdefault(part.what, []).append(part)
    if "person" not in told:
        raise Unauthenticated("账号不存在或者已停用，请联系管理员。")
    ((_, name, kind, _, _),) = told["person"]
    roles = _one_side({(part.word, part.key) for part in told.get("post", ())})
    spoken_for = frozenset((part.key, part.word) for part in told.get("mandate", ()))
    return Actor(
        person_id, name, kind, roles | _taken_over(told.get("office", ()), roles),
        spoken_for | _succeeded(told.get("subject", ()), spoken_for),
        "overseen" in told and any(role == "supervisor" for role, _ in roles),
    )  # fmt: skip


def _taken_over(before: Iterable[_Part], roles: frozenset[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Return the same posts in offices whose powers an office of the person's has taken over (承继机关)."""
    if all(role in ADMINISTRATORS for role, _ in roles):
        return frozenset()
    return frozenset((role, old.key) for old in before for role, place in roles if place == old.after)


def _succeeded(before: Iterable[_Part], mandates: frozenset[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """Return the same mandates for organisations that a subject of the person's succeeds (合并、分立的承继人)."""
    return frozenset(
        (old.key, capacity) for old in before for subject_id, capacity in mandates if subject_id == old.after
    )


def _one_side(held: set[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Return the posts that count. Rows from before both were refused may join an administrator's post to another: then that of
    the administrator does not count, until one of the two is taken back."""
    work = frozenset(post for post in held if post[0] not in ADMINISTRATORS)
    return work or frozenset(held)
