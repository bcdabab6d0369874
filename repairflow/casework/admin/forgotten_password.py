"""A forgotten password: whoever asks hears the same, and the person of that login gets a link by e-mail.

Whoever asks has proved nothing: so password, sessions and tokens stay until the link is used (`credentials.set_by_link`).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, insert, select

from repairflow.casework import clock_guard, outbox
from repairflow.casework.actor import ANYBODY
from repairflow.casework.admin import credential_links, credentials, events
from repairflow.casework.event_names import EventName
from repairflow.casework.outbox import ToDo
from repairflow.records import credential_link, event, person
from repairflow.records.rows import PersonRow, first_row
from repairflow.vault import Vault

LINK_LIVES = timedelta(minutes=30)
LINK_STAYS = timedelta(minutes=10)
"""A link is not replaced for so long, else a stranger who asks again and again would end each one before it is used."""
ADDRESS_WAITS = timedelta(hours=24)
"""A new address gets no link for so long: who finds a browser signed in and enters an address of its own has no account."""


TOPIC = "link.asked"
"""What the worker does with such rows of the outbox: `answer`."""
FORMER = "mail.former"
"""Rows that tell an address that it is the account's no longer."""


def ask(tx: Connection, vault: Vault, login: str, now: datetime) -> None:
    """Ensure that the wish waits for the worker: the same work whether somebody has this login or not, so that the time of the
    answer tells nothing. Refused while the clock is known to be ahead."""
    clock_guard.require_sound(tx, ANYBODY, now)
    key = f"{TOPIC}/{secrets.token_urlsafe(16)}"
    outbox.add(tx, now, ToDo(key, TOPIC, lane=key, kind="link", payload=_sealed(vault, login.strip())))


def tell_former(tx: Connection, vault: Vault, former: str, now: datetime) -> None:
    """Ensure that the former address of an account is going to be told that it is so no longer: who finds a browser signed in
    and enters an address of its own is seen by the person."""
    key = f"{FORMER}/{secrets.token_urlsafe(16)}"
    outbox.add(tx, now, ToDo(key, FORMER, lane=key, kind="address", payload=_sealed(vault, former)))


def _sealed(vault: Vault, text: str) -> dict[str, object]:
    """Return what a row says of a login or an address, which stand nowhere else for it and are read by the worker alone."""
    return {"sealed": base64.b64encode(vault.seal(text)).decode()}


def unsealed(vault: Vault, payload: Mapping[str, object]) -> str:
    """Return the login or the address of a row."""
    return vault.open(base64.b64decode(str(payload["sealed"])))


def answer(tx: Connection, vault: Vault, login: str, now: datetime) -> None:
    """Ensure that a link that sets the password once, within 30 minutes, is on its way to the person's e-mail, and any that
    was asked for before is over. Nothing happens, and nothing is said, where nobody has this login, the account is closed,
    or has no address or only a new one, or an open link was asked for within `LINK_STAYS`."""
    token = secrets.token_urlsafe(32)
    sealed = vault.seal(token)
    row = first_row(tx.execute(select(person).where(person.c.login == login.strip(), person.c.active)), PersonRow)
    if row is None or not row.email or _new_address(tx, row.login, now) or _just_sent(tx, row.id, now):
        return
    credentials.end_requested_links(tx, row.id, now)
    ends = now + LINK_LIVES
    values = {
        "person_id": row.id, "opens": credential_links.PASSWORD, "way": "mail", "sealed": sealed,
        "token_digest": credentials.digest_of(token), "made_at": now, "ends_at": ends,
    }  # fmt: skip
    kept = tx.execute(insert(credential_link).values(values).returning(credential_link.c.id)).scalar_one()
    key = f"mail/link/{kept}"
    outbox.add(tx, now, ToDo(key, credential_links.TOPICS["mail"], lane=key, kind="link", payload={"link": kept}))
    events.note(tx, f"account/{row.login}", EventName.ASK_PASSWORD_LINK, ANYBODY, "public", now, {"ends": ends})


def _just_sent(tx: Connection, person_id: int, now: datetime) -> bool:
    """Tell whether a link that somebody asked for within `LINK_STAYS` is still open."""
    link = credential_link.c
    open_ = (
        link.person_id == person_id,
        credentials.asked_for,
        link.used_at.is_(None),
        link.made_at > now - LINK_STAYS,
    )
    return bool(tx.execute(select(exists().where(*open_))).scalar())


def _new_address(tx: Connection, login: str, now: datetime) -> bool:
    """Tell whether the person changed the address within `ADDRESS_WAITS`."""
    changed = (event.c.stream == f"account/{login}", event.c.action == EventName.CHANGE_ADDRESS)
    return bool(tx.execute(select(exists().where(*changed, event.c.at > now - ADDRESS_WAITS))).scalar())
