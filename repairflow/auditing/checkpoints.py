"""Checkpoints (检查点): signed statements of how the whole log stood, and where copies of them are kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select

from repairflow.auditing import tree
from repairflow.auditing.notes import Signer, Verifier
from repairflow.auditing.sequencer import alone
from repairflow.errors import Conflict, Invalid
from repairflow.file_store.port import FileStore
from repairflow.records import checkpoint, event, log_leaf

_NEWEST = select(checkpoint.c.size, checkpoint.c.root, checkpoint.c.note).order_by(checkpoint.c.size.desc()).limit(1)

LOOKED_BACK = 31
"""Days of which the auditors' page looks for a checkpoint that was put aside."""


class Forked(Conflict):
    """The log no longer contains what was signed before: it was rewritten, or an older copy of it was restored."""

    code = "log_forked"


def take(tx: Connection, signer: Signer, now: datetime) -> str | None:
    """Return the note of a new checkpoint when the log grew since the newest, else None. `tx` is a write transaction of its own.

    Before signing, the newest checkpoint is recomputed: raises Forked rather than sign a log that does not contain it.
    """
    alone(tx)
    size = tree.size(tx)
    newest = tx.execute(_NEWEST).first()
    if newest is not None:
        if size < newest.size or tree.root(tx, newest.size).hex() != newest.root:
            raise Forked("审计日志与上一检查点不符，未签发新检查点。请立即执行 repairflow audit verify 查明原因。")
        if size == newest.size:
            return None
    elif size == 0:
        return None
    root = tree.root(tx, size)
    note = signer.sign(size, root)
    tx.execute(insert(checkpoint), {"size": size, "root": root.hex(), "note": note, "at": now})
    return note


def holds(tx: Connection, digest: str) -> bool:
    """Tell whether the newest checkpoint holds the event with this digest."""
    newest = tx.execute(_NEWEST).first()
    of_event = (
        select(log_leaf.c.position).join(event, event.c.id == log_leaf.c.event_id).where(event.c.digest == digest)
    )
    position = tx.scalar(of_event)
    return newest is not None and position is not None and position < newest.size


def behind(tx: Connection) -> bool:
    """Tell whether the log holds more than its newest checkpoint: a stop between sequencing and signing leaves it so."""
    size, signed = sizes(tx)
    return size > signed


def sizes(tx: Connection) -> tuple[int, int]:
    """Return how many events the log holds, and how many of them its newest checkpoint."""
    newest = tx.execute(_NEWEST).first()
    return tree.size(tx), newest.size if newest is not None else 0


def newest_note(tx: Connection) -> str | None:
    """Return the newest checkpoint's note: what `/audit/checkpoint` serves as text/plain; None before the first."""
    newest = tx.execute(_NEWEST).first()
    return newest.note if newest else None


def signed_size(tx: Connection, public_key: Verifier) -> int:
    """Return how many events the newest checkpoint holds, as its note says; 0 before the first. Raises BadNote where it does not open."""
    note = newest_note(tx)
    return public_key.open(note).size if note else 0


def consistency(tx: Connection, old: int, new: int) -> list[bytes]:
    """Return the proof that the log of `new` leaves begins with that of `old`: what `/audit/consistency?from=&to=` serves.

    Raises Invalid unless 0 < old <= new <= the newest checkpoint's size.
    """
    newest = tx.execute(_NEWEST).first()
    if newest is None or not 0 < old <= new <= newest.size:
        raise Invalid("起止条数不正确：应为正整数，起不大于止，止不超过最新检查点的条数。")
    return tree.consistency(tx, old, new)


def anchor(anchors: FileStore, note: str, day: date) -> None:
    """YYYY-MM-DD.checkpoint holds the day's first checkpoint; one that is there already stays as it is."""
    name = _daily(day)
    if not anchors.exists(name):
        anchors.write(name, note.encode())


def newest_anchor(anchors: FileStore, today: date) -> date | None:
    """Return the last day of which a checkpoint was put aside; None where there is none of the last `LOOKED_BACK` days.

    Each day is asked for by its name: a folder holds years of them, and a listing of all costs a storage many requests.
    """
    days = (today - timedelta(days=back) for back in range(LOOKED_BACK))
    return next((day for day in days if anchors.exists(_daily(day))), None)


def _daily(day: date) -> str:
    return f"{day.isoformat()}.checkpoint"
