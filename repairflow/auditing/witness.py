"""The witness (外部见证): keeps the log's checkpoints on another machine, so that no one who owns ours can rewrite the past.

A witness file holds JSON lines: the log's public key first, then every checkpoint kept, oldest first. A checkpoint joins
them only when the log proves that it contains the one before; one that does not is kept as evidence and refused.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx2

from repairflow.auditing import merkle
from repairflow.auditing.chain import instant
from repairflow.auditing.checkpoints import Forked
from repairflow.auditing.notes import BadNote, Checkpoint, Verifier
from repairflow.errors import Invalid, RepairFlowError, Unavailable

_LONGEST = 256 * 1024  # bytes of one answer; a proof has at most 64 hashes
_SECONDS = 20.0


class Source(Protocol):
    """Where a witness reads a log: its newest note, proofs, and the public key it claims."""

    def newest(self) -> str:
        """Return the newest checkpoint's note; Unavailable when there is none."""

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the log of `new` leaves begins with that of `old`."""

    def key(self) -> str:
        """Return the public key as the log itself gives it: worth only what the way it came is worth."""


@dataclass(frozen=True, slots=True)
class Online:
    """A log reached over HTTP(S): `/audit/checkpoint`, `/audit/consistency?from=&to=` and `/audit/key` below `url`."""

    url: str

    def newest(self) -> str:
        return self._get("checkpoint")

    def consistency(self, old: int, new: int) -> list[bytes]:
        answer = self._get(f"consistency?from={old}&to={new}")
        try:
            return [base64.b64decode(written, validate=True) for written in json.loads(answer)["proof"]]
        except (ValueError, LookupError, TypeError):
            raise BadNote("对方给出的一致性证明无法识别。") from None

    def key(self) -> str:
        return self._get("key")

    def _get(self, path: str) -> str:
        address = f"{self.url.rstrip('/')}/audit/{path}"
        try:
            with httpx2.stream("GET", address, timeout=_SECONDS, follow_redirects=False) as answer:
                if answer.status_code != 200:
                    raise Unavailable(f"{address} 回答 {answer.status_code}，未取得检查点。")
                taken = bytearray()
                for chunk in answer.iter_bytes():
                    taken += chunk
                    if len(taken) > _LONGEST:
                        raise BadNote(f"{address} 的回答过长，不是检查点。")
                return taken.decode("utf-8")
        except httpx2.HTTPError as error:
            raise Unavailable(f"无法连接 {address}（{type(error).__name__}），请稍后再试。") from error
        except UnicodeDecodeError:
            raise BadNote(f"{address} 的回答不是文本。") from None


@dataclass(frozen=True, slots=True)
class WitnessFile:
    """What a witness holds: the key it pinned, the notes it kept (oldest first) and those it refused."""

    key: Verifier
    kept: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What `keep` did: the log's size as now witnessed, and whether a checkpoint was added."""

    size: int
    added: bool


def source(address: str) -> Online:
    """Return the log at an http(s) address; Invalid for anything else."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Invalid("应为 http:// 或 https:// 开头的地址。")
    return Online(address)


def keep(log: Source, file: Path, now: datetime, key: Verifier | None = None) -> Kept:
    """`file` ends with the log's newest checkpoint, proved to contain the one kept before.

    A new file pins `key`, or the key the log gives when none is handed in. Raises BadNote for a note not signed by the
    pinned key, Forked for a log that does not contain what was kept (the offending note stays in the file as evidence)
    and Unavailable when the log does not answer; the checkpoints kept before stay in each case.
    """
    held = read(file) if file.exists() else None
    if held and key and held.key != key:
        raise Invalid("见证文件中的公钥与指定的公钥不同，请核对后换一个见证文件。")
    pinned = held.key if held else key or Verifier.parse(log.key())
    note = log.newest()
    newest = pinned.open(note)
    last = pinned.open(held.kept[-1]) if held and held.kept else None
    if last is not None:
        if newest.size < last.size:
            raise Forked(f"日志现有 {newest.size} 条，少于上次见证的 {last.size} 条，可能被截断或恢复了旧备份。")
        if not _grew(log, last, newest):
            _append(file, {"kept_at": instant(now), "note": note, "refused": "与上次见证的检查点不一致"})
            raise Forked("日志不再包含上次见证的内容，已被重写；不一致的检查点已存入见证文件作为证据。")
        if newest.size == last.size:
            return Kept(last.size, added=False)
    if held is None:
        _append(file, {"key": str(pinned)})
    _append(file, {"kept_at": instant(now), "note": note})
    return Kept(newest.size, added=True)


def read(file: Path) -> WitnessFile:
    """Return a witness file; Invalid when it is none, naming the line."""
    key: Verifier | None = None
    kept: list[str] = []
    refused: list[str] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"见证文件无法读取：{file}") from None
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            if key is None:
                key = Verifier.parse(entry["key"])
            else:
                (refused if "refused" in entry else kept).append(str(entry["note"]))
        except (ValueError, LookupError, TypeError, RepairFlowError):
            raise Invalid(f"见证文件 {file} 第 {number} 行无法识别。") from None
    if key is None:
        raise Invalid(f"见证文件是空的：{file}")
    return WitnessFile(key, tuple(kept), tuple(refused))


def _grew(log: Source, last: Checkpoint, newest: Checkpoint) -> bool:
    if last.size in {0, newest.size}:
        return last.size == 0 or last.root == newest.root
    proof = log.consistency(last.size, newest.size)
    return merkle.verify_consistency(last.size, newest.size, last.root, newest.root, proof)


def _append(file: Path, entry: dict[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(entry, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())
