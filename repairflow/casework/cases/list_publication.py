"""Publications of a list each year (年度公布): how each stands, who stops it and lets it go on; `handlers.lists` begins and writes them.

running → done; stopped on request and failed may go on from the part they had reached. What is published stays as it was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.job_runs import Runs
from repairflow.errors import Forbidden, NotFound
from repairflow.records import list_publication, list_publication_part
from repairflow.records.rows import ListPublicationRow, first_row, one_row

WRITE = "list_publication"
"""The kind of job; there is nothing to look at before."""
RUNS = Runs("list_publication", list_publication, "list_publication_check", WRITE)
STOPS = "supervisor"


def of_token(tx: Connection, token: str) -> ListPublicationRow:
    """Return the publication of this token."""
    return one_row(tx.execute(select(list_publication).where(list_publication.c.token == token)), ListPublicationRow)


def end(tx: Connection, token: str, now: datetime) -> Mapping[str, object]:
    """Ensure that the publication is done and everybody may read it; the trail keeps the digest of each part."""
    RUNS.move(tx, token, ("running",), {"state": "done", "ended_at": now})
    row = of_token(tx, token)
    tx.execute(update(list_publication).where(list_publication.c.id == row.id).values(total=row.entries))
    found = select(list_publication_part.c.rows).where(list_publication_part.c.publication_id == row.id)
    digests = [_digest(rows) for rows in tx.execute(found.order_by(list_publication_part.c.part)).scalars()]
    said = {"list_kind": row.list_kind, "day": str(row.day), "entries": row.entries, "parts": digests}
    event_log.append(
        tx, f"list/{row.list_kind}",
        NewEvent(action=EventName.PUBLISH_LIST, at=now, by=SYSTEM, role="system", to_state="done", content=said),
    )  # fmt: skip
    return {"entries": row.entries, "parts": len(digests)}


def stop(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Ask to stop a publication at work; see `Runs.stop`. Raises NotFound and Forbidden."""
    return RUNS.stop(tx, token, _held(tx, actor, token).state, now)


def resume(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Return a publication that was stopped or failed goes on; see `Runs.resume`. Raises NotFound and Forbidden."""
    return RUNS.resume(tx, token, _held(tx, actor, token).state, now)


def may_stop(actor: Actor) -> bool:
    """Tell whether the actor may stop a publication and let it go on: who supervises all work."""
    return any(role == STOPS for role, _ in actor.roles)


def demand_may_stop(actor: Actor) -> None:
    """Forbidden for whoever supervises nobody."""
    if not may_stop(actor):
        raise Forbidden("名单公布由信用办负责人提出、停止和继续。")


def note_begun(tx: Connection, actor: Actor, kind: str, day: date, reason: str, now: datetime) -> None:
    """Ensure that the trail says who had a list published beside its day of the year, and why."""
    said = {"list_kind": kind, "day": str(day)}
    event_log.append(
        tx, f"list/{kind}",
        NewEvent(
            action=EventName.PUBLISH_LIST, at=now, by=actor, role=STOPS, to_state="running", reason=reason, content=said
        ),
    )  # fmt: skip


def _held(tx: Connection, actor: Actor, token: str) -> ListPublicationRow:
    demand_may_stop(actor)
    row = first_row(tx.execute(select(list_publication).where(list_publication.c.token == token)), ListPublicationRow)
    if row is None:
        raise NotFound("没有这次公布，请刷新页面。")
    return row


def _digest(rows: Sequence[Sequence[str]]) -> str:
    return "sha256:" + hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
