"""The pairs of keys by which messages to platforms are signed: made, replaced, published.

A pair that is replaced goes on signing beside its successor for `OVERLAP`, longer than any message is tried: whoever has the
old public key only can check every message until its last. The public half stays published for ever, since signatures are
proofs; the private half is kept sealed, and only as long as it signs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.admin.form_errors import alone
from repairflow.casework.event_names import EventName
from repairflow.gateway import key_pairs
from repairflow.gateway.key_pairs import KeyPair
from repairflow.records import exchange_key
from repairflow.records.rows import ExchangeKeyRow, all_rows
from repairflow.vault import Vault

STREAM = "keys/exchange"
OVERLAP = timedelta(days=8)
"""A push is tried for 75 hours, and asked for a week where the platform decides later."""


class PublishedKey(NamedTuple):
    """A public key as it is published; `valid_to` is None while nothing replaces it."""

    code: str
    public: str
    valid_from: datetime
    valid_to: datetime | None

    def signs(self, now: datetime) -> bool:
        """Tell whether messages are signed by it now."""
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)

    def as_json(self) -> dict[str, str | None]:
        """As `GET /exchange/keys` gives it."""
        until = self.valid_to.isoformat() if self.valid_to is not None else None
        return {**key_pairs.jwk(self.public), "valid_from": self.valid_from.isoformat(), "valid_to": until}


def published(tx: Connection) -> list[PublishedKey]:
    """Return every key there ever was, newest first."""
    rows = all_rows(tx.execute(select(exchange_key).order_by(exchange_key.c.id.desc())), ExchangeKeyRow)
    return [PublishedKey(row.code, row.public, row.valid_from, row.valid_to) for row in rows]


def signing(tx: Connection, vault: Vault, now: datetime) -> tuple[KeyPair, ...]:
    """Return the pairs that sign now, newest first. ConfigurationError when the vault is not the one that sealed them."""
    until = exchange_key.c.valid_to
    mine = (exchange_key.c.valid_from <= now, or_(until.is_(None), until > now), exchange_key.c.sealed.is_not(None))
    rows = all_rows(tx.execute(select(exchange_key).where(*mine).order_by(exchange_key.c.id.desc())), ExchangeKeyRow)
    return tuple(key_pairs.opened(row.code, vault.open(row.sealed)) for row in rows if row.sealed is not None)


def keep(tx: Connection, vault: Vault, by: Actor, now: datetime) -> int:
    """Ensure that there is a pair that signs, and no private half that signs no more; gives how many of these were thrown
    away."""
    alone(tx, exchange_key)
    gone = exchange_key.c.sealed.is_not(None) & (exchange_key.c.valid_to <= now)
    ended = tx.execute(update(exchange_key).where(gone).values(sealed=None)).rowcount
    if not any(key.valid_to is None for key in published(tx)):
        _make(tx, vault, by, "system", now, EventName.ADD)
    return ended


def rotate(tx: Connection, vault: Vault, by: Actor, at_once: bool, now: datetime) -> PublishedKey:
    """Ensure that a new pair signs; what signed until now does so beside it for `OVERLAP`, or (`at_once`, for a private half
    that somebody else may have) never again. Forbidden to all but system administrators."""
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    alone(tx, exchange_key)
    until = exchange_key.c.valid_to
    if at_once:
        signs = or_(until.is_(None), until > now)
        tx.execute(update(exchange_key).where(signs).values(valid_to=now, sealed=None))
    else:
        tx.execute(update(exchange_key).where(until.is_(None)).values(valid_to=now + OVERLAP))
    why = {"reason": "原来的密钥立即停止签名"} if at_once else {}
    return _make(tx, vault, by, role, now, EventName.CHANGE, **why)


def _make(
    tx: Connection, vault: Vault, by: Actor, role: str, now: datetime, name: EventName, **more: object
) -> PublishedKey:
    code, public, private = key_pairs.made()
    row = {"code": code, "public": public, "sealed": vault.seal(private), "valid_from": now}
    tx.execute(insert(exchange_key).values(**row))
    events.note(tx, STREAM, name, by, role, now, {"key": code, "public": public, **more})
    return PublishedKey(code, public, now, None)
