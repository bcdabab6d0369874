"""Claims: a client's id is taken for one request before anything else happens, the system's own id is never lost to another.

A claim is written in the request's own transaction, so a refused request leaves none. Of two nodes with one id the second
waits for the first and then sees what it did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from repairflow import vault
from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.command_ids import CommandId, Entry, another, of_client
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import Conflict
from repairflow.prepared import constant
from repairflow.records import command_claim, event

STREAM = "system"
ID_TAKEN = EventName.COMMAND_ID_TAKEN
"""The event that says so, in the system's stream: operators are warned from it."""

log = structlog.get_logger(__name__)

_DIFFERS = (
    "这份表单此前已经提交过，这次的内容与那次不同，没有再次办理。请先查看已办理的结果；仍需办理的，请重新打开页面填写。"
)
_DIFFERS_API = "这个 Idempotency-Key 已经用于内容不同的另一次请求，本次没有办理。请换一个新的编号再提交。"


def take(
    tx: Connection, services: Services, actor: Actor, entry: Entry, given: str, said: object, now: datetime
) -> CommandId:
    """Return the id of this request's command, which is from now on the only one at work under it, on any node.

    `said` is all the request says (JSON values). Raises Invalid for an id of a wrong form, and Conflict when the same id
    came before with something else; the same again goes on, and the command answers as it did.
    """
    command_id = of_client(entry, actor, given)
    body = services.vault.index(vault.digest(json.dumps(said, sort_keys=True).encode()))
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    made = make(command_claim).values(command_id=command_id, body=body, at=now).on_conflict_do_nothing()
    if tx.execute(made.returning(command_claim.c.command_id)).first() is None:
        before = tx.execute(select(command_claim.c.body).where(command_claim.c.command_id == command_id)).scalar_one()
        if before != body:
            raise Conflict(_DIFFERS_API if entry is Entry.API else _DIFFERS)
    return command_id


def answer(tx: Connection, command_id: CommandId) -> Mapping[str, object] | None:
    """Return what was answered to the request of this id; None where it was not carried out yet, or by an entry point that keeps
    no answers."""
    found: Mapping[str, object] | None = tx.execute(
        select(command_claim.c.answer).where(command_claim.c.command_id == command_id)
    ).scalar_one()
    return found


def keep_answer(tx: Connection, command_id: CommandId, said: Mapping[str, object]) -> None:
    """Ensure that the same request again can be answered alike; JSON values, no secret and no personal value among them."""
    tx.execute(update(command_claim).where(command_claim.c.command_id == command_id).values(answer=dict(said)))


def prune(tx: Connection, before: datetime, most: int = 1000) -> int:
    """Ensure that at most `most` claims fewer are kept that were made before then; how many went.

    Steps and filings know their ids for ever by their events, and are not carried out a second time even then.
    """
    old = select(command_claim.c.command_id).where(command_claim.c.at < before).limit(most)
    return tx.execute(delete(command_claim).where(command_claim.c.command_id.in_(old))).rowcount


def free(tx: Connection, wanted: CommandId, action: str, now: datetime) -> CommandId:
    """Return the id under which the system may append its `action`: the one it wanted, or another where that is taken.

    An event of another action under the system's id is told to the operators; what is due happens all the same.
    """
    known = tx.execute(select(event.c.action).where(event.c.command_id == wanted)).scalar_one_or_none()
    if known is None:
        return wanted
    return another(wanted) if known == action else instead(tx, wanted, now)


def instead(tx: Connection, wanted: CommandId, now: datetime) -> CommandId:
    """Another id for what the system does, where a foreign event stands under its own; afterwards operators are warned."""
    here = select(event.c.stream, event.c.seq, event.c.action).where(event.c.command_id == wanted)
    found = dict(tx.execute(here).mappings().one())
    log.error("system command id taken", command_id=wanted, **found)
    event_log.append(tx, STREAM, NewEvent(action=ID_TAKEN, at=now, content={"claim": wanted, "found": found}))
    return another(wanted)


def counting_taken(since: ColumnElement[datetime]) -> Select[int]:
    """Return the question how often since then the system met a foreign event under an id of its own."""
    met = (event.c.stream == STREAM, event.c.action == constant(ID_TAKEN), event.c.at >= since)
    return select(func.count()).select_from(event).where(*met)
