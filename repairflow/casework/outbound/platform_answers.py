"""What platforms answer to letters that ask them to mend what they show (更正函), and who hears that no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from repairflow import plain
from repairflow.casework.changes import AnswerOfPlatform
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound.platform_copies import LONGEST_NOTE, THIRD_PARTY, note, open_finding, role_of
from repairflow.errors import Conflict, Invalid, Problem
from repairflow.law.guards import day_text
from repairflow.records import letter, platform_letter, role_grant, sync_finding, target
from repairflow.times import local_day

ANSWERS: Mapping[str, str] = {"corrected": "已经更正", "refused": "不予更正"}


def answer(tx: Connection, given: AnswerOfPlatform, now: datetime) -> str:
    """Ensure that the answer stands beside the newest letter about a finding; gives the platform's name. What a third party has
    corrected is mended by that; of a platform that is looked at every night, the look says so.

    By whom `write` is. Raises NotFound, Invalid naming each field, Conflict where no letter waits for an answer.
    """
    role = role_of(given.actor)
    of = open_finding(tx, given.actor, given.finding, lock=True)
    newest = tx.execute(
        select(platform_letter.c.id, platform_letter.c.sent_at, platform_letter.c.answer, letter.c.number)
        .join(letter, letter.c.id == platform_letter.c.letter_id)
        .where(platform_letter.c.finding_id == of.id)
        .order_by(platform_letter.c.id.desc())
        .limit(1)
    ).first()
    if newest is None or newest.answer is not None:
        raise Conflict("没有等待答复的更正函，请刷新页面查看结果。")
    problems: list[Problem] = []
    if given.answer not in ANSWERS:
        problems.append(Problem("answer", "请选择对方的答复"))
    lacking = "请写明对方不予更正的理由" if given.answer == "refused" else ""
    words = written(given.note, LONGEST_NOTE, problems, "note", "答复的内容", lacking)
    day = day_of(given.day, local_day(newest.sent_at), local_day(now), problems)
    if problems or day is None:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    said = {"answer": given.answer, "answered_on": day, "answer_note": words or None, "answered_by": given.actor.id}
    tx.execute(update(platform_letter).where(platform_letter.c.id == newest.id).values(**said))
    if given.answer == "corrected" and of.target_kind == THIRD_PARTY:
        tx.execute(update(sync_finding).where(sync_finding.c.id == of.id).values(ended_at=now))
    content = {"number": of.number, "letter": newest.number, "answer": given.answer, "day": day}
    told = NewEvent(
        action=EventName.PLATFORM_ANSWERED, at=now, by=given.actor, role=role, reason=words or None, content=content
    )
    note(tx, of.code, told)
    if given.answer == "refused":
        title = f"{of.name}不予更正：{of.number}"
        inbox.notify_supervisors(
            tx, Notice("reconciliation", title, f"{newest.number}函：{words}", now, record_id=of.record_id)
        )
    return of.name


def remind(tx: Connection, now: datetime) -> int:
    """Ensure that whoever wrote a letter whose day is over, and every supervisor, hears once that no answer came; how many letters.

    Where the platform has mended it meanwhile nobody is told.
    """
    late = (
        select(
            platform_letter.c.id, platform_letter.c.sent_by, platform_letter.c.due_day, letter.c.number, letter.c.record_id,
            target.c.name, sync_finding.c.number.label("of"),
        )
        .join(letter, letter.c.id == platform_letter.c.letter_id)
        .join(sync_finding, sync_finding.c.id == platform_letter.c.finding_id)
        .join(target, target.c.id == sync_finding.c.target_id)
        .where(platform_letter.c.answer.is_(None), platform_letter.c.due_day < local_day(now))
        .where(platform_letter.c.told_at.is_(None), sync_finding.c.ended_at.is_(None))
        .order_by(platform_letter.c.id)
    )  # fmt: skip
    rows = tx.execute(late).all()
    for row in rows:
        tx.execute(update(platform_letter).where(platform_letter.c.id == row.id).values(told_at=now))
        body = f"{row.number}函请{row.name}于{day_text(row.due_day)}前函复，没有登记答复。请与对方核对，登记答复或者再次发函。"
        told = Notice("platform_silent", f"更正函逾期没有答复：{row.of}", body, now, record_id=row.record_id)
        inbox.notify_supervisors(tx, told)
        supervises = (role_grant.c.person_id == row.sent_by, role_grant.c.role == "supervisor")
        if tx.execute(select(role_grant.c.id).where(*supervises).limit(1)).first() is None:
            inbox.notify_person(tx, row.sent_by, told)
    return len(rows)


def day_of(text: str, first: date, last: date, problems: list[Problem]) -> date | None:
    """Return the day of an answer; None, with a problem at `day`, where it is none or not one of these days."""
    try:
        day = plain.day(text.strip())
    except ValueError:
        problems.append(Problem("day", "请填写答复日期，如 2026-06-20"))
        return None
    if not first <= day <= last:
        problems.append(Problem("day", f"答复日期应在 {first} 到 {last} 之间"))
        return None
    return day
