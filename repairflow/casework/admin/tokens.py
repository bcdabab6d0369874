"""Tokens for programs (接口令牌): issued for 400 days at most, listed, ended one by one, and their owners warned in time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from repairflow.casework import clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.admin import credentials, events, permissions
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.records import api_token, person
from repairflow.records.rows import ApiTokenRow, PersonRow, all_rows, first_row
from repairflow.times import local

MOST_DAYS = 400
WARN, WARN_AGAIN = timedelta(days=30), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner and administrators see it; `soon` while its end is near."""

    id: int
    label: str
    since: datetime
    until: datetime
    valid: bool
    soon: bool


def issue(tx: Connection, by: Actor, login: str, label: str, days: int, now: datetime) -> str:
    """Ensure that the token given admits programs as this person, for so many days; it is kept nowhere, and its owner and
    the audit administrators are told. Invalid beyond 400 days or for a closed account; Forbidden to all but security
    administrators; Refused while the clock is known to be ahead."""
    role = permissions.capacity(by, permissions.SECURITY_ADMIN)
    row = first_row(tx.execute(select(person).where(person.c.login == login)), PersonRow)
    if row is None:
        raise NotFound(f"没有登录名为 {login} 的账号，请核对登录名。")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("令牌没有发放。", [Problem("days", f"有效天数应在 1 到 {MOST_DAYS} 之间")])
    if not row.active:
        raise Invalid("令牌没有发放。", [Problem("login", "账号已停用，请先恢复使用")])
    clock_guard.require_sound(tx, by, now)
    token, until = secrets.token_urlsafe(32), now + timedelta(days=days)
    tx.execute(
        insert(api_token).values(
            digest=credentials.digest_of(token), person_id=row.id, label=label, created_at=now, expires_at=until
        )
    )
    events.note(tx, f"account/{login}", EventName.TOKEN, by, role, now, {"label": label, "days": days})
    body = f"账号 {login}（{row.name}）：发放接口令牌“{label}”，{local(until):%Y-%m-%d} 前有效。"
    own = "如果您没有要求，请在“账号安全”中作废，并联系本单位的安全管理员。"
    inbox.notify_person(tx, row.id, Notice("account", "您的账号：发放接口令牌", body + own, now))
    inbox.notify_everywhere(tx, permissions.AUDIT_ADMIN, Notice("account", f"账号 {login}：发放接口令牌", body, now))
    return token


def listed(tx: Connection, person_id: int, now: datetime) -> list[Token]:
    """Return a person's tokens, the newest first."""
    rows = tx.execute(select(api_token).where(api_token.c.person_id == person_id).order_by(api_token.c.id.desc()))
    return [
        Token(row.id, row.label, row.created_at, row.expires_at, valid := row.ended_at is None and row.expires_at > now,
              valid and row.expires_at <= now + WARN)
        for row in rows
    ]  # fmt: skip


def holder(tx: Connection, digest: str, now: datetime) -> int | None:
    """Whom the token of this digest admits; None when it admits nobody (any more)."""
    row = api_token.c
    return tx.execute(
        select(row.person_id)
        .join(person, person.c.id == row.person_id)
        .where(row.digest == digest, row.ended_at.is_(None), row.expires_at > now, person.c.active)
    ).scalar_one_or_none()


def end(tx: Connection, by: Actor, login: str, token_id: int, now: datetime) -> str:
    """Ensure that this token of the account admits nobody; gives its label. NotFound where it is not one that counts;
    Forbidden to all but its owner and security administrators."""
    row = first_row(tx.execute(select(person).where(person.c.login == login)), PersonRow)
    own = row is not None and by.id == row.id
    role = "self" if own else permissions.capacity(by, permissions.SECURITY_ADMIN)
    mine = (
        api_token.c.id == token_id,
        api_token.c.person_id == (row.id if row else None),
        api_token.c.ended_at.is_(None),
    )
    ended = tx.execute(update(api_token).where(*mine).values(ended_at=now).returning(api_token.c.label)).first()
    if ended is None:
        raise NotFound("没有这个接口令牌，或者已经作废。")
    events.note(tx, f"account/{login}", EventName.END_TOKEN, by, role, now, {"label": ended.label})
    return str(ended.label)


def warn(tx: Connection, now: datetime) -> int:
    """Ensure that the owners of tokens that end within 30 days know, and again within 7; how many were told."""
    token = api_token.c
    again = (token.expires_at <= now + WARN_AGAIN) & (token.warned_at <= now - (WARN - WARN_AGAIN) / 2)
    rows = all_rows(
        tx.execute(
            select(api_token)
            .where(token.ended_at.is_(None), token.expires_at > now, token.expires_at <= now + WARN)
            .where(or_(token.warned_at.is_(None), again))
        ),
        ApiTokenRow,
    )
    for row in rows:
        body = f"接口令牌“{row.label}”将于 {local(row.expires_at):%Y-%m-%d %H:%M} 到期，到期后使用它的程序不能再调用接口。请及时更换。"
        inbox.notify_person(tx, row.person_id, Notice("account", f"接口令牌“{row.label}”即将到期", body, now))
        tx.execute(update(api_token).where(token.id == row.id).values(warned_at=now))
    return len(rows)
