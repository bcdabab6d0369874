"""What opens an account: links, passwords, devices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.admin import accounts, credential_links, credentials, forgotten_password, second_factor
from repairflow.casework.changes import (
    AskPasswordLink,
    BindDevice,
    ChangePassword,
    ReleaseDevice,
    ReleaseDeviceByLink,
    ReleaseLink,
    ResetDevice,
    SendLink,
    SetPassword,
    ShowLink,
)
from repairflow.casework.context import Services
from repairflow.casework.handlers.base import Table
from repairflow.errors import Forbidden, Unauthenticated


def _send(tx: Connection, services: Services, given: SendLink, now: datetime) -> None:
    order = credential_links.Order(given.opens, given.way, given.mail)
    credential_links.send(tx, services.vault, given.actor, accounts.one(tx, given.login), order, now)


def _at_machine(actor: Actor) -> Actor:
    """Return the operator at the machine. Forbidden to everybody else, who has a link sent."""
    if actor.kind != "system":
        raise Forbidden("这项由服务器管理员在命令行办理。")
    return actor


def _show(tx: Connection, services: Services, given: ShowLink, now: datetime) -> str:
    return credential_links.show_at_machine(tx, _at_machine(given.actor), accounts.one(tx, given.login), now)


def _reset(tx: Connection, services: Services, given: ResetDevice, now: datetime) -> bool:
    return credential_links.reset_at_machine(tx, _at_machine(given.actor), accounts.one(tx, given.login), now)


def _change(tx: Connection, services: Services, given: ChangePassword, now: datetime) -> None:
    credentials.change_password(tx, _person(given.actor), given.old, given.new, now)


def _bind(tx: Connection, services: Services, given: BindDevice, now: datetime) -> list[str]:
    person = _person(given.actor)
    return second_factor.bind(tx, services.vault, person, given.session_id, given.secret, given.code, now)


def _person(actor: Actor) -> int:
    """Return the person who asks. Unauthenticated for who has no account."""
    if actor.id is None:
        raise Unauthenticated
    return actor.id


HANDLERS: Table = {
    AskPasswordLink: lambda tx, at, given, now: forgotten_password.ask(tx, at.vault, given.login, now),
    SendLink: _send,
    ShowLink: _show,
    ResetDevice: _reset,
    ReleaseLink: lambda tx, at, given, now: credential_links.release(tx, at.vault, given.actor, given.link_id, now),
    SetPassword: lambda tx, _, given, now: credential_links.set_password(tx, given.token, given.password, now),
    ReleaseDeviceByLink: lambda tx, _, given, now: credential_links.release_factor(tx, given.token, now),
    ChangePassword: _change,
    BindDevice: _bind,
    ReleaseDevice: lambda tx, at, given, now: second_factor.release(
        tx, at.vault, _person(given.actor), given.code, now
    ),
}
"""Whoever holds a link is not signed in: what its token opens is all that it says."""
