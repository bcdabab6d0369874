"""What a login asks about an account: its password, whether it is open, whether a device for one-time codes is bound."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.records import person
from repairflow.records.rows import first_row


class Account(NamedTuple):
    """An account as a login needs it; `bound` says whether it has a second factor."""

    id: int
    password_hash: str | None
    active: bool
    bound: bool


def account(tx: Connection, login: str) -> Account | None:
    """Return the account with this login, or None."""
    row = person.c
    columns = select(row.id, row.password_hash, row.active, row.totp_secret.is_not(None).label("bound"))
    return first_row(tx.execute(columns.where(row.login == login)), Account)


def bound(tx: Connection, person_id: int | None) -> bool:
    """Tell whether a person has bound a device for one-time codes."""
    return tx.execute(select(person.c.totp_secret.is_not(None)).where(person.c.id == person_id)).scalar_one()
