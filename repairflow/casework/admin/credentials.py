"""What opens an account: a password, or a one-time link by which its owner sets one; and tokens for programs.

No administrator ever knows a password. A link takes the place of the password it ends: the column holds an Argon2 hash, or
the digest of the link's token and when it ends. So a new link, like a new password, ends the link before. A link that
somebody asked for at the login (`forgotten_password`) ends no password until it is used: its row alone knows it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, and_, select, update

from repairflow import vault as secrets_module
from repairflow.casework import clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.event_names import EventName
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.records import api_token, credential_link, person, web_session
from repairflow.records.rows import PersonRow, first_row, one_row

LINK_LIVES = timedelta(hours=72)
LEAST, MOST = 10, 200
LINK = "link:"
GONE = "这个链接已经用过、过期或者被新的链接代替。请在登录页重新找回密码，或者联系本单位的安全管理员重新发放。"

asked_for = and_(
    credential_link.c.opens == "password", credential_link.c.way == "mail", credential_link.c.made_by.is_(None),
    credential_link.c.ended_at.is_(None),
)  # fmt: skip
"""Whether a link was asked for at the login, by whoever knew the login, and no other took its place."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return what is stored of a password: Argon2id with the library's current parameters."""
    return _hasher.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Tell whether a password belongs to what is stored; takes as long where there is none."""
    known = stored if is_password(stored) else None
    try:
        return _hasher.verify(known or _decoy(), password) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def still(tx: Connection, person_id: int, stored: str) -> bool:
    """Tell whether what is stored is what a password was just proved against; until the transaction ends nobody changes it, so
    that a session begun in it ends with the next change."""
    row = select(person.c.password_hash).where(person.c.id == person_id).with_for_update()
    return bool(tx.execute(row).scalar_one() == stored)


def strengthen(tx: Connection, person_id: int, stored: str, password: str) -> None:
    """Ensure that a password that was just proved is not kept with weaker parameters than today's; one that was changed
    meanwhile stays as it was changed."""
    if _hasher.check_needs_rehash(stored):
        as_seen = (person.c.id == person_id, person.c.password_hash == stored)
        tx.execute(update(person).where(*as_seen).values(password_hash=hash_password(password)))


def is_password(stored: str | None) -> bool:
    """Tell whether a password is stored, not a link or nothing."""
    return stored is not None and not stored.startswith(LINK)


def link_ends(stored: str | None) -> datetime | None:
    """Return when the link that is stored ends; None where none is."""
    if stored is None or not stored.startswith(LINK):
        return None
    return datetime.fromtimestamp(int(stored.rsplit(":", 1)[1]), UTC)


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def checked_hash(password: str, login: str) -> str:
    """Return the hash of a password fit to be used. Invalid where it is too short, too plain, or holds the login.

    等保 asks for complexity: two kinds of characters, beside the length that does the work.
    """
    kinds = {"digit" if c.isdigit() else "letter" if c.isalpha() else "other" for c in password}
    if not LEAST <= len(password) <= MOST:
        fault = f"密码应为 {LEAST} 到 {MOST} 个字符"
    elif len(kinds) < 2:
        fault = "密码应含字母、数字、符号中的至少两种"
    elif login.lower() in password.lower():
        fault = "密码不能含有登录名"
    else:
        return hash_password(password)
    raise Invalid(f"密码没有设置：{fault}。", [Problem("password", fault)])


def issue_link(tx: Connection, by: Actor, row: PersonRow, now: datetime, way: str = "machine") -> str:
    """Ensure that the former password, sessions and tokens of the person `row` are over, and only the token given opens a new one,
    once, within three days. Forbidden to all but security administrators, and for one's own account; Refused while the clock
    is known to be ahead: the link would live until a day that has not come.

    `links` brings the token to its person; whoever had it made never sees it.
    """
    role = permissions.capacity(by, permissions.SECURITY_ADMIN)
    permissions.not_oneself(by, row.id, "重置")
    if not row.active:
        raise Invalid(f"账号 {row.login} 已停用，请先恢复使用。", [Problem("login", "账号已停用，请先恢复使用")])
    clock_guard.require_sound(tx, by, now)
    token, ends = secrets.token_urlsafe(32), now + LINK_LIVES
    stored = f"{LINK}{digest_of(token)}:{int(ends.timestamp())}"
    tx.execute(update(person).where(person.c.id == row.id).values(password_hash=stored))
    end_sessions(tx, row.id, now)
    end_tokens(tx, row.id, now)
    end_requested_links(tx, row.id, now)
    events.note(tx, f"account/{row.login}", EventName.PASSWORD_LINK, by, role, now, {"ends": ends, "way": way})
    return token


def owner_of_link(tx: Connection, token: str, now: datetime) -> PersonRow:
    """Return the person whose link it is. NotFound when it was used, replaced, is over, or its account is closed."""
    same = person.c.password_hash.startswith(f"{LINK}{digest_of(token)}:", autoescape=True)
    row = first_row(tx.execute(select(person).where(same, person.c.active)), PersonRow)
    if row is None:
        return _who_asked_for(tx, token, now)
    ends = link_ends(row.password_hash)
    if ends is None or ends <= now:
        raise NotFound(GONE)
    return row


def _who_asked_for(tx: Connection, token: str, now: datetime) -> PersonRow:
    """Return the person to whom a link was sent that somebody asked for at the login. NotFound as `owner_of_link`."""
    rows = select(person).join(credential_link, credential_link.c.person_id == person.c.id)
    this = credential_link.c.token_digest == digest_of(token)
    open_ = (this, asked_for, credential_link.c.used_at.is_(None), credential_link.c.ends_at > now, person.c.active)
    row = first_row(tx.execute(rows.where(*open_)), PersonRow)
    if row is None:
        raise NotFound(GONE)
    return row


def set_by_link(
    tx: Connection, owner: PersonRow, password: str, now: datetime, details: Mapping[str, object] = MappingProxyType({})
) -> None:
    """Ensure that the link's owner, as `owner_of_link` gave it, has this password and no link of theirs sets another;
    `details` are noted in the event. NotFound where another was faster, Invalid naming what is wrong with the password."""
    _store(tx, owner, password, EventName.SET_PASSWORD, now, details)


def change_password(tx: Connection, person_id: int, old: str, new: str, now: datetime) -> None:
    """Ensure that the person has the new password, is signed in nowhere, and has no token. Invalid naming the field that does not fit."""
    row = one_row(tx.execute(select(person).where(person.c.id == person_id)), PersonRow)
    if not password_fits(row.password_hash, old):
        raise Invalid("密码没有修改，请按提示修改。", [Problem("old", "现在的密码不正确")])
    if new == old:
        raise Invalid("密码没有修改，请按提示修改。", [Problem("password", "新密码与现在的相同")])
    _store(tx, row, new, EventName.CHANGE_PASSWORD, now)


def end_requested_links(tx: Connection, person_id: int, now: datetime) -> None:
    """Ensure that no link that somebody asked for at the login sets the person's password (another came)."""
    own = (credential_link.c.person_id == person_id, asked_for, credential_link.c.used_at.is_(None))
    tx.execute(update(credential_link).where(*own).values(ended_at=now, sealed=None))


def end_password_links(tx: Connection, person_id: int, now: datetime) -> None:
    """Ensure that no link that is open sets the person's password, whoever had it made, and no sheet of one waits to be
    printed."""
    link = credential_link.c
    own = (link.person_id == person_id, link.opens == "password", link.used_at.is_(None), link.ended_at.is_(None))
    tx.execute(update(credential_link).where(*own).values(ended_at=now, sealed=None))


def end_sessions(tx: Connection, person_id: int, now: datetime) -> None:
    """Ensure that none of the person's sessions admits anybody (password changed, account closed)."""
    own = (web_session.c.person_id == person_id, web_session.c.ended_at.is_(None))
    tx.execute(update(web_session).where(*own).values(ended_at=now))


def end_tokens(tx: Connection, person_id: int, now: datetime) -> None:
    """Ensure that none of the person's tokens admits a program (password changed, account closed)."""
    own = (api_token.c.person_id == person_id, api_token.c.ended_at.is_(None))
    tx.execute(update(api_token).where(*own).values(ended_at=now))


def _store(
    tx: Connection,
    row: PersonRow,
    password: str,
    action: EventName,
    now: datetime,
    details: Mapping[str, object] = MappingProxyType({}),
) -> None:
    hashed = checked_hash(password, row.login)
    as_seen = (person.c.id == row.id, person.c.password_hash == row.password_hash)  # a rival may have used the link up
    if not tx.execute(update(person).where(*as_seen).values(password_hash=hashed)).rowcount:
        raise NotFound(GONE)
    end_sessions(tx, row.id, now)
    end_tokens(tx, row.id, now)
    end_password_links(tx, row.id, now)
    events.note(tx, f"account/{row.login}", action, Actor(row.id, row.name, row.kind), "self", now, details)


def digest_of(token: str) -> str:
    return secrets_module.digest(token.encode()).removeprefix("sha256:")
