"""A record's own events, outside any case: appended to its stream, whose head its row keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, bindparam, select, update

from repairflow.auditing import chain
from repairflow.auditing.chain import Appended
from repairflow.casework.event_log import NewEvent, entry
from repairflow.prepared import Prepared
from repairflow.records import event, record

_MOVE = Prepared(
    update(record)
    .where(record.c.id == bindparam("row"))
    .values(chain_seq=bindparam("seq"), chain_head=bindparam("head"))
)


class RecordHead(Protocol):
    """What an event needs to know of its record's row, which is locked."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def chain_seq(self) -> int: ...
    @property
    def chain_head(self) -> str: ...


def append(tx: Connection, row: RecordHead, new: NewEvent, *, after: datetime | None = None) -> Appended:
    """Ensure that the event stands in the trail of a locked record; `after` as `chain.append` has it."""
    said = entry(chain.record_stream(row.number), new, record_id=row.id)
    appended = chain.append(tx, said, Appended(row.chain_seq, row.chain_head), after=after)
    _MOVE.run(tx, row=row.id, seq=appended.seq, head=appended.digest)
    return appended


def ever_published(tx: Connection, record_id: int) -> bool:
    """Tell whether a record ever stood before the public: from `unpublished` no other way leads there."""
    said = (event.c.record_id == record_id, event.c.case_id.is_(None), event.c.action == "publish")
    return tx.execute(select(event.c.id).where(*said).limit(1)).first() is not None
