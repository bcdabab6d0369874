"""Accounts: the account itself, its posts and mandates, its tokens. Who may is said by `admin.permissions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.admin import accounts, roles_and_mandates, tokens
from repairflow.casework.admin.roles_and_mandates import NewMandate
from repairflow.casework.changes import (
    AddPerson,
    ChangeRole,
    EndMandate,
    EndToken,
    GiveMandate,
    IssueToken,
    RenamePerson,
    SwitchPerson,
)
from repairflow.casework.context import Services
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.handlers.base import Table


def _add(tx: Connection, services: Services, given: AddPerson, now: datetime) -> int:
    return accounts.add(tx, given.actor, given.login, given.name, given.kind, now, password=given.password)


def _switch(tx: Connection, services: Services, given: SwitchPerson, now: datetime) -> bool:
    return (accounts.enable if given.on else accounts.disable)(tx, given.actor, given.login, now)


def _role(tx: Connection, services: Services, given: ChangeRole, now: datetime) -> bool:
    """Tell whether the post was granted anew; taking one back says nothing but that it was done."""
    if given.held:
        return roles_and_mandates.grant(tx, given.actor, given.login, given.role, given.office, now)
    roles_and_mandates.revoke(tx, given.actor, given.login, given.role, given.office, now)
    return True


def _mandate(tx: Connection, services: Services, given: GiveMandate, now: datetime) -> str:
    wanted = NewMandate(given.subject, given.capacity, given.until)
    name = roles_and_mandates.give_mandate(tx, services.vault, given.actor, given.login, wanted, now)
    if given.born.strip():
        birthday_statement.with_mandate(tx, services, given.actor, given.subject, given.born, now)
    return name


def _end_mandate(tx: Connection, services: Services, given: EndMandate, now: datetime) -> str:
    if isinstance(given.mandate, int):
        return roles_and_mandates.end_mandate(tx, given.actor, given.login, given.mandate, now)
    return roles_and_mandates.end_mandate_for(tx, services.vault, given.actor, given.login, given.mandate, now)


HANDLERS: Table = {
    AddPerson: _add,
    RenamePerson: lambda tx, _, given, now: accounts.rename(tx, given.actor, given.login, given.name, now),
    SwitchPerson: _switch,
    ChangeRole: _role,
    GiveMandate: _mandate,
    EndMandate: _end_mandate,
    IssueToken: lambda tx, _, given, now: tokens.issue(tx, given.actor, given.login, given.label, given.days, now),
    EndToken: lambda tx, _, given, now: tokens.end(tx, given.actor, given.login, given.token_id, now),
}
