"""The vault: seals personal values at rest, finds them by keyed digest, and makes tokens nobody can guess."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from repairflow.disk import write_first
from repairflow.errors import ConfigurationError

_NONCE = 12


class Vault:
    """AES-256-GCM under one key kept in a file of its own; losing the key loses the sealed values."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._index_key = hashlib.sha256(b"index" + key).digest()

    @classmethod
    def at(cls, keys: Path) -> Vault:
        """Return the vault whose key stands in `keys`/vault.key; the key is made on first use, for its owner alone."""
        path = keys / "vault.key"
        if not path.exists():
            write_first(path, AESGCM.generate_key(bit_length=256))
        key = path.read_bytes()
        if len(key) != 32:
            raise ConfigurationError(f"保密柜密钥文件损坏：{path}（应为 32 字节）。请从备份恢复。")
        return cls(key)

    def seal(self, value: str) -> bytes:
        """Ciphertext of `value`; different each time."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, value.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Return what `seal` was given; ConfigurationError when this is not the key it was sealed with."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except (InvalidTag, ValueError):  # ValueError: too short to be anything sealed
            raise ConfigurationError("保密柜密钥与数据不符，无法解密。请恢复原来的密钥文件。") from None

    def index(self, value: str) -> str:
        """Return a keyed digest (64 hex digits): equal values meet, and nobody without the key can try numbers out."""
        return hmac.new(self._index_key, value.strip().upper().encode(), hashlib.sha256).hexdigest()


def token() -> str:
    """128 random bits, safe in a URL (22 characters)."""
    return secrets.token_urlsafe(16)


def digest(data: bytes) -> str:
    """`sha256:<hex>`: digests carry their algorithm, so that SM3 can stand beside it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
