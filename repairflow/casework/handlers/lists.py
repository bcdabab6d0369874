"""Lists published each year (年度公布) on the day their rules name: the worker writes who stood on them that day, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from repairflow import vault
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.admin.form_errors import alone
from repairflow.casework.cases import list_publication as publication
from repairflow.casework.cases.list_publication import RUNS, WRITE, of_token
from repairflow.casework.changes import PublishList, ResumePublication, StopPublication
from repairflow.casework.context import Services
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import demanded_text
from repairflow.casework.queries.records import list_registry
from repairflow.casework.queries.records.list_registry import Kept
from repairflow.errors import Conflict, NotFound
from repairflow.records import list_publication, list_publication_part
from repairflow.records.rows import ListPublicationPartRow, first_row
from repairflow.times import local_day

SIZE = 5_000
"""Entries of one part."""
LONGEST_REASON = 200
LATEST = timedelta(days=60)
"""How long after its day a publication that no worker made is still begun."""


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


def publish_now(tx: Connection, services: Services, given: PublishList, now: datetime) -> str:
    """Ensure that a job of the worker waits for the list as it stands today, beside its day of the year; gives the publication's token.

    Forbidden to all but who supervises, NotFound for an unknown or internal list, Invalid without a reason, Conflict where it is being
    published or was today.
    """
    today = local_day(now)
    publication.demand_may_stop(given.actor)
    kept = list_registry.kept(services.law, today, given.kind, public=True)
    if not kept.kind.yearly:
        raise NotFound("这种名单不按年度公布，随时可以在名单页查看和下载。")
    reason = demanded_text(
        given.reason, LONGEST_REASON, "reason", "理由", "请写明为什么在年度公布日以外公布", "没有公布。"
    )
    alone(tx, list_publication)
    waits = or_(list_publication.c.day == today, list_publication.c.state == "running")
    if tx.execute(select(list_publication.c.id).where(list_publication.c.list_kind == kept.code, waits)).first():
        raise Conflict("这种名单今天已经公布或者正在公布，没有重复公布。")
    token = _order(tx, kept, today, given.actor, now)
    publication.note_begun(tx, given.actor, kept.code, today, reason, now)
    return token


def _order(tx: Connection, kept: Kept, day: date, by: Actor, now: datetime) -> str:
    token = vault.token()
    tx.execute(
        insert(list_publication).values(
            token=token, list_kind=kept.code, day=day, label=kept.kind.label, state="running", entries=0,
            total=list_registry.stood_count(tx, kept, day), started_at=now,
        )
    )  # fmt: skip
    RUNS.order(tx, token, WRITE, by.id, now)
    return token


def begin(tx: Connection, services: Services, now: datetime) -> int:
    """Ensure that a job of the worker waits for every list whose day has come and that is not published yet; how many are new."""
    begun, today = 0, local_day(now)
    for kept, day in due(services, today):
        here = list_publication.c.list_kind == kept.code, list_publication.c.day == day
        if tx.execute(select(list_publication.c.id).where(*here)).first() is not None:
            continue
        _order(tx, kept, day, SYSTEM, now)
        begun += 1
    return begun


def write_part(tx: Connection, services: Services, token: str, now: datetime) -> bool:
    """Write the next part of those who stood on the list on the day of the publication, however late it is written; False when
    there is none left. A list that is kept no more, or not in public, is NotFound."""
    row, today = of_token(tx, token), local_day(now)
    parts = select(list_publication_part).where(list_publication_part.c.publication_id == row.id)
    newest = parts.order_by(list_publication_part.c.part.desc()).limit(1)
    last = first_row(tx.execute(newest), ListPublicationPartRow)
    if last is not None and not last.next:
        return False
    kept = list_registry.kept(services.law, today, row.list_kind, public=True)
    after = last.next if last is not None else ""
    page = list_registry.stood_on(tx, kept, row.day, after=after, size=SIZE)
    told = list_registry.told(tx, services.law, kept, page.rows)
    rows = [
        [
            one.name, one.uscc or "", one.office, str(one.listed_on), str(one.until) if one.until else "",
            "是" if one.id in told else "待核实", str(one.id),
        ]
        for one in page.rows
    ]  # fmt: skip
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


HANDLERS: Table = {
    PublishList: publish_now,
    StopPublication: lambda tx, _, given, now: publication.stop(tx, given.actor, given.token, now),
    ResumePublication: lambda tx, _, given, now: publication.resume(tx, given.actor, given.token, now),
}
