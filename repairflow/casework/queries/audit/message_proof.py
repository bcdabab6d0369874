"""Whether each message of a platform that waits for a person is still the one that came.

Its bytes lie sealed beside the row and are megabytes: what the trail and the row's lines hold is their digest.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from repairflow.auditing.report import Fault
from repairflow.errors import ConfigurationError
from repairflow.records import inbound_message
from repairflow.vault import Vault, digest

_MESSAGES = select(
    inbound_message.c.id, inbound_message.c.serial, inbound_message.c.digest, inbound_message.c.body,
    inbound_message.c.state,
).order_by(inbound_message.c.id)  # fmt: skip


def prove(tx: Connection, vault: Vault) -> Iterator[Fault]:
    """Yield each message whose bytes are not those that came; that waits without them; or that has some and waits for nobody."""
    for row in tx.execute(_MESSAGES, execution_options={"yield_per": 20}):
        said = _wrong(row.state == "waiting", row.body, row.digest, vault)
        if said:
            yield Fault("inbound_message", row.id, "file", f"平台来文 {row.serial} {said}", field="body")


def _wrong(waits: bool, body: bytes | None, kept: str, vault: Vault) -> str:
    if body is None:
        return "的原文不存在，已被删除" if waits else ""
    if not waits:
        return "已经处理，原文应已清除，系人为添加"
    try:
        return "" if digest(vault.open(bytes(body)).encode()) == kept else "的原文与其摘要不符，原文被换"
    except (ConfigurationError, InvalidTag, ValueError):  # other bytes than the vault sealed
        return "的原文无法解密，原文被改动"
