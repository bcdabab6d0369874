"""Questions about many organisations: taken with every code checked, then answered part by part."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from repairflow import vault
from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases import inquiry_runs
from repairflow.casework.cases.inquiry_runs import A_DAY, ANSWER, RUNS, STREAM, of_token
from repairflow.casework.changes.inquiries import BeginInquiry, ResumeInquiry, StopInquiry
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.handlers.base import Table
from repairflow.casework.handlers.inquiries import asked, digest_of
from repairflow.casework.queries.records.credit_inquiry import packed, standings
from repairflow.errors import TooMany
from repairflow.law.identifiers import check_uscc
from repairflow.records import inquiry_part, inquiry_run
from repairflow.records.rows import InquiryPartRow, first_row
from repairflow.times import local_day

SIZE = 500
"""Rows of one part, which is one transaction."""


def begin(tx: Connection, services: Services, given: BeginInquiry, now: datetime) -> str:
    """Ensure that a job of the worker answers, and the trail keeps who asks, why and how much; gives the token of the run.

    Forbidden to all but people of offices; Invalid without purpose or codes, or for too many; TooMany for who asks too often.
    """
    purpose = asked(given.actor, given.purpose, given.codes)
    _within_limits(tx, given.actor, now)
    checks = [check_uscc(code, local_day(now)) for code in given.codes]
    sound = [check.code for check in checks if check.ok]
    token, digest = vault.token(), digest_of(sound)
    run = tx.execute(
        insert(inquiry_run)
        .values(
            token=token, person_id=given.actor.id, purpose=purpose, digest=digest, state="running", done=0,
            total=len(checks), faulty=len(checks) - len(sound), listed=0, started_at=now,
        )
        .returning(inquiry_run.c.id)
    ).scalar_one()  # fmt: skip
    for start in range(0, len(checks), SIZE):
        part = checks[start : start + SIZE]
        tx.execute(
            insert(inquiry_part).values(
                run_id=run, first=start + 1, asked=[one.code if one.ok else "" for one in part],
                problems=["" if one.ok else one.reason or "不是统一社会信用代码" for one in part],
            )
        )  # fmt: skip
    RUNS.order(tx, token, ANSWER, given.actor.id, now)
    content = {"purpose": purpose, "count": len(checks), "digest": digest, "run": token}
    event_log.append(
        tx, STREAM, NewEvent(action=EventName.ASK_STANDING, at=now, by=given.actor, role="staff", content=content)
    )
    return token


def answer_part(tx: Connection, services: Services, token: str, now: datetime) -> bool:
    """Answer the next part as things stand now; False when there is none left."""
    row = of_token(tx, token)
    waiting = select(inquiry_part).where(inquiry_part.c.run_id == row.id, inquiry_part.c.at.is_(None))
    part = first_row(tx.execute(waiting.order_by(inquiry_part.c.first).limit(1)), InquiryPartRow)
    if part is None:
        return False
    sound = [code for code in part.asked if code]
    found = iter(standings(tx, services.law, sound, local_day(now)))
    told = [next(found) if code else None for code in part.asked]
    answers = [packed(one) if one is not None else ["", [], []] for one in told]
    tx.execute(update(inquiry_part).where(inquiry_part.c.id == part.id).values(answers=answers, at=now))
    tx.execute(
        update(inquiry_run)
        .where(inquiry_run.c.id == row.id)
        .values(
            done=inquiry_run.c.done + len(part.asked),
            listed=inquiry_run.c.listed + sum(one is not None and one.listed for one in told),
        )
    )
    return True


def _within_limits(tx: Connection, actor: Actor, now: datetime) -> None:
    assert actor.id is not None  # people of offices alone ask
    inquiry_runs.demand_room(tx, actor.id)
    today = inquiry_run.c.person_id == actor.id, inquiry_run.c.started_at > now - timedelta(days=1)
    if tx.execute(select(func.count()).select_from(inquiry_run).where(*today)).scalar_one() >= A_DAY:
        raise TooMany(3600, f"同一账号一天至多提交 {A_DAY} 个批量查询，请明天再提交，或者合并成一个文件。")


HANDLERS: Table = {
    BeginInquiry: begin,
    StopInquiry: lambda tx, _, given, now: inquiry_runs.stop(tx, given.actor, given.token, now),
    ResumeInquiry: lambda tx, _, given, now: inquiry_runs.resume(tx, given.actor, given.token, now),
}
