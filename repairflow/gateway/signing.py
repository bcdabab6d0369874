"""Signatures on messages between systems: Standard Webhooks headers, HMAC-SHA256 with one key a target, Ed25519 with pairs of ours."""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from repairflow import plain
from repairflow.gateway import key_pairs
from repairflow.gateway.key_pairs import SignedRequest
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import MessageError
from repairflow.gateway.platform import Address
from repairflow.vault import digest

TOLERANCE = timedelta(minutes=5)  # Standard Webhooks: an older signature may be a replay


def new_secret() -> str:
    """Return a fresh signing key, in the form Standard Webhooks gives them (`whsec_…`, 256 bits)."""
    return "whsec_" + base64.b64encode(os.urandom(32)).decode("ascii")


def signed(secret: str, key: str, now: datetime, content: bytes) -> dict[str, str]:
    """Return standard Webhooks headers over `content`: id, time in seconds, and an HMAC-SHA256 (`v1`)."""
    second = now.astimezone(UTC).replace(microsecond=0)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(second.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, second, content.decode()),
    }


def signed_by_all(
    target: Address, message: Message, now: datetime, body: bytes
) -> tuple[dict[str, str], SignedRequest]:
    """Headers as `signed` gives them, with the signature of each pair of ours beside it (`v1a`), and what was signed."""
    headers = signed(target.secret, message.key, now, body)
    stamp = int(headers["webhook-timestamp"])
    by_pairs = tuple(key_pairs.sign(pair, message.key, stamp, body) for pair in target.pairs)
    written = [headers["webhook-signature"], *(f"{key_pairs.VERSION},{one.value}" for one in by_pairs)]
    headers["webhook-signature"] = " ".join(written)
    return headers, SignedRequest(digest(body), stamp, message.source, by_pairs)


def verify(secret: str, headers: Mapping[str, str], now: datetime, content: bytes) -> str:
    """Return the id of a request whose signature holds; MessageError when it does not, or is five minutes off."""
    key, then = _verified(secret, headers, content)
    if abs(now - then) > TOLERANCE:
        raise MessageError("签名时间与本机时间相差超过五分钟。")
    return key


def verify_kept(secret: str, headers: Mapping[str, str], content: bytes, since: datetime | None = None) -> str:
    """`verify` for a file, which may lie for days before it is read: what it says must be good only once, or no older than
    `since`."""
    key, then = _verified(secret, headers, content)
    if since is not None and then < since:
        raise MessageError("签名时间过早。")
    return key


def signed_before(target: Address, message: Message, headers: Mapping[str, str], content: bytes) -> SignedRequest:
    """Return what was signed of a message when it was handed over, from headers that lay with the other side since: MessageError
    where they are not ours."""
    if _verified(target.secret, headers, content)[0] != message.key:
        raise MessageError("签名不符。")
    stamp = int(headers["webhook-timestamp"])
    signed_bytes = key_pairs.signed_content(message.key, stamp, content)
    given = [one.removeprefix(f"{key_pairs.VERSION},") for one in headers["webhook-signature"].split(" ")]
    by = [
        key_pairs.Signature(pair.code, one)
        for pair in target.pairs
        for one in given
        if key_pairs.holds(pair.public, one, signed_bytes)
    ]
    return SignedRequest(digest(content), stamp, message.source, tuple(by))


def _verified(secret: str, headers: Mapping[str, str], content: bytes) -> tuple[str, datetime]:
    """Return the id and the instant of a signature that holds; MessageError for any other."""
    key, stamp, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    try:
        then = datetime.fromtimestamp(plain.whole(stamp), tz=UTC)
        expected = signed(secret, key, then, content)["webhook-signature"]
    except (ValueError, OverflowError, OSError):
        raise MessageError("签名头不完整。") from None
    # Several signatures may stand side by side while a key is being changed.
    if not key or not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given.split(" ")):
        raise MessageError("签名不符。")
    return key, then
