"""The key of a witness and its cosignatures (C2SP tlog-cosignature, Ed25519): "at this time, the longest log I saw had this root"."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from repairflow.auditing.stand_alone_log import COSIGNATURE
from repairflow.disk import write_first
from repairflow.errors import ConfigurationError

KEY, PUBLIC = "witness.key", "witness.pub"


class Cosigner:
    """The private key of a witness. One key is one witness: it says nothing about any other log than those it looks after."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not name or re.search(r"[\s+]", name):
            raise ConfigurationError(f"见证人名称 {name!r} 不能为空，不能含空白或加号。")
        self.name, self._key = name, Ed25519PrivateKey.from_private_bytes(seed)
        self._public = COSIGNATURE + self._key.public_key().public_bytes_raw()

    @classmethod
    def at(cls, folder: Path, name: str) -> Cosigner:
        """Return the witness whose key stands in `folder`, made on first use for its owner alone; the public key beside it.

        A key made before keeps its name. ConfigurationError when the file is damaged.
        """
        path = folder / KEY
        if not path.exists():
            seed = os.urandom(32)
            made = cls(name, seed)
            write_first(path, f"PRIVATE+KEY+{name}+{made.key_id.hex()}+{_base64(COSIGNATURE + seed)}\n".encode())
        cosigner = cls._read(path)
        (folder / PUBLIC).write_text(f"{cosigner}\n", encoding="utf-8")
        return cosigner

    @classmethod
    def _read(cls, path: Path) -> Cosigner:
        written = re.fullmatch(r"PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([\w+/=]+)\n?", path.read_text(encoding="utf-8"))
        try:
            seed = base64.b64decode(written[3], validate=True) if written else b""
        except (binascii.Error, ValueError):
            seed = b""
        if written and len(seed) == 33 and seed[:1] == COSIGNATURE:
            cosigner = cls(written[1], seed[1:])
            if cosigner.key_id.hex() == written[2]:
                return cosigner
        raise ConfigurationError(f"见证人的密钥文件损坏：{path}。请从备份恢复。")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(self._public)}"

    def cosign(self, text: str, now: datetime) -> str:
        """Return the signature line over the text of a checkpoint."""
        time = int(now.timestamp())
        signature = self._key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return f"— {self.name} {_base64(self.key_id + time.to_bytes(8, 'big') + signature)}\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
