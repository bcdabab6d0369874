"""People (人员): accounts are made, named, closed and opened again; none is ever removed, for the trail keeps naming them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, insert, or_, select, update

from repairflow.casework import search as terms
from repairflow.casework.actor import Actor
from repairflow.casework.admin import credentials, events, permissions
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.event_names import EventName
from repairflow.errors import Conflict, NotFound
from repairflow.records import mandate, office, person, role_grant, subject
from repairflow.records.rows import PersonRow, all_rows, first_row

FIELDS = {"login": "登录名", "name": "姓名", "kind": "类别"}
KINDS = {"staff": "单位人员", "agent": "当事人或者代理人"}

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,39}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of the list; `places` are the short names of offices or the names of subjects it stands for."""

    login: str
    name: str
    kind: str
    active: bool
    opened: bool  # a password was set
    places: tuple[str, ...]


def listed(tx: Connection, search: str = "", office_code: str = "", *, after: str = "", size: int = 50) -> list[Listed]:
    """People by login, by keyset; `search` is part of a login or name, or of the office or subject somebody stands for."""
    rows = select(person).where(person.c.login > after)
    if search:
        part = search.lower()
        posts = exists().where(
            role_grant.c.person_id == person.c.id, office.c.id == role_grant.c.office_id,
            or_(office.c.name.contains(search, autoescape=True), office.c.short_name.contains(search, autoescape=True)),
        )  # fmt: skip
        spoken_for = exists().where(
            mandate.c.person_id == person.c.id, subject.c.id == mandate.c.subject_id,
            terms.subjects(tx, search),
        )  # fmt: skip
        named = (func.lower(column).contains(part, autoescape=True) for column in (person.c.login, person.c.name))
        rows = rows.where(or_(*named, posts, spoken_for))
    if office_code:
        here = select(role_grant.c.person_id).join(office, office.c.id == role_grant.c.office_id)
        rows = rows.where(person.c.id.in_(here.where(office.c.code == office_code)))
    found = all_rows(tx.execute(rows.order_by(person.c.login).limit(size)), PersonRow)
    places = _places(tx, [row.id for row in found])
    return [
        Listed(row.login, row.name, row.kind, row.active, credentials.is_password(row.password_hash),
               tuple(places.get(row.id, ())))
        for row in found
    ]  # fmt: skip


def login_of(tx: Connection, person_id: int) -> str:
    """Give the login of a person who is there."""
    return str(tx.execute(select(person.c.login).where(person.c.id == person_id)).scalar_one())


def one(tx: Connection, login: str) -> PersonRow:
    """Return the row of a person; NotFound naming the login."""
    row = first_row(tx.execute(select(person).where(person.c.login == login)), PersonRow)
    if row is None:
        raise NotFound(f"没有登录名为 {login} 的账号，请核对登录名。")
    return row


def add(
    tx: Connection, by: Actor, login: str, name: str, kind: str, now: datetime, *, password: str | None = None
) -> int:
    """Ensure that the account exists, closed until a password is set; gives its id. `password` is for the machine's operator.

    Raises Conflict for a login in use, Invalid naming each field, Forbidden to all but system administrators.
    """
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    faults = Faults(FIELDS)
    login = faults.text("login", login, 40)
    if login and not _LOGIN.fullmatch(login):
        faults.add("login", "只能用小写字母、数字和 . _ @ -，至少两位")
    name = faults.name("name", name, 80)
    faults.choice("kind", kind, KINDS)
    faults.stop("账号没有新建，请按提示修改。")
    hashed = credentials.checked_hash(password, login) if password is not None else None
    alone(tx, person)
    if tx.execute(select(person.c.id).where(person.c.login == login)).first():
        raise Conflict(f"账号 {login} 已经存在。")
    values = {"login": login, "name": name, "kind": kind, "password_hash": hashed}
    person_id: int = tx.execute(insert(person).values(values).returning(person.c.id)).scalar_one()
    events.note(tx, f"account/{login}", EventName.ADD, by, role, now, {"kind": kind, "name": name})
    return person_id


def rename(tx: Connection, by: Actor, login: str, name: str, now: datetime) -> bool:
    """Ensure that the person bears the name; gives whether it was another. What is already in the trail keeps the old one."""
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    row = one(tx, login)
    faults = Faults(FIELDS)
    name = faults.name("name", name, 80)
    faults.stop("姓名没有修改，请按提示修改。")
    if name == row.name:
        return False
    tx.execute(update(person).where(person.c.id == row.id).values(name=name))
    events.note(tx, f"account/{login}", EventName.RENAME, by, role, now, {"name": [row.name, name]})
    return True


def disable(tx: Connection, by: Actor, login: str, now: datetime) -> bool:
    """Ensure that nobody gets in with the account: its sessions and API tokens have ended. Gives whether it was open."""
    role = permissions.capacity(by, permissions.SECURITY_ADMIN)
    row = one(tx, login)
    permissions.not_oneself(by, row.id, "停用")
    if not row.active:
        return False
    tx.execute(update(person).where(person.c.id == row.id).values(active=False))
    credentials.end_sessions(tx, row.id, now)
    credentials.end_tokens(tx, row.id, now)
    events.note(tx, f"account/{login}", EventName.DISABLE, by, role, now, {})
    return True


def enable(tx: Connection, by: Actor, login: str, now: datetime) -> bool:
    """Ensure that the account may be used again, with its posts and password; tokens stay ended. Gives whether it was closed."""
    role = permissions.capacity(by, permissions.SECURITY_ADMIN)
    row = one(tx, login)
    if row.active:
        return False
    tx.execute(update(person).where(person.c.id == row.id).values(active=True))
    events.note(tx, f"account/{login}", EventName.ENABLE, by, role, now, {})
    return True


def _places(tx: Connection, people: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    posts = (
        select(role_grant.c.person_id, office.c.short_name)
        .join(office, office.c.id == role_grant.c.office_id)
        .where(role_grant.c.person_id.in_(people))
        .distinct()
    )
    subjects = (
        select(mandate.c.person_id, subject.c.name)
        .join(subject, subject.c.id == mandate.c.subject_id)
        .where(mandate.c.person_id.in_(people))
    )
    for rows in (posts, subjects):
        for person_id, name in tx.execute(rows):
            found.setdefault(person_id, []).append(name)
    return found
