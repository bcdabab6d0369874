"""Links that open an account again, sent to its person by e-mail, by text message, or on a printed sheet.

Whoever has a link made never sees it: the token lies sealed until a channel carries it, or another administrator prints
the sheet. The person and the audit administrators are told each time, and its use is an event. The operator at the
machine, who owns the database anyway, is shown the link; that is notified and noted like the rest.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from repairflow.casework import clock_guard, outbox
from repairflow.casework.actor import Actor
from repairflow.casework.admin import credentials, events, permissions, second_factor
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbox import ToDo
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.records import credential_link, person
from repairflow.records.rows import PersonRow, first_row
from repairflow.times import local
from repairflow.vault import Vault

PASSWORD, SECOND_FACTOR = "password", "second_factor"
OPENS = {PASSWORD: "设置密码", SECOND_FACTOR: "解除动态口令"}
WAYS = {"mail": "电子邮件", "sms": "短信", "sheet": "打印的通知单", "machine": "服务器命令行"}
PATHS = {PASSWORD: "/account/password/", SECOND_FACTOR: "/account/second-factor/reset/"}
"""Where a link leads; the pages are those of `account`."""
TOPICS = {"mail": "link.mail", "sms": "link.sms"}
NOTICE_KIND = "account"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be opened, and which way the link goes; `mail` says whether this installation can send e-mail."""

    opens: str
    way: str
    mail: bool


@dataclass(frozen=True, slots=True)
class PrintedLink:
    """A link as the sheet or message shows it."""

    opens: str
    token: str
    login: str
    name: str
    ends: datetime

    @property
    def path(self) -> str:
        """Where the link leads, below the site's address."""
        return f"{PATHS[self.opens]}{self.token}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet that waits for another administrator; `mine`: the reader must not release it."""

    id: int
    opens: str
    login: str
    name: str
    maker: str
    made: datetime
    ends: datetime
    mine: bool


def ways(row: PersonRow, *, mail: bool) -> dict[str, str]:
    """Return the ways on which a link can reach the person `row`, the best first."""
    possible = {"mail": bool(mail and row.email), "sms": bool(row.phone), "sheet": True}
    return {way: WAYS[way] for way, able in possible.items() if able}


def send(tx: Connection, vault: Vault, by: Actor, row: PersonRow, order: Order, now: datetime) -> None:
    """Ensure that a link is on its way to the person `row`, or waits for another administrator to print it; any earlier one
    is over, and for a password so are the former password, sessions and tokens.

    Invalid for a closed account, a way that does not reach the person, or no device to release; Forbidden to all but
    security administrators, and for one's own account; Refused while the clock is known to be ahead.
    """
    permissions.capacity(by, permissions.SECURITY_ADMIN)
    permissions.not_oneself(by, row.id, "重置")
    if order.way not in ways(row, mail=order.mail):
        raise Invalid("链接没有发放，请按提示修改。", [Problem("way", "请选择送达本人的方式")])
    token = (_factor_token if order.opens == SECOND_FACTOR else _password_token)(tx, by, row, order, now)
    kept = _keep(tx, by, row, order.opens, order.way, token, now)
    if order.way in TOPICS:
        _queue(tx, kept, order.way, now)
    tx.execute(update(credential_link).where(credential_link.c.id == kept).values(sealed=vault.seal(token)))
    _tell(tx, _owner(row), f"发放{OPENS[order.opens]}的链接", f"{by.name}发放，方式：{WAYS[order.way]}。", now)


def show_at_machine(tx: Connection, by: Actor, row: PersonRow, now: datetime) -> str:
    """`send` for the operator at the machine, who hands the password's token on: it is given back."""
    token = credentials.issue_link(tx, by, row, now)
    _keep(tx, by, row, PASSWORD, "machine", token, now)
    _tell(tx, _owner(row), "发放设置密码的链接", "由服务器命令行发放。", now)
    return token


def reset_at_machine(tx: Connection, by: Actor, row: PersonRow, now: datetime) -> bool:
    """`second_factor.reset`, told to the person and the audit administrators; gives whether a device was bound."""
    done = second_factor.reset(tx, by, row, now)
    if done:
        _tell(tx, _owner(row), "动态口令已解除", "由服务器命令行解除。", now)
    return done


def waiting(tx: Connection, by: Actor, now: datetime) -> list[Waiting]:
    """Return the sheets that wait to be released, the oldest first."""
    maker = person.alias()
    rows = tx.execute(
        select(credential_link, person.c.login, person.c.name, maker.c.name.label("maker"))
        .join(person, person.c.id == credential_link.c.person_id)
        .outerjoin(maker, maker.c.id == credential_link.c.made_by)
        .where(_unreleased(now))
        .order_by(credential_link.c.id)
    )
    return [
        Waiting(row.id, row.opens, row.login, row.name, row.maker or "", row.made_at, row.ends_at,
                by.id in (row.made_by, row.person_id))
        for row in rows
    ]  # fmt: skip


def release(tx: Connection, vault: Vault, by: Actor, link_id: int, now: datetime) -> PrintedLink:
    """Ensure that the sheet is released, once, and its text forgotten here; gives what it says.

    Forbidden to whoever had it made, to whom it is for, and to all but administrators; NotFound where none waits;
    Conflict where somebody else was faster.
    """
    role = permissions.any_capacity(by)
    row = tx.execute(
        select(credential_link, person.c.login, person.c.name)
        .join(person, person.c.id == credential_link.c.person_id)
        .where(credential_link.c.id == link_id, _unreleased(now))
    ).first()
    if row is None:
        raise NotFound("没有等待打印的通知单：可能已经打印、过期，或者被新的链接代替。")
    if by.id in (row.made_by, row.person_id):
        raise Forbidden("通知单由发放人和本人以外的另一名管理员打印。")
    mine = (credential_link.c.id == link_id, _unreleased(now))
    done = update(credential_link).where(*mine).values(released_by=by.id, released_at=now, sealed=None)
    if not tx.execute(done).rowcount:
        raise Conflict("通知单刚由另一名管理员打印。")
    events.note(tx, f"account/{row.login}", EventName.RELEASE_LINK, by, role, now, {"opens": row.opens})
    owner = _Owner(row.person_id, row.login, row.name)
    _tell(tx, owner, f"打印{OPENS[row.opens]}的通知单", f"{by.name}打印，应当面交给本人。", now)
    return PrintedLink(row.opens, vault.open(row.sealed), row.login, row.name, row.ends_at)


def carried(tx: Connection, vault: Vault, link_id: int, channel: str, now: datetime) -> tuple[str, PrintedLink] | None:
    """Return the address by its channel and what to send there; None where the link is over or the address was taken back."""
    row = tx.execute(
        select(credential_link, person.c.login, person.c.name, person.c.email, person.c.phone)
        .join(person, person.c.id == credential_link.c.person_id)
        .where(credential_link.c.id == link_id, _open(now), credential_link.c.sealed.is_not(None), person.c.active)
    ).first()
    if row is None:
        return None
    to = row.email if channel == "mail" else vault.open(row.phone) if row.phone else None
    return (to, PrintedLink(row.opens, vault.open(row.sealed), row.login, row.name, row.ends_at)) if to else None


def handed_over(tx: Connection, link_id: int) -> None:
    """Ensure that the token of a link that a channel carried lies here no more."""
    tx.execute(update(credential_link).where(credential_link.c.id == link_id).values(sealed=None))


def set_password(tx: Connection, token: str, password: str, now: datetime) -> None:
    """`credentials.set_by_link`; who made and released the link stands with its use in the trail, and is told."""
    owner = credentials.owner_of_link(tx, token, now)
    credentials.set_by_link(tx, owner, password, now, _use(tx, token, now))
    _tell(tx, _owner(owner), "密码已用链接设置", "如果不是本人所为，请立即联系安全管理员。", now)


def owner_of_factor_link(tx: Connection, token: str, now: datetime) -> PersonRow:
    """Return the person whose device this link releases. NotFound when it was used, replaced, is over, or its account is closed."""
    row = first_row(tx.execute(
        select(person)
        .join(credential_link, credential_link.c.person_id == person.c.id)
        .where(
            credential_link.c.token_digest == credentials.digest_of(token), credential_link.c.opens == SECOND_FACTOR,
            _open(now), person.c.active,
        )
    ), PersonRow)  # fmt: skip
    if row is None:
        raise NotFound(credentials.GONE)
    return row


def release_factor(tx: Connection, token: str, now: datetime) -> None:
    """Ensure that no device is bound to the link's owner, who is signed in nowhere, and the link is used up. NotFound as
    `owner_of_factor_link`."""
    owner = owner_of_factor_link(tx, token, now)
    second_factor.released_by_link(tx, owner, now, _use(tx, token, now))
    _tell(tx, _owner(owner), "动态口令已用链接解除", "如果不是本人所为，请立即联系安全管理员。", now)


def _password_token(tx: Connection, by: Actor, row: PersonRow, order: Order, now: datetime) -> str:
    return credentials.issue_link(tx, by, row, now, order.way)


def _factor_token(tx: Connection, by: Actor, row: PersonRow, order: Order, now: datetime) -> str:
    if not row.active or row.totp_secret is None:
        text = "没有绑定设备，不用重置" if row.active else "账号已停用，请先恢复使用"
        raise Invalid("链接没有发放，请按提示修改。", [Problem("login", text)])
    clock_guard.require_sound(tx, by, now)
    ends = now + credentials.LINK_LIVES
    details = {"ends": ends, "way": order.way}
    events.note(
        tx,
        f"account/{row.login}",
        EventName.SECOND_FACTOR_LINK,
        by,
        permissions.capacity(by, permissions.SECURITY_ADMIN),
        now,
        details,
    )
    return secrets.token_urlsafe(32)


def _keep(tx: Connection, by: Actor, row: PersonRow, opens: str, way: str, token: str, now: datetime) -> int:
    former = (
        credential_link.c.person_id == row.id, credential_link.c.opens == opens,
        credential_link.c.used_at.is_(None), credential_link.c.ended_at.is_(None),
    )  # fmt: skip
    tx.execute(update(credential_link).where(*former).values(ended_at=now, sealed=None))
    values = {
        "person_id": row.id, "opens": opens, "way": way, "token_digest": credentials.digest_of(token), "made_by": by.id,
        "made_at": now, "ends_at": now + credentials.LINK_LIVES,
    }  # fmt: skip
    kept: int = tx.execute(insert(credential_link).values(values).returning(credential_link.c.id)).scalar_one()
    return kept


def _queue(tx: Connection, link_id: int, way: str, now: datetime) -> None:
    key = f"{way}/link/{link_id}"
    outbox.add(tx, now, ToDo(key, TOPICS[way], lane=key, kind="link", payload={"link": link_id}))


def _use(tx: Connection, token: str, now: datetime) -> Mapping[str, object]:
    """Ensure that the link counts as used; gives what its event notes."""
    maker, releaser = person.alias(), person.alias()
    row = tx.execute(
        select(
            credential_link.c.id, credential_link.c.way, maker.c.name.label("maker"), releaser.c.name.label("releaser")
        )
        .outerjoin(maker, maker.c.id == credential_link.c.made_by)
        .outerjoin(releaser, releaser.c.id == credential_link.c.released_by)
        .where(credential_link.c.token_digest == credentials.digest_of(token))
    ).first()
    if row is None:
        return {}  # a link from before this was kept
    tx.execute(update(credential_link).where(credential_link.c.id == row.id).values(used_at=now, sealed=None))
    details = {"way": row.way, "made_by": row.maker, "released_by": row.releaser}
    return {name: value for name, value in details.items() if value is not None}


class _Owner(NamedTuple):
    """Whose account it is."""

    person_id: int
    login: str
    name: str


def _owner(row: PersonRow) -> _Owner:
    return _Owner(row.id, row.login, row.name)


def _tell(tx: Connection, owner: _Owner, what: str, how: str, now: datetime) -> None:
    """Notify the person and all audit administrators."""
    body = f"账号 {owner.login}（{owner.name}）：{what}。{how}时间 {local(now):%Y-%m-%d %H:%M}。"
    own = "如果您没有要求，请立即联系本单位的安全管理员。"
    inbox.notify_person(tx, owner.person_id, Notice(NOTICE_KIND, f"您的账号：{what}", body + own, now))
    inbox.notify_everywhere(tx, permissions.AUDIT_ADMIN, Notice(NOTICE_KIND, f"账号 {owner.login}：{what}", body, now))


def _open(now: datetime) -> ColumnElement[bool]:
    link = credential_link.c
    return and_(link.used_at.is_(None), link.ended_at.is_(None), link.ends_at > now)


def _unreleased(now: datetime) -> ColumnElement[bool]:
    link = credential_link.c
    return and_(_open(now), link.way == "sheet", link.released_at.is_(None), link.sealed.is_not(None))
