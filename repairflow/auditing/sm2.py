"""SM2 signatures of the log beside Ed25519 (GB/T 32918 with SM3, GB/T 32905), made by the program `openssl`.

No library that we keep signs with SM2, and a private key wants arithmetic that gives nothing away; OpenSSL has it. Keys stay
in their file, which `openssl` reads itself. Where it fails, a checkpoint is signed by Ed25519 alone and the program's log says so.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from sqlalchemy import Connection, select

from repairflow.auditing.report import Fault
from repairflow.auditing.stand_alone_log import SM2, SM2_ID, checkpoint_of, key_of, sm2_holds
from repairflow.disk import write_first
from repairflow.errors import Conflict, Unavailable
from repairflow.records import checkpoint

KEY, PUBLIC = "log-sm2.key", "log-sm2.pub"
NEW_KEY = ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2")
SECONDS = 10
LOOKED_AT = 20
"""Checkpoints whose SM2 signature a verification looks at: in Python each takes as long as a thousand events."""
log = structlog.get_logger(__name__)


class Sm2Signer:
    """The SM2 key of the log with this name, in <keys>/log-sm2.key."""

    def __init__(self, keys: Path, name: str) -> None:
        self._file, self._name = keys / KEY, name
        self._public: bytes | None = None

    def __str__(self) -> str:
        """Return the public key as verifiers take it. Raises Unavailable where `openssl` does not give it."""
        return f"{self._name}+{self._key_id().hex()}+{_base64(SM2 + self._point())}"

    def line(self, text: str) -> str:
        """Return the signature line over the text of a note; empty where `openssl` gave none that holds."""
        try:
            asked = ["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{SM2_ID.decode()}"]
            der = _openssl([*asked, "-inkey", str(self._file)], text.encode())
            signature = b"".join(one.to_bytes(32, "big") for one in decode_dss_signature(der))
            if not sm2_holds(self._point(), text.encode(), signature):
                raise Unavailable("openssl 给出的 SM2 签名不成立")
        except (Unavailable, ValueError, OverflowError) as error:
            log.error("no SM2 signature of the log", why=str(error))
            return ""
        return f"— {self._name} {_base64(self._key_id() + signature)}\n"

    def _key_id(self) -> bytes:
        return hashlib.sha256(self._name.encode() + b"\n" + SM2 + self._point()).digest()[:4]

    def _point(self) -> bytes:
        if self._public is None:
            self._public = _openssl(["pkey", "-in", str(self._file), "-pubout", "-outform", "DER"], b"")[-65:]
        return self._public


def make(keys: Path, name: str) -> Sm2Signer:
    """Ensure that the log called `name` has an SM2 key; Conflict where it has one, Unavailable where `openssl` makes none."""
    file = keys / KEY
    if file.exists() or not write_first(file, _openssl(NEW_KEY, b"")):
        raise Conflict(f"已有 SM2 密钥：{file}。更换会使以前的签名无法用新公钥核对，没有改动。")
    signer = Sm2Signer(keys, name)
    (keys / PUBLIC).write_text(f"{signer}\n", encoding="utf-8")
    return signer


def prove(tx: Connection, keys: Path) -> Iterator[Fault]:
    """Yield each of the newest checkpoints with a line by the log's SM2 key that does not hold; nothing where there is no such key."""
    public = keys / PUBLIC
    if not public.exists():
        return
    key = public.read_text(encoding="utf-8").strip()
    newest = select(checkpoint.c.size, checkpoint.c.note).order_by(checkpoint.c.size.desc()).limit(LOOKED_AT)
    for size, note in tx.execute(newest):
        if not _signs(note, key):
            continue
        try:
            checkpoint_of(note, key)
        except ValueError:
            yield Fault("checkpoint", size, "signature", "检查点的 SM2 签名不正确，内容被改动过")


def _signs(note: str, key: str) -> bool:
    name, key_id, _ = key_of(key)
    lines = (line.split(" ") for line in note.rpartition("\n\n")[2].splitlines())
    return any(one[1:2] == [name] and base64.b64decode(one[2])[:4] == key_id for one in lines if len(one) == 3)


def _openssl(arguments: Sequence[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(  # arguments of ours, no shell
            ["openssl", *arguments],  # noqa: S607  # the one of the system
            input=given,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"openssl 没有运行（{type(error).__name__}），没有 SM2 签名。") from None
    if done.returncode or not done.stdout:
        raise Unavailable("openssl 没有给出结果：可能版本过旧，不支持 SM2（需要 3.0 以上）。")
    return done.stdout


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
