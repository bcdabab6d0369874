"""Pairs of keys that sign messages so that the receiver can check them and cannot make them: Ed25519, `v1a` of Standard Webhooks.

The shared key beside it (`signing`) says to the receiver that a message is ours; it does not say so to anybody else.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = "v1a"
PUBLIC_BYTES = 32
_WEBHOOK_PUBLIC = "whpk_"


class KeyPair(NamedTuple):
    """A pair of keys; `code` is the thumbprint of its public half (RFC 7638)."""

    code: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half, as Base64 for addresses."""
        return _encoded(self.private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"KeyPair({self.code!r})"


class Signature(NamedTuple):
    """One signature over a request, in Base64, and the key it is by."""

    key: str
    value: str


class SignedRequest(NamedTuple):
    """What was signed of a request: the digest of its bytes, the second of its time stamp, and each signature."""

    digest: str
    timestamp: int
    source: str
    signatures: tuple[Signature, ...]

    def as_json(self) -> dict[str, object]:
        """As a receipt and the trail keep it."""
        signed = [{"key": one.key, "signature": one.value} for one in self.signatures]
        return {"digest": self.digest, "timestamp": self.timestamp, "source": self.source, "signatures": signed}


class ReceiptSignature(NamedTuple):
    """A platform's signature over what it answered, which holds: over `content`, by the key `public`."""

    public: str
    value: str
    content: str

    def as_json(self) -> dict[str, object]:
        """As a receipt and the trail keep it."""
        key = thumbprint(self.public)
        return {"key": key, "public": self.public, "signature": self.value, "content": self.content}


def made() -> tuple[str, str, str]:
    """Return a new pair: its code, its public half and its private half, both as Base64 for addresses."""
    private = Ed25519PrivateKey.generate()
    public = _encoded(private.public_key().public_bytes_raw())
    return thumbprint(public), public, _encoded(private.private_bytes_raw())


def opened(code: str, private: str) -> KeyPair:
    """Return the pair whose private half `made` gave."""
    return KeyPair(code, Ed25519PrivateKey.from_private_bytes(_decoded(private)))


def thumbprint(public: str) -> str:
    """Return the name of a public key, which follows from the key itself (RFC 7638, RFC 8037)."""
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"))
    return _encoded(hashlib.sha256(members.encode()).digest())


def jwk(public: str) -> dict[str, str]:
    """Return the public key as a JSON Web Key (RFC 8037), and in the form of Standard Webhooks (`whpk_…`)."""
    standard = base64.b64encode(_decoded(public)).decode("ascii")
    return {**plain_jwk(public), "alg": "EdDSA", "use": "sig", "whpk": _WEBHOOK_PUBLIC + standard}


def plain_jwk(public: str) -> dict[str, str]:
    """Return the public key as a JSON Web Key with nothing beside it."""
    return {"kid": thumbprint(public), "kty": "OKP", "crv": "Ed25519", "x": public}


def pem(public: str) -> bytes:
    """Return the public key as openssl reads it."""
    key = Ed25519PublicKey.from_public_bytes(_decoded(public))
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signed_content(key: str, timestamp: int, body: bytes) -> bytes:
    """Return the bytes that are signed of a request with this id and time stamp (Standard Webhooks)."""
    return f"{key}.{timestamp}.".encode() + body


def sign(pair: KeyPair, key: str, timestamp: int, body: bytes) -> Signature:
    """Return the pair's signature over a request."""
    value = pair.private.sign(signed_content(key, timestamp, body))
    return Signature(pair.code, base64.b64encode(value).decode("ascii"))


def holds(public: str, value: str, content: bytes) -> bool:
    """Tell whether the signature (Base64) over `content` is by the key."""
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(public)).verify(base64.b64decode(value, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
