"""The second factor of staff: a one-time code (TOTP, RFC 6238) from an own device, and recovery codes for when it is lost.

The vault keeps both in one sealed text: the secret, then the digests of the recovery codes not yet used.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import Connection, func, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.admin import credentials, events
from repairflow.casework.event_names import EventName
from repairflow.errors import Conflict, Forbidden, Invalid, Problem
from repairflow.records import person, web_session
from repairflow.records.rows import PersonRow, one_row
from repairflow.vault import Vault

CODE_SECONDS = 30
SKEW = timedelta(minutes=5)
"""How far the clocks of nodes may differ. A code that was used later than that by this clock was used while a clock was ahead."""
RECOVERY_CODES = 10
WRONG = "动态口令不正确或已用过。请等待口令更新后重新输入。"
UNBOUND = "您的账号尚未绑定动态口令，请先绑定。"
ISSUER = "信用修复与异议办理"


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """Return the 30-second step a one-time code belongs to, this one or the one before; None for a wrong code."""
    totp, step = pyotp.TOTP(secret), int(now.timestamp()) // CODE_SECONDS
    for candidate in (step, step - 1):
        if totp.verify(code, for_time=candidate * CODE_SECONDS):
            return candidate
    return None


def recovery_left(tx: Connection, vault: Vault, person_id: int) -> int | None:
    """Return how many recovery codes a person has left; None where no device is bound."""
    sealed = tx.execute(select(person.c.totp_secret).where(person.c.id == person_id)).scalar_one()
    return len(vault.open(sealed).split()) - 1 if sealed is not None else None


def new_secret() -> str:
    """Return a fresh secret for a device: 160 bits, base32."""
    return pyotp.random_base32(32)


def address(secret: str, whose: str) -> str:
    """Return what the device reads as a QR code (otpauth://); it lists the code under the issuer and `whose`."""
    return pyotp.TOTP(secret).provisioning_uri(name=whose, issuer_name=ISSUER)


def bind(
    tx: Connection, vault: Vault, person_id: int, session_id: int, secret: str, code: str, now: datetime
) -> list[str]:
    """Ensure that the device with `secret` is the person's, and the session counts as confirmed by it; gives the recovery
    codes, kept nowhere else. Invalid for a wrong code, Conflict where a device is bound already."""
    row = _row(tx, person_id)
    if row.totp_secret is not None:
        raise Conflict("已经绑定了动态口令。要换设备，请先解除原来的绑定。")
    if step_of_code(secret, code, now) is None:
        raise Invalid(
            "没有绑定，请按提示修改。", [Problem("code", "动态口令不正确，请核对手机时间，输入当前显示的 6 位数字")]
        )
    codes = [_grouped(b32encode(secrets.token_bytes(5)).decode()) for _ in range(RECOVERY_CODES)]
    _keep(tx, vault, person_id, secret, [_digest(one) for one in codes])
    tx.execute(update(web_session).where(web_session.c.id == session_id).values(second_factor_at=now))
    _note(tx, row, EventName.BIND_SECOND_FACTOR, now)
    return codes


def confirm(tx: Connection, vault: Vault, person_id: int, session_id: int, code: str, now: datetime) -> str | None:
    """Give the session its second factor, or say why not. A code is good once: its step must be later than the last second
    factor of that person; a recovery code is used up."""
    row = _row(tx, person_id)
    if row.totp_secret is None:
        return UNBOUND
    if not _proves(tx, vault, row, code, now):
        return WRONG
    tx.execute(update(web_session).where(web_session.c.id == session_id).values(second_factor_at=now))
    return None


def release(tx: Connection, vault: Vault, person_id: int, code: str, now: datetime) -> None:
    """Ensure that no device is bound to the person, who proved by a code to hold it. Invalid for a wrong code."""
    row = _row(tx, person_id)
    if row.totp_secret is None or not _proves(tx, vault, row, code, now):
        raise Invalid("没有解除，请按提示修改。", [Problem("code", WRONG if row.totp_secret is not None else UNBOUND)])
    tx.execute(update(person).where(person.c.id == person_id).values(totp_secret=None))
    _note(tx, row, EventName.RELEASE_SECOND_FACTOR, now)


def reset(tx: Connection, by: Actor, row: PersonRow, now: datetime) -> bool:
    """Ensure that no device is bound to the person `row`, who is signed in nowhere; gives whether one was. Forbidden to all
    but the operator at the machine: an administrator sends a link (`links`)."""
    if by.kind != "system":
        raise Forbidden("动态口令由本人用链接解除，请向本人发放链接。")
    if row.totp_secret is None:
        return False
    _unbind(tx, row, now)
    events.note(tx, f"account/{row.login}", EventName.RESET_SECOND_FACTOR, by, "operator", now, {})
    return True


def released_by_link(tx: Connection, row: PersonRow, now: datetime, details: Mapping[str, object]) -> None:
    """Ensure that no device is bound to the person `row`, who came with a link for that and is signed in nowhere; `details`
    stands with it in the trail."""
    _unbind(tx, row, now)
    by = Actor(row.id, row.name, row.kind)
    events.note(tx, f"account/{row.login}", EventName.RESET_SECOND_FACTOR, by, "self", now, details)


def _unbind(tx: Connection, row: PersonRow, now: datetime) -> None:
    tx.execute(update(person).where(person.c.id == row.id).values(totp_secret=None))
    credentials.end_sessions(tx, row.id, now)


def _proves(tx: Connection, vault: Vault, row: PersonRow, code: str, now: datetime) -> bool:
    if row.totp_secret is None:
        return False
    secret, *unused = vault.open(row.totp_secret).split()
    if (digest := _digest(code)) in unused:
        _keep(tx, vault, row.id, secret, [one for one in unused if one != digest])
        _note(tx, row, EventName.USE_RECOVERY_CODE, now)
        return True
    step = step_of_code(secret, code.strip(), now)
    session = web_session.c
    used = (session.person_id == row.id, session.second_factor_at <= now + SKEW)  # else its owner waits for that day
    last = tx.execute(select(func.max(session.second_factor_at)).where(*used)).scalar_one()
    return step is not None and (last is None or step > int(last.timestamp()) // CODE_SECONDS)


def _row(tx: Connection, person_id: int) -> PersonRow:
    """Return the person, locked: a code offered twice at once is good once."""
    return one_row(tx.execute(select(person).where(person.c.id == person_id).with_for_update()), PersonRow)


def _keep(tx: Connection, vault: Vault, person_id: int, secret: str, unused: list[str]) -> None:
    sealed = vault.seal(" ".join([secret, *unused]))
    tx.execute(update(person).where(person.c.id == person_id).values(totp_secret=sealed))


def _note(tx: Connection, row: PersonRow, action: EventName, now: datetime) -> None:
    events.note(tx, f"account/{row.login}", action, Actor(row.id, row.name, row.kind), "self", now, {})


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().replace("-", "").upper().encode()).hexdigest()


def _grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"
