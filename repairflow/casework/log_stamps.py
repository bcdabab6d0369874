"""Time stamps (RFC 3161) of the log: once an hour a time stamp authority says that a checkpoint was there.

A stamped checkpoint and its stamp lie beside the daily ones, `<home>/anchors/YYYY-MM-DDTHH.checkpoint` and `.tst`; so
`auditing.statements` holds the checkpoint against the log, and here the stamp is held against the checkpoint. The stream
`stamps` of the trail names every stamp with its digest, so that one that somebody takes away shows. An authority
that does not answer keeps nothing back: the program's log and the auditors' page say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, select

from repairflow import times
from repairflow.auditing import chain
from repairflow.auditing.bundle import Stamped
from repairflow.auditing.notes import BadNote, Verifier
from repairflow.auditing.report import Fault
from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.file_store.port import FileStore, names
from repairflow.letters.signing.port import NoTimeStamp
from repairflow.records import event
from repairflow.vault import digest

if TYPE_CHECKING:
    from repairflow.letters.signing.timestamp import HttpTimeStamps

LATE = timedelta(hours=2)
"""So long after the newest stamp auditors are told that there is none."""
LOOKED_BACK = 6
"""Hours of which a stamp is looked for by its name."""
ENDING = ".tst"
STREAM = "stamps"
log = structlog.get_logger(__name__)


def keep(anchors: FileStore, note: str | None, authority: HttpTimeStamps, now: datetime) -> bool:
    """Ensure that the checkpoint and its stamp are there, when this hour has none yet; whether they are new.

    False where there is no checkpoint, or the authority gave no stamp: that is said in the program's log.
    """
    name = _of_hour(now)
    if note is None or anchors.exists(name):
        return False
    try:
        token = _stamped(authority, note.encode())
    except NoTimeStamp as error:
        log.error("no time stamp of the log", why=str(error))
        return False
    anchors.write(_stamped_by(name), note.encode())
    anchors.write(name, token)
    return True


def note_new(tx: Connection, anchors: FileStore, now: datetime) -> int:
    """Ensure that the trail names every stamp that is there; how many it did not name before."""
    named = {name for _, name, _ in _named(tx)}
    new = [name for name in names(anchors, ENDING) if name not in named]
    for name in new:
        said = {"stamp": {"file": name, "digest": digest(anchors.read(name))}}
        event_log.append(tx, STREAM, NewEvent(action=EventName.STAMPED, at=now, content=said))
    return len(new)


def _named(tx: Connection) -> Iterator[tuple[int, str, str]]:
    """Yield each stamp that the trail names: the event, the file, its digest."""
    for row in tx.execute(select(event.c.id, event.c.body).where(event.c.stream == STREAM).order_by(event.c.seq)):
        said = chain.content(row.body)["stamp"]
        yield row.id, str(said["file"]), str(said["digest"])


def missing(tx: Connection, anchors: FileStore) -> Iterator[Fault]:
    """Yield each stamp that the trail names and that is gone, or that was put in the place of another."""
    for event_id, name, kept in _named(tx):
        try:
            if digest(anchors.read(name)) != kept:
                yield Fault("anchors", name, "stamp", "时间戳文件与留痕所记的摘要不符，文件被换", STREAM)
        except FileNotFoundError:
            yield Fault("event", event_id, "stamp_missing", f"时间戳文件 {name} 不存在，已被删除", STREAM)


def prove(anchors: FileStore) -> Iterator[Fault]:
    """Yield each stamp that is not one of the checkpoint beside it, or that nobody who could has signed."""
    for name in names(anchors, ENDING):
        try:
            _made_at(anchors.read(name), anchors.read(_stamped_by(name)))
        except FileNotFoundError:
            yield Fault("anchors", name, "stamp", "时间戳所盖的检查点文件不存在，已被删除")
        except NoTimeStamp as error:
            yield Fault("anchors", name, "stamp", f"时间戳与检查点不符：{error}")


@dataclass(frozen=True, slots=True)
class Newest:
    """When the newest stamp was made; `late` when there should be a later one."""

    at: datetime | None
    late: bool


def newest(anchors: FileStore, now: datetime) -> Newest:
    """Return the newest stamp that fits its checkpoint.

    The last hours are asked for by their names: a folder holds years of them, and a listing of all costs a storage many
    requests. Only where none of them has a stamp all are listed.
    """
    for name in _newest_first(anchors, now):
        try:
            found = _made_at(anchors.read(name), anchors.read(_stamped_by(name)))
        except (OSError, NoTimeStamp):
            continue
        return Newest(found, now - found > LATE)
    return Newest(None, late=True)


def for_bundle(anchors: FileStore, key: Verifier, size: int) -> Stamped | None:
    """Return the newest stamp of a checkpoint that a log of `size` events contains; None where there is none."""
    for name in reversed(names(anchors, ENDING)):
        try:
            note = anchors.read(_stamped_by(name)).decode()
            said = key.open(note)
            token = anchors.read(name)
        except (OSError, UnicodeDecodeError, BadNote):
            continue
        if 0 < said.size <= size:
            return Stamped(note, token, said.size)
    return None


def _newest_first(anchors: FileStore, now: datetime) -> Iterator[str]:
    yield from (_of_hour(now - timedelta(hours=back)) for back in range(LOOKED_BACK))
    yield from reversed(names(anchors, ENDING))


def _of_hour(now: datetime) -> str:
    return f"{times.local(now):%Y-%m-%dT%H}{ENDING}"


def _stamped_by(stamp: str) -> str:
    """Return the name of the checkpoint beside a stamp."""
    return f"{stamp.removesuffix(ENDING)}.checkpoint"


def _stamped(authority: HttpTimeStamps, content: bytes) -> bytes:
    from repairflow.letters.signing import timestamp  # pyHanko is 15 MB, and most installations have no authority

    return timestamp.stamped(authority, content)


def _made_at(token: bytes, content: bytes) -> datetime:
    from repairflow.letters.signing import timestamp

    return timestamp.made_at(token, content)
