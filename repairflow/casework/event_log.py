"""What an event says, whatever it is about, and the way to append one to a stream that no case or record keeps.

A case's events are appended by `case_state.case_events`, a record's by `case_state.record_events`, which also move the
head that the row keeps. All of them are made here, so that every event names the program that wrote it and the law it used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from repairflow import __version__
from repairflow.auditing import chain
from repairflow.auditing.chain import Appended
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.event_names import EventName
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.records import event

Said = TypeVar("Said", bound=NamedTuple)
"""What somebody wants to know of an event: a row whose fields are columns of it."""


class LawUsed(NamedTuple):
    """The law that an event rests on; a part that was not looked at is None."""

    procedure: Procedure | None = None
    pack: RulePack | None = None
    calendar: Calendar | None = None

    def said(self) -> dict[str, str]:
        """Return what the event keeps of it: names and digests."""
        kept: dict[str, str] = {}
        if self.procedure is not None:
            kept["procedure"], kept["version"] = self.procedure.procedure, self.procedure.version
            kept["procedure_digest"] = self.procedure.digest
        if self.pack is not None:
            kept["pack"], kept["pack_digest"] = self.pack.pack, self.pack.digest
        if self.calendar is not None:
            kept["calendar"], kept["calendar_digest"] = self.calendar.name, self.calendar.digest
        return kept


NO_LAW = LawUsed()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event about to be appended: what happened, who did it in which role, when, and what it says besides."""

    action: str  # an `EventName`, or the name of a procedure's action
    at: datetime
    by: Actor = SYSTEM
    role: str = "system"
    content: Mapping[str, object] = field(default_factory=dict)  # whatever the chain can write
    reason: str | None = None
    command_id: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    personal: Mapping[str, str] = field(default_factory=dict)
    law: LawUsed = NO_LAW


def append(tx: Connection, stream: str, new: NewEvent) -> Appended:
    """Ensure that the event stands at the end of a stream that no case or record keeps (account/…, import/…, system).

    ValueError for a name that `EventName` has not.
    """
    EventName(new.action)
    return chain.append(tx, entry(stream, new), chain.heads(tx, stream))


def newest(tx: Connection, stream: str, said: type[Said]) -> Said | None:
    """Return the newest event of a stream; None while it has none."""
    columns = (event.c[name] for name in said._fields)
    row = tx.execute(select(*columns).where(event.c.stream == stream).order_by(event.c.seq.desc()).limit(1)).first()
    return None if row is None else said(*row)


def entry(
    stream: str,
    new: NewEvent,
    *,
    case_id: int | None = None,
    record_id: int | None = None,
    from_state: str | None = None,
) -> chain.Entry:
    """Return the event as the chain takes it. `from_state` is where its case stands, unless the event says so itself."""
    return chain.Entry(
        stream=stream,
        at=new.at,
        action=str(new.action),
        actor_id=new.by.id,
        actor_name=new.by.name,
        actor_role=new.role,
        content={**new.content, **new.law.said(), "engine": __version__},
        case_id=case_id,
        record_id=record_id,
        from_state=new.from_state if new.from_state is not None else from_state,
        to_state=new.to_state,
        reason=new.reason,
        command_id=new.command_id,
        personal=new.personal,
    )
