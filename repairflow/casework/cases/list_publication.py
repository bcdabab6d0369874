"""Publication of a list each year (年度公布) on the day its rules name: the worker writes who stands before the public, part by part.

running → done; stopped on request and failed may go on from the part they had reached. What is published stays as it was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from repairflow import vault
from repairflow.casework import event_log
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.job_runs import Runs
from repairflow.casework.queries.records import list_registry
from repairflow.casework.queries.records.list_registry import Kept
from repairflow.errors import Forbidden, NotFound
from repairflow.records import list_entry, list_publication, list_publication_part
from repairflow.records.rows import ListPublicationPartRow, ListPublicationRow, first_row, one_row
from repairflow.times import local_day

WRITE = "list_publication"
"""The kind of job; there is nothing to look at before."""
RUNS = Runs("list_publication", list_publication, "list_publication_check", WRITE)
SIZE = 5_000
"""Entries of one part."""
LATEST = timedelta(days=60)
"""How long after its day a publication that no worker made is still begun."""
STOPS = "supervisor"


def due(services: Services, today: date) -> Iterator[tuple[Kept, date]]:
    """Public lists with the day of this year's publication, where it has come and is not long past."""
    for kept in list_registry.kinds(services.law, today).values():
        if kept.kind.yearly and kept.kind.public:
            month, day = (int(part) for part in kept.kind.yearly.split("-"))
            found = date(today.year, month, day)
            if found > today:
                found = date(today.year - 1, month, day)
            if today - found <= LATEST and found >= kept.pack.effective:
                yield kept, found


def begin(tx: Connection, services: Services, now: datetime) -> int:
    """Afterwards a job of the worker waits for every list whose day has come and that is not published yet; how many are new."""
    begun, today = 0, local_day(now)
    for kept, day in due(services, today):
        here = list_publication.c.list_kind == kept.code, list_publication.c.day == day
        if tx.execute(select(list_publication.c.id).where(*here)).first() is not None:
            continue
        standing = select(func.count()).where(list_entry.c.list_kind == kept.code, list_entry.c.left_on.is_(None))
        token = vault.token()
        tx.execute(
            insert(list_publication).values(
                token=token, list_kind=kept.code, day=day, label=kept.kind.label, state="running", entries=0,
                total=tx.execute(standing).scalar_one(), started_at=now,
            )
        )  # fmt: skip
        RUNS.order(tx, token, WRITE, None, now)
        begun += 1
    return begun


def of_token(tx: Connection, token: str) -> ListPublicationRow:
    """The publication of this token."""
    return one_row(tx.execute(select(list_publication).where(list_publication.c.token == token)), ListPublicationRow)


def write_part(tx: Connection, services: Services, token: str, today: date) -> bool:
    """Write the next part; False when there is none left. A list that is kept no more, or not in public, is NotFound."""
    row = of_token(tx, token)
    parts = select(list_publication_part).where(list_publication_part.c.publication_id == row.id)
    newest = parts.order_by(list_publication_part.c.part.desc()).limit(1)
    last = first_row(tx.execute(newest), ListPublicationPartRow)
    if last is not None and not last.next:
        return False
    kept = list_registry.kept(services.law, today, row.list_kind, public=True)
    after = last.next if last is not None else ""
    page = list_registry.entries(tx, kept, public_on=today, after=after, size=SIZE)
    rows = [
        [one.name, one.uscc or "", one.office, str(one.listed_on), str(one.until) if one.until else ""]
        for one in page.rows
    ]
    number = last.part + 1 if last is not None else 1
    made = {"publication_id": row.id, "part": number, "rows": rows, "next": page.next}
    tx.execute(insert(list_publication_part).values(**made))
    written = row.entries + len(rows)
    tx.execute(
        update(list_publication)
        .where(list_publication.c.id == row.id)
        .values(entries=written, total=max(row.total, written))
    )
    return bool(page.next)


def end(tx: Connection, token: str, now: datetime) -> Mapping[str, object]:
    """Afterwards the publication is done and everybody may read it; the trail keeps the digest of each part."""
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
    """A publication that was stopped or failed goes on; see `Runs.resume`. Raises NotFound and Forbidden."""
    return RUNS.resume(tx, token, _held(tx, actor, token).state, now)


def may_stop(actor: Actor) -> bool:
    """Whether the actor may stop a publication and let it go on: who supervises all work."""
    return any(role == STOPS for role, _ in actor.roles)


def _held(tx: Connection, actor: Actor, token: str) -> ListPublicationRow:
    if not may_stop(actor):
        raise Forbidden("名单公布由信用办负责人停止和继续。")
    row = first_row(tx.execute(select(list_publication).where(list_publication.c.token == token)), ListPublicationRow)
    if row is None:
        raise NotFound("没有这次公布，请刷新页面。")
    return row


def _digest(rows: list[list[Any]]) -> str:
    return "sha256:" + hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
