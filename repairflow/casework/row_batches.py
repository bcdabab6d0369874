"""Binds what the program changed in each row into the log: an event of the stream `rows` for each batch of lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from repairflow.auditing import sequencer
from repairflow.auditing.row_proof import STREAM, Bound, digest_of
from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.prepared import Prepared
from repairflow.records import row_change

MOST = 1_000

_table = row_change.c
_NEXT = select(func.coalesce(func.max(_table.batch), 0) + 1)
_UNBOUND = (
    select(_table.id, _table.tbl, _table.row_id, _table.kind, _table.fields, _table.at)
    .where(_table.batch.is_(None))
    .order_by(_table.id)
)
_BIND = Prepared(update(row_change).where(_table.id == bindparam("line")).values(batch=bindparam("number")))


def waiting(tx: Connection) -> bool:
    """Tell whether lines wait for their event. That of a checkpoint or of its cosignature alone waits for the next: else each
    would ask for another."""
    return tx.execute(_UNBOUND.where(_table.tbl.not_in(("checkpoint", "cosignature"))).limit(1)).first() is not None


def bind(tx: Connection, now: datetime, most: int = MOST) -> int:
    """Ensure that at most `most` lines more are bound by an event; how many. `tx` is a write transaction."""
    if not waiting(tx):
        return 0
    sequencer.alone(tx)
    lines = [Bound(*row) for row in tx.execute(_UNBOUND.limit(most))]
    if not lines:
        return 0  # another node was quicker
    number = tx.execute(_NEXT).scalar_one()
    said = {"batch": number, "rows": [[line.id, digest_of(line)] for line in lines]}
    event_log.append(tx, STREAM, NewEvent(action=EventName.BIND_ROWS, at=now, content=said))
    _BIND.write_all(tx, [{"line": line.id, "number": number} for line in lines])
    return len(lines)
