"""The board of platforms that still show something else than was decided (同步情况): which record, where, how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.outbound.sync_findings import seen_by
from repairflow.gateway.reconcile import WORDS
from repairflow.records import person, record, subject, sync_finding, target
from repairflow.records.rows import all_rows

WHAT: Mapping[str, str] = {
    "still_shown": "仍在公示", "not_shown": "没有公示", "mark_missing": "没有标注异议", "mark_left": "仍标注异议",
    "unknown": "公示了本系统没有的信息", "outdated": "内容不是最新",
}  # fmt: skip


class Finding(NamedTuple):
    """One record on which a platform and we part; `subject` and `document_number` are None for one that is not ours."""

    id: int
    target: str
    number: str
    kind: str
    decided: str | None
    shown: str | None
    found_at: datetime
    seen_at: datetime
    chased_at: datetime | None
    chaser: str | None
    subject: str | None
    document_number: str | None

    @property
    def what(self) -> str:
        """What is wrong there."""
        return WHAT.get(self.kind, self.kind)

    @property
    def theirs(self) -> str:
        """What they show."""
        return next((word for display, word in WORDS.items() if display == self.shown), "无此信息")

    @property
    def ours(self) -> str:
        """What was decided."""
        return next((word for display, word in WORDS.items() if display == self.decided), "无此信息")


def board(tx: Connection, actor: Actor, after: int, size: int) -> list[Finding]:
    """Open findings about records that the actor may see, the oldest first; of what is not ours to supervisors alone."""
    one = sync_finding.c
    rows = (
        select(
            one.id, target.c.name.label("target"), one.number, one.kind, one.decided, one.shown, one.found_at, one.seen_at,
            one.chased_at, person.c.name.label("chaser"), subject.c.name.label("subject"), record.c.document_number,
        )
        .join(target, target.c.id == one.target_id)
        .outerjoin(record, record.c.number == one.number)
        .outerjoin(subject, subject.c.id == record.c.subject_id)
        .outerjoin(person, person.c.id == one.chased_by)
        .where(one.ended_at.is_(None), one.id > after, seen_by(actor))
        .order_by(one.id)
        .limit(size)
    )  # fmt: skip
    return all_rows(tx.execute(rows), Finding)


def count(tx: Connection, actor: Actor) -> int:
    """How many of them are open."""
    mine = (sync_finding.c.ended_at.is_(None), seen_by(actor))
    joined = select(func.count()).select_from(sync_finding).outerjoin(record, record.c.number == sync_finding.c.number)
    return tx.execute(joined.where(*mine)).scalar_one()
