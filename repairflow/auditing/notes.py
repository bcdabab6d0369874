"""Signed notes and checkpoints as the transparency community writes them (C2SP signed-note and tlog-checkpoint), so that
other people's witnesses can read ours.

A checkpoint says: the log called `origin` has `size` leaves, and this is their root. Signed with Ed25519; the byte before
the key in its written form names the algorithm.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from repairflow.auditing import sm2
from repairflow.disk import write_first
from repairflow.errors import ConfigurationError, Invalid

ED25519 = b"\x01"
_DASH = "— "
_LONGEST = 64 * 1024


class BadNote(Invalid):
    """A note that cannot be read, or is not signed by the key it must be signed by."""

    code = "bad_note"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log called `origin` has `size` leaves with this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A log's name and public key: opens its notes."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, written: str) -> Verifier:
        """From `name+keyid+base64`, as `str` gives it and the file log.pub holds it; BadNote when it is not that."""
        name, _, rest = written.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _unbase64(encoded)
        if not _is_name(name) or len(key) != 33 or key[:1] != ED25519:
            raise BadNote("公钥格式不正确，应为“名称+编号+Base64”一行。")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id:
            raise BadNote("公钥与其编号不符，可能抄写有误。")
        return verifier

    @classmethod
    def at(cls, keys: Path) -> Verifier | None:
        """Return the log's own public key from <keys>/log.pub; None before the first checkpoint."""
        path = keys / "log.pub"
        return cls.parse(path.read_text(encoding="utf-8")) if path.exists() else None

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.key)}"

    def open(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note this key signed; BadNote for anything else."""
        return _checkpoint(self.text(note))

    def text(self, note: str) -> str:
        """Return the signed text of a note; BadNote when this key did not sign it."""
        text, gap, signatures = note.rpartition("\n\n")
        if not gap or len(note) > _LONGEST or not signatures.endswith("\n"):
            raise BadNote("不是签名文本。")
        text += "\n"
        for line in signatures[:-1].split("\n"):
            name, _, encoded = line.removeprefix(_DASH).partition(" ")
            signature = _unbase64(encoded)
            if not line.startswith(_DASH) or len(signature) < 5:
                raise BadNote("签名行格式不正确。")
            if name == self.name and signature[:4] == self.key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(self.key).verify(signature[4:], text.encode())
                except InvalidSignature:
                    raise BadNote("签名不正确，内容被改动过。") from None
                return text
        raise BadNote(f"没有 {self.name} 的签名。")


class Signer:
    """The private key of the log. It can sign any history, so it never leaves its file.

    `beside` signs the same text once more, by a key of another kind; empty where it could not.
    """

    beside: Callable[[str], str] | None = None

    def __init__(self, name: str, seed: bytes) -> None:
        if not _is_name(name):
            raise ConfigurationError(f"日志名称 {name!r} 不能含空白或加号。")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    @classmethod
    def at(cls, keys: Path, name: str = "repairflow") -> Signer:
        """Return the signer whose key stands in <keys>/log.key, made on first use for its owner alone, under `name`; the public
        key beside it in log.pub. A key made before keeps its name. ConfigurationError when the file is damaged."""
        path = keys / "log.key"
        if not path.exists():
            seed = os.urandom(32)
            key_id = cls(name, seed).verifier.key_id.hex()
            write_first(path, f"PRIVATE+KEY+{name}+{key_id}+{_base64(ED25519 + seed)}\n".encode())
        signer = cls._parse(path)
        if (keys / sm2.KEY).exists():
            signer.beside = sm2.Sm2Signer(keys, signer.verifier.name).line
        public = keys / "log.pub"
        if not public.exists():
            public.write_text(f"{signer.verifier}\n", encoding="utf-8")
        return signer

    @classmethod
    def _parse(cls, path: Path) -> Signer:
        written = re.fullmatch(
            r"PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([\w+/=]+)\n?", path.read_text(encoding="utf-8"), re.ASCII
        )
        seed = _unbase64(written[3]) if written else b""
        if written and len(seed) == 33 and seed[:1] == ED25519:
            signer = cls(written[1], seed[1:])
            if signer.verifier.key_id.hex() == written[2]:
                return signer
        raise ConfigurationError(f"日志签名密钥文件损坏：{path}。请从备份恢复。")

    def sign(self, size: int, root: bytes) -> str:
        """Return a checkpoint note of this log."""
        text = Checkpoint(self.verifier.name, size, root).text()
        signature = self.verifier.key_id + self._key.sign(text.encode())
        more = self.beside(text) if self.beside is not None else ""
        return f"{text}\n{_DASH}{self.verifier.name} {_base64(signature)}\n{more}"


def _checkpoint(text: str) -> Checkpoint:
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    decoded = _unbase64(root)
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,17}", size) or len(decoded) != 32:
        raise BadNote("不是检查点：应依次为名称、条数、根哈希三行。")
    return Checkpoint(origin, int(size), decoded)


def _is_name(name: str) -> bool:
    return bool(name) and not re.search(r"[\s+]", name)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unbase64(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return b""
