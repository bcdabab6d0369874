"""Questions about many organisations (批量查询): how each stands, who stops it and lets it go on; `handlers.inquiry_runs` begins and
answers them.

running → done; stopped on request and failed may go on from the part they had reached. Answers are kept for KEEP and then deleted:
what they told may have ended since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, or_, select

from repairflow.casework import event_log
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.job_runs import Runs
from repairflow.errors import Forbidden, NotFound, TooMany
from repairflow.records import inquiry_part, inquiry_run, person
from repairflow.records.rows import InquiryPartRow, InquiryRunRow, all_rows, first_row, one_row

STREAM = "inquiries"
ANSWER = "inquiry"
"""The kind of job; there is nothing to look at before."""
RUNS = Runs("inquiry", inquiry_run, "inquiry_check", ANSWER)
MANAGES = "system_admin"
"""Who sees to the exchange with other systems: sees every run, but no answer, and may stop it and let it go on."""
AT_ONCE, A_DAY = 2, 50
"""Runs of one account: so many at work, and so many begun within 24 hours."""
KEEP = timedelta(days=7)
KEEP_UNDONE = timedelta(days=90)
"""As long as the job of a run that failed."""


def of_token(tx: Connection, token: str) -> InquiryRunRow:
    """Return the run of this token."""
    return one_row(tx.execute(select(inquiry_run).where(inquiry_run.c.token == token)), InquiryRunRow)


def end(tx: Connection, token: str, now: datetime) -> Mapping[str, object]:
    """Ensure that the run is done; the trail keeps how many were listed, and the digest of what was answered."""
    RUNS.move(tx, token, ("running",), {"state": "done", "ended_at": now})
    row = of_token(tx, token)
    parts = select(inquiry_part).where(inquiry_part.c.run_id == row.id).order_by(inquiry_part.c.first)
    told = [[one.first, str(one.at), one.answers] for one in all_rows(tx.execute(parts), InquiryPartRow)]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    said = {"run": token, "count": row.total, "faulty": row.faulty, "listed": row.listed, "answers": f"sha256:{digest}"}
    event_log.append(
        tx, STREAM, NewEvent(action=EventName.ANSWER_STANDING, at=now, by=SYSTEM, role="system", content=said)
    )
    return {"count": row.total, "listed": row.listed}


def stop(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Ask to stop a run at work; see `Runs.stop`. Raises NotFound and Forbidden."""
    return RUNS.stop(tx, token, _held(tx, actor, token).state, now)


def resume(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Return a run that was stopped or failed goes on; see `Runs.resume`. Raises NotFound, Forbidden, and TooMany while others of the same
    account are at work: who stops one and begins another has no more of the worker than who waits."""
    row = _held(tx, actor, token)
    if row.state in ("failed", "stopped"):
        demand_room(tx, row.person_id)
    return RUNS.resume(tx, token, row.state, now)


def demand_room(tx: Connection, person_id: int) -> None:
    """TooMany while as many runs of an account are at work as may be at once; its row is locked, so that two count one another."""
    tx.execute(select(person.c.id).where(person.c.id == person_id).with_for_update())
    at_work = inquiry_run.c.person_id == person_id, inquiry_run.c.state == "running"
    if tx.execute(select(func.count()).select_from(inquiry_run).where(*at_work)).scalar_one() >= AT_ONCE:
        raise TooMany(60, f"同一账号同时进行的批量查询至多 {AT_ONCE} 个，请等前面的完成后再提交。")


def prune(tx: Connection, now: datetime, most: int = 50) -> int:
    """Delete at most `most` runs with their answers: those done longer ago than KEEP, others after KEEP_UNDONE; gives how many."""
    done = and_(inquiry_run.c.state == "done", inquiry_run.c.ended_at < now - KEEP)
    old = select(inquiry_run.c.id).where(or_(done, inquiry_run.c.ended_at < now - KEEP_UNDONE))
    gone = list(tx.execute(old.order_by(inquiry_run.c.id).limit(most)).scalars())
    if gone:
        tx.execute(delete(inquiry_part).where(inquiry_part.c.run_id.in_(gone)))
        tx.execute(delete(inquiry_run).where(inquiry_run.c.id.in_(gone)))
    return len(gone)


def _held(tx: Connection, actor: Actor, token: str) -> InquiryRunRow:
    """Return the run, if the actor asked for it or sees to the exchange."""
    if actor.kind != "staff":
        raise Forbidden("信用查询供各单位的办理人员和系统使用。")
    row = first_row(tx.execute(select(inquiry_run).where(inquiry_run.c.token == token)), InquiryRunRow)
    if row is None or (row.person_id != actor.id and not actor.has_role(MANAGES)):
        raise NotFound("没有这次批量查询，或者结果已过保留期。")
    return row
