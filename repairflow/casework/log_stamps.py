"""Time stamps (RFC 3161) of the log: once an hour a time stamp authority says that a checkpoint was there.

A stamped checkpoint and its stamp lie beside the daily ones, `<home>/anchors/YYYY-MM-DDTHH.checkpoint` and `.tst`; so
`auditing.statements` holds the checkpoint against the log, and here the stamp is held against the checkpoint. An authority
that does not answer keeps nothing back: the program's log and the auditors' page say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from repairflow import times
from repairflow.auditing.bundle import Stamped
from repairflow.auditing.notes import BadNote, Verifier
from repairflow.auditing.report import Fault
from repairflow.disk import write_whole
from repairflow.letters.signing.timestamp import HttpTimeStamps, NoTimeStamp, made_at, stamped

LATE = timedelta(hours=2)
"""So long after the newest stamp auditors are told that there is none."""
ENDING = ".tst"
log = structlog.get_logger(__name__)


def keep(folder: Path, note: str | None, authority: HttpTimeStamps, now: datetime) -> bool:
    """Afterwards the checkpoint and its stamp are there, when this hour has none yet; whether they are new.

    False where there is no checkpoint, or the authority gave no stamp: that is said in the program's log.
    """
    path = folder / f"{times.local(now):%Y-%m-%dT%H}{ENDING}"
    if note is None or path.exists():
        return False
    try:
        token = stamped(authority, note.encode())
    except NoTimeStamp as error:
        log.error("no time stamp of the log", why=str(error))
        return False
    write_whole(path.with_suffix(".checkpoint"), note.encode())
    write_whole(path, token)
    return True


def prove(folder: Path) -> Iterator[Fault]:
    """Each stamp that is not one of the checkpoint beside it, or that nobody who could has signed."""
    for file in sorted(folder.glob(f"*{ENDING}")):
        try:
            made_at(file.read_bytes(), file.with_suffix(".checkpoint").read_bytes())
        except FileNotFoundError:
            yield Fault("anchors", file.name, "stamp", "时间戳所盖的检查点文件不存在，已被删除")
        except NoTimeStamp as error:
            yield Fault("anchors", file.name, "stamp", f"时间戳与检查点不符：{error}")


@dataclass(frozen=True, slots=True)
class Newest:
    """When the newest stamp was made; `late` when there should be a later one."""

    at: datetime | None
    late: bool


def newest(folder: Path, now: datetime) -> Newest:
    """The newest stamp that fits its checkpoint."""
    for file in sorted(folder.glob(f"*{ENDING}"), reverse=True):
        try:
            found = made_at(file.read_bytes(), file.with_suffix(".checkpoint").read_bytes())
        except (OSError, NoTimeStamp):
            continue
        return Newest(found, now - found > LATE)
    return Newest(None, late=True)


def for_bundle(folder: Path, key: Verifier, size: int) -> Stamped | None:
    """The newest stamp of a checkpoint that a log of `size` events contains; None where there is none."""
    for file in sorted(folder.glob(f"*{ENDING}"), reverse=True):
        try:
            note = file.with_suffix(".checkpoint").read_text(encoding="utf-8")
            said = key.open(note)
            token = file.read_bytes()
        except (OSError, UnicodeDecodeError, BadNote):
            continue
        if 0 < said.size <= size:
            return Stamped(note, token, said.size)
    return None
