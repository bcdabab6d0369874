"""A case's events: appended to its own stream, whose head its row keeps. Nothing else sets the state of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection, bindparam, update

from repairflow.auditing import chain
from repairflow.auditing.chain import Appended
from repairflow.casework.event_log import NewEvent, entry
from repairflow.casework.event_names import EventName
from repairflow.errors import Stale
from repairflow.prepared import Prepared
from repairflow.records import cases

FILE = EventName.FILE
"""The name of the first event of every case."""

_at_version = (
    update(cases)
    .where(cases.c.id == bindparam("case"), cases.c.version == bindparam("seen"))
    .values(version=bindparam("next"), chain_head=bindparam("head"))
)
_head = Prepared(_at_version)
_moved = _at_version.values(state=bindparam("to"), handler_id=bindparam("handler"))
_advance = Prepared(_moved)
# What queues are ordered by stands in three indexes, which are written anew only when it changes.
_advance_and_order = Prepared(
    _moved.values(
        outcome=bindparam("result"),
        closed_at=bindparam("closed"),
        due_day=bindparam("due"),
        internal=bindparam("inside"),
    )
)


class CaseHead(Protocol):
    """What an event needs to know of its case's row, which is locked."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def record_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def chain_head(self) -> str: ...


class CaseToMove(CaseHead, Protocol):
    """What a move needs to know besides."""

    @property
    def outcome(self) -> str | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def due_day(self) -> date | None: ...
    @property
    def internal(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Move:
    """Where a case goes with an event: its state, result, soonest due day, who handles it now, and whether the subject
    sees nothing of it there."""

    to_state: str
    outcome: str | None
    due_day: date | None
    handler_id: int | None
    internal: bool = False


def append(tx: Connection, case: CaseHead, new: NewEvent) -> Appended:
    """Ensure that the event stands in the trail of a locked case, which stays where it is. Stale when somebody moved it."""
    appended = _append(tx, case, new, None)
    head = _head.run(tx, case=case.id, seen=case.version, next=appended.seq, head=appended.digest)
    _require_one(head.written, case)
    return appended


def advance(tx: Connection, case: CaseToMove, new: NewEvent, move: Move, *, after: datetime | None = None) -> Appended:
    """Ensure that a locked case stands where its newest event says; Stale when somebody else moved it.

    `after` is the time of the event before, for a caller who has read it.
    """
    appended = _append(tx, case, new, after)
    values = {
        "case": case.id,
        "seen": case.version,
        "next": appended.seq,
        "to": move.to_state,
        "head": appended.digest,
        "handler": move.handler_id,
    }
    order = (move.outcome, new.at if move.outcome is not None else None, move.due_day, move.internal)
    if order == (case.outcome, case.closed_at, case.due_day, case.internal):
        written = _advance.run(tx, **values).written  # the only lines that set the state of a case
    else:
        written = _advance_and_order.run(
            tx, **values, result=order[0], closed=order[1], due=order[2], inside=order[3]
        ).written
    _require_one(written, case)
    return appended


def _append(tx: Connection, case: CaseHead, new: NewEvent, after: datetime | None) -> Appended:
    from_state = case.state if case.version else None  # the first event of a case comes from nowhere
    said = entry(
        chain.case_stream(case.number), new, case_id=case.id, record_id=case.record_id, from_state=from_state
    )  # fmt: skip
    return chain.append(tx, said, Appended(case.version, case.chain_head), after=after)


def _require_one(written: int, case: CaseHead) -> None:
    if written != 1:
        raise Stale(case.version + 1)  # the row lock makes this impossible; the check costs nothing
