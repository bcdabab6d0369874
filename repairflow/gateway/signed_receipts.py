"""Receipts that a platform signs with a key of its own (Ed25519), over the digest of the request they answer: nobody else can make
them, us included. A platform whose public key is not registered answers without.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from repairflow.gateway import key_pairs
from repairflow.gateway.key_pairs import ReceiptSignature
from repairflow.gateway.platform import AGAIN, Heard, Transient

HEAD = "repairflow-receipt-1"
FIELDS = ("result", "receipt", "at", "shown", "reason")
"""What of an answer is signed, in this order; what is absent is an empty line."""
UNSIGNED = f"对方登记了回执公钥，但答复没有签名，不作为回执{AGAIN}。"
FORGED = f"对方答复的签名与登记的回执公钥不符，不作为回执{AGAIN}。请与对方核对公钥。"


def content_of(key: str, digest: str, said: Mapping[str, Any]) -> str:
    """Return what is signed of an answer to the message `key` whose bytes have this digest; ValueError where a field is no single line."""
    lines = [HEAD, key, digest, said.get("result", "accepted"), *(said.get(name) or "" for name in FIELDS[1:])]
    if not all(isinstance(line, str) and "\n" not in line for line in lines):
        raise ValueError("a signed field is no single line")
    return "\n".join(lines)


def verified(public: str, key: str, digest: str, said: Mapping[str, Any]) -> ReceiptSignature:
    """Return the signature in an answer; Transient where it bears none that the registered key made over this very answer."""
    value = said.get("signature")
    if not isinstance(value, str) or not value:
        raise Transient(UNSIGNED, heard=Heard("nonsense"))
    try:
        content = content_of(key, digest, said)
        sound = key_pairs.holds(public, value, content.encode())
    except ValueError:
        sound = False
    if not sound:
        raise Transient(FORGED, heard=Heard("nonsense"))
    return ReceiptSignature(public, value, content)


def public_key(given: str) -> str:
    """Return a public key as it is kept, from Base64 for addresses (`x` of a JWK) or `whpk_…`; ValueError for anything else."""
    text = given.strip().removeprefix("whpk_").rstrip("=").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("no Base64") from None
    if len(raw) != key_pairs.PUBLIC_BYTES:
        raise ValueError("no Ed25519 key")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
