"""What a platform's answer to a message means: a receipt, a decision still to come, a refusal, or nothing to go by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from repairflow import plain, times
from repairflow.gateway import signed_receipts
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import (
    AGAIN,
    Address,
    Declined,
    Gone,
    Heard,
    Pending,
    Permanent,
    Receipt,
    Transient,
    Why,
)

TEXT = 300  # characters of a foreign answer that people get to see
RETRY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: `after` is its Retry-After."""

    status: int
    after: str | None
    body: bytes

    @property
    def content(self) -> Mapping[str, Any]:
        """The object in it; an empty one when it holds none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def said(self) -> str:
        """Its beginning, for people."""
        return one_line(self.body[: 4 * TEXT].decode("utf-8", "replace"))

    def heard(self, why: Why) -> Heard:
        """Return the answer as an attempt keeps it."""
        return Heard(why, self.status, self.said)

    @property
    def wait(self) -> int | None:
        """The seconds it asks to wait, given as a number or as a date; None where it does not, or not readably."""
        after = self.after or ""
        if after.isascii() and after.isdigit() and len(after) < 7:
            return int(after)
        try:
            then = parsedate_to_datetime(after)
            rest = then - times.now()
        except (ValueError, TypeError):
            return None
        return int(rest.total_seconds()) if rest.total_seconds() > 0 else None


def judge(answer: Answer) -> None:
    """Raise unless the status says that the request was taken: 2xx alone does."""
    code = answer.status
    if 200 <= code < 300:
        return
    content = answer.content
    texts = [content[name] for name in ("detail", "message", "title") if content.get(name)]
    said = next(filter(None, map(one_line, texts)), answer.said if texts else "")
    if code == 410:
        raise Gone(f"对方平台不再接收推送（410）：{said or '未说明理由'}", heard=answer.heard("gone"))
    if 400 <= code < 500 and code not in RETRY:
        raise Permanent(f"对方平台拒收（{code}）：{said or '未说明理由'}", heard=answer.heard("refused"))
    # A redirect is most often a page saying that the platform is being looked after.
    why: Why = "redirect" if code < 400 else "busy" if code in RETRY or answer.wait is not None else "server_error"
    text = f"对方平台暂时不能接收（{code}）" + (f"：{said}" if said else "。")
    raise Transient(text, answer.wait, answer.heard(why))


def receipt(message: Message, answer: Answer) -> Receipt:
    """Return the receipt in the answer to this very message; anything else counts as none.

    Raises Pending or Declined where the platform says so (`result`), Transient for what is no receipt.
    """
    content = answer.content
    try:
        if content["id"] != message.key:
            raise ValueError("the receipt of another message")
        result = content.get("result", "accepted")
        reason = one_line(content.get("reason"))
        if result == "pending":
            text = "对方平台已经收到，尚未作出处理" + (f"：{reason}" if reason else "。")
            raise Pending(text, answer.wait, answer.heard("pending"))
        if result == "refused":
            raise Declined(f"对方平台不予办理：{reason or '未说明理由'}", heard=answer.heard("declined"))
        if result != "accepted":
            raise ValueError("an unknown result")
        return Receipt(
            accepted=True,
            remote_id=short_text(content["receipt"]),
            at=_instant(content["at"]),
            shown=short_text(content["shown"]) if content.get("shown") is not None else None,
            duplicate=content.get("duplicate") is True,
        )
    except (KeyError, ValueError, TypeError):
        raise Transient(f"对方平台的答复不是本报文的回执{AGAIN}。", heard=answer.heard("nonsense")) from None


def signed_receipt(target: Address, message: Message, digest: str, answer: Answer) -> Receipt:
    """`receipt` from a target: where its key is registered, only one that it signed over `digest`, that of our request, counts."""
    if not target.receipt_key:
        return receipt(message, answer)
    signature = signed_receipts.verified(target.receipt_key, message.key, digest, answer.content)
    return replace(receipt(message, answer), signature=signature)


def one_line(value: object) -> str:
    """Return the beginning of a foreign text as one line that any database holds; empty for what is no text.

    JSON may spell what no database takes: NUL, and halves of characters.
    """
    text = value[: 4 * TEXT] if isinstance(value, str) else ""
    return " ".join(plain.shown(text).split())[:TEXT]


def short_text(value: object) -> str:
    """Return a text that is neither empty nor long, as any database holds it; ValueError for anything else."""
    text = plain.shown(value).strip() if isinstance(value, str) and len(value) <= TEXT else ""
    if not text:
        raise ValueError("a short text was expected")
    return text


def _instant(value: object) -> datetime:
    instant = datetime.fromisoformat(short_text(value))
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return instant
