"""Posts (岗位): a role in an office, granted to a person and taken back; and mandates (授权), by which an agent speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.admin import accounts, events, permissions
from repairflow.casework.admin.form_errors import Faults
from repairflow.casework.event_names import EventName
from repairflow.casework.offices_lookup import office_by_code
from repairflow.errors import Conflict, Invalid, NotFound, Problem
from repairflow.law.identifiers import mask_id, normalise
from repairflow.law.procedure.roles import OWN_POSTS
from repairflow.records import mandate, office, person, role_grant, subject
from repairflow.records.rows import OfficeRow, RoleGrantRow, all_rows
from repairflow.times import local_day
from repairflow.vault import Vault

SHIPPED_GROUPS = {
    "信用办、信用中心": {"registrar": "收件登记", "checker": "初核", "supervisor": "负责人（督办）"},
    "认定单位": {
        "acceptor": "受理", "examiner": "核查、承办", "reviewer": "审核", "decider": "批准", "head": "单位负责人",
        "legal_reviewer": "法制审核", "proposer": "提请列入名单", "interviewer": "约谈", "recorder": "约谈记录",
        "handler": "调查",
    },
    "信息提供和联合惩戒": {"provider": "信息提供", "partner": "联合惩戒实施"},
    "审计和系统": {"auditor": "审计", **permissions.ADMINISTRATORS},
}  # fmt: skip
OWN = "本单位增设的岗位"


def groups() -> dict[str, dict[str, str]]:
    """Return all posts that can be held, by where they belong, with those of the installation's own vocabulary last."""
    return {**SHIPPED_GROUPS, **({OWN: dict(OWN_POSTS)} if OWN_POSTS else {})}


class _Posts(Mapping[str, str]):
    """Every post by code; the vocabulary may have some of an installation's own."""

    def __getitem__(self, role: str) -> str:
        for group in groups().values():
            if role in group:
                return group[role]
        raise KeyError(role)

    def __iter__(self) -> Iterator[str]:
        return (role for group in groups().values() for role in group)

    def __len__(self) -> int:
        return sum(map(len, groups().values()))


POSTS: Mapping[str, str] = _Posts()
CAPACITIES = {"representative": "法定代表人", "agent": "经办人"}
OF_PERSON = {"representative": "本人或者监护人", "agent": "代理人"}
OF_ANY = {"representative": "法定代表人；自然人的，本人或者监护人", "agent": "经办人；自然人的，代理人"}
"""As a form names them that does not know yet whether the subject is a natural person."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody holds."""

    role: str
    label: str
    office_code: str
    office: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate: until the end of `until`, or without end; `code` names its subject, a person's number masked."""

    id: int
    subject: str
    code: str
    capacity: str  # in words
    since: date
    until: date | None
    valid: bool


def held(tx: Connection, person_id: int) -> list[Post]:
    """Return the posts of a person, in the order of POSTS."""
    rows = tx.execute(
        select(role_grant.c.role, office.c.code, office.c.name)
        .join(office, office.c.id == role_grant.c.office_id)
        .where(role_grant.c.person_id == person_id)
        .order_by(office.c.code)
    )
    order = list(POSTS)
    found = [Post(row.role, POSTS.get(row.role, row.role), row.code, row.name) for row in rows]
    return sorted(found, key=lambda post: (post.office_code, order.index(post.role) if post.role in POSTS else 99))


def grant(tx: Connection, by: Actor, login: str, role: str, office_code: str, now: datetime) -> bool:
    """Ensure that the person holds the post; gives whether it did not before.

    Raises Conflict where the three administrators would meet in one person (等保), or one of them and
    another post; Invalid for an unknown role, a closed
    account or an agent's, Forbidden to all but security administrators and for one's own account.
    """
    capacity = permissions.capacity(by, permissions.SECURITY_ADMIN)
    who, where = accounts.one(tx, login), _office(tx, office_code)
    permissions.not_oneself(by, who.id, "把岗位授予")
    faults = Faults({"role": "岗位", "login": "账号"})
    faults.choice("role", role, POSTS)
    if who.kind != "staff":
        faults.add("login", f" {login} 是当事人或者代理人的账号，不能担任单位岗位")
    elif not who.active:
        faults.add("login", f" {login} 已停用，请先恢复使用")
    faults.stop("岗位没有授予，请按提示修改。")
    # one grant at a time for a person: two at once could make two administrators of it
    tx.execute(select(person.c.id).where(person.c.id == who.id).with_for_update())
    roles = {
        (row.role, row.office_id)
        for row in all_rows(tx.execute(select(role_grant).where(role_grant.c.person_id == who.id)), RoleGrantRow)
    }
    if (role, where.id) in roles:
        return False
    slot = 1 if role in permissions.ADMINISTRATORS else None
    administers = {one for one, _ in roles} & permissions.ADMINISTRATORS.keys()
    if slot and administers:
        raise Conflict("系统管理员、安全管理员、审计管理员不能由同一人担任。")
    if administers or (slot and roles):
        raise Conflict("管理员不能兼任其他岗位，担任其他岗位的人也不能兼任管理员。请先收回原来的岗位，或者换一人担任。")
    tx.execute(insert(role_grant).values(person_id=who.id, role=role, office_id=where.id, admin_slot=slot))
    events.note(tx, f"account/{login}", EventName.GRANT, by, capacity, now, {"role": role, "office": office_code})
    return True


def conflicts(tx: Connection) -> list[tuple[str, tuple[Post, ...]]]:
    """Logins that join an administrator's post to another, with their posts: rows from before that was refused. Of these
    the administrator's post does not count until one of the two is taken back."""
    one, other = role_grant.alias(), role_grant.alias()
    joined = (
        select(person.c.id, person.c.login)
        .join(one, one.c.person_id == person.c.id)
        .join(other, other.c.person_id == person.c.id)
        .where(one.c.role.in_(permissions.ADMINISTRATORS), other.c.role.not_in(permissions.ADMINISTRATORS))
    )
    rows = tx.execute(joined.distinct().order_by(person.c.login)).all()
    return [(row.login, tuple(held(tx, row.id))) for row in rows]


def revoke(tx: Connection, by: Actor, login: str, role: str, office_code: str, now: datetime) -> None:
    """Ensure that the person no longer holds the post; the trail keeps that it did. NotFound where it does not hold it."""
    capacity = permissions.capacity(by, permissions.SECURITY_ADMIN)
    who, where = accounts.one(tx, login), _office(tx, office_code)
    permissions.not_oneself(by, who.id, "收回")
    gone = tx.execute(
        delete(role_grant).where(
            role_grant.c.person_id == who.id, role_grant.c.role == role, role_grant.c.office_id == where.id
        )
    )
    if not gone.rowcount:
        raise NotFound(f"{who.name}在{where.name}没有岗位“{POSTS.get(role, role)}”。")
    events.note(tx, f"account/{login}", EventName.REVOKE, by, capacity, now, {"role": role, "office": office_code})


def mandates(tx: Connection, vault: Vault, person_id: int, today: date) -> list[Mandate]:
    """Return the mandates of a person, those that have ended last."""
    rows = tx.execute(
        select(mandate, subject.c.name, subject.c.kind, subject.c.uscc, subject.c.id_sealed)
        .join(subject, subject.c.id == mandate.c.subject_id)
        .where(mandate.c.person_id == person_id)
        .order_by(mandate.c.id)
    )
    found = [
        Mandate(
            row.id, row.name, row.uscc or (mask_id(vault.open(row.id_sealed)) if row.id_sealed else ""),
            (OF_PERSON if row.kind == "natural_person" else CAPACITIES)[row.capacity],
            row.valid_from, row.valid_until,
            row.valid_from <= today and (row.valid_until is None or row.valid_until >= today),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.valid)


def capacities(tx: Connection, person_id: int) -> Mapping[str, str]:
    """Return the capacities that the form of a new mandate offers: those of a natural person where the account speaks for such
    alone, else both ways of saying them."""
    kinds = select(subject.c.kind).join(mandate, mandate.c.subject_id == subject.c.id)
    spoken_for = set(tx.execute(kinds.where(mandate.c.person_id == person_id)).scalars())
    return OF_PERSON if spoken_for == {"natural_person"} else OF_ANY


class NewMandate(NamedTuple):
    """Who is spoken for, by credit code or identity number, in which capacity, and to which day."""

    code: str
    capacity: str
    until: date | None = None


def give_mandate(tx: Connection, vault: Vault, by: Actor, login: str, wanted: NewMandate, now: datetime) -> str:
    """Ensure that the agent may speak for the subject from today; gives its name.

    A mandate that ended begins anew. Raises Invalid naming the field, NotFound for an unknown account, Forbidden as `grant`.
    """
    role = permissions.capacity(by, permissions.SECURITY_ADMIN)
    who, today = accounts.one(tx, login), local_day(now)
    faults = Faults({"subject": "信用主体代码", "capacity": "身份", "until": "截止日", "login": "账号"})
    _, capacity, until = wanted
    code = normalise(faults.text("subject", wanted.code, 40))
    faults.choice("capacity", capacity, CAPACITIES)
    same = or_(subject.c.uscc == code, subject.c.id_index == vault.index(code))
    row = tx.execute(select(subject.c.id, subject.c.name, subject.c.uscc).where(same)).first() if code else None
    if code and row is None:
        faults.add("subject", "没有对应的信用主体：主体随失信信息导入建立，请先导入或核对代码")
    if until is not None and until < today:
        faults.add("until", "早于今日，授权不会生效")
    if who.kind != "agent":
        faults.add("login", f" {login} 是单位人员，不能代理信用主体")
    elif not who.active:
        faults.add("login", f" {login} 已停用，请先恢复使用")
    faults.stop("授权没有登记，请按提示修改。")
    if row is None:
        raise Invalid("授权没有登记，请按提示修改。", [Problem("subject", "没有对应的信用主体")])
    values = {"capacity": capacity, "valid_from": today, "valid_until": until}
    own = (mandate.c.person_id == who.id, mandate.c.subject_id == row.id)
    if not tx.execute(update(mandate).where(*own).values(values)).rowcount:
        tx.execute(insert(mandate).values(person_id=who.id, subject_id=row.id, **values))
    told = (CAPACITIES if row.uscc else OF_PERSON)[capacity]
    details = {"subject": row.name, "code": row.uscc or mask_id(code), "capacity": told, "until": until}
    events.note(tx, f"account/{login}", EventName.MANDATE, by, role, now, details)
    return str(row.name)


def end_mandate(tx: Connection, by: Actor, login: str, mandate_id: int, now: datetime) -> str:
    """Ensure that the mandate is over since yesterday and stays on file; gives its subject's name. NotFound when it is not
    one of the person's that counts, Forbidden as `grant`."""
    return _end_mandate(tx, by, login, mandate.c.id == mandate_id, now)


def end_mandate_for(tx: Connection, vault: Vault, by: Actor, login: str, code: str, now: datetime) -> str:
    """`end_mandate`, its subject named by credit code or identity number."""
    code = normalise(code)
    return _end_mandate(tx, by, login, or_(subject.c.uscc == code, subject.c.id_index == vault.index(code)), now)


def _end_mandate(tx: Connection, by: Actor, login: str, which: ColumnElement[bool], now: datetime) -> str:
    role = permissions.capacity(by, permissions.SECURITY_ADMIN)
    who, today = accounts.one(tx, login), local_day(now)
    row = tx.execute(
        select(mandate.c.id, subject.c.name)
        .join(subject, subject.c.id == mandate.c.subject_id)
        .where(which, mandate.c.person_id == who.id)
        .where(or_(mandate.c.valid_until.is_(None), mandate.c.valid_until >= today))
    ).first()
    if row is None:
        raise NotFound("没有找到这项授权，或者已经终止。")
    tx.execute(update(mandate).where(mandate.c.id == row.id).values(valid_until=today - timedelta(days=1)))
    events.note(tx, f"account/{login}", EventName.END_MANDATE, by, role, now, {"subject": row.name})
    return str(row.name)


def _office(tx: Connection, code: str) -> OfficeRow:
    if not code:
        raise Invalid("岗位没有授予，请按提示修改。", [Problem("office", "单位没有选择")])
    return office_by_code(tx, code)
