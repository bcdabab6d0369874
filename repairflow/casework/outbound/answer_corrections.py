"""Correcting what was entered as a platform's answer to a letter (更正登记的答复): a second entry stands in place of the first, with
its reason; the first stays in the platform's trail. A difference that was mended by the wrong answer alone is open again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select, update

from repairflow.auditing import chain
from repairflow.casework.changes import CorrectAnswerOfPlatform
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound.platform_answers import ANSWERS, day_of
from repairflow.casework.outbound.platform_copies import LONGEST_NOTE, THIRD_PARTY, Found, finding, note, role_of
from repairflow.errors import Conflict, Invalid, Problem
from repairflow.records import event, letter, platform_letter, sync_finding
from repairflow.times import local_day

NONE = "none"
CORRECTED: Mapping[str, str] = {**ANSWERS, NONE: "没有收到答复（登记有误）"}
"""What may stand in place of an answer."""
ENTRIES = (EventName.PLATFORM_ANSWERED, EventName.PLATFORM_ANSWER_CORRECTED)


class Answered(NamedTuple):
    """The newest letter about a finding to which an answer is entered."""

    id: int
    number: str
    sent_at: datetime
    answer: str
    answered_on: date
    answer_note: str | None


class Entry(NamedTuple):
    """One entry of an answer: what it says, by whom, and why it was made where it corrects another."""

    at: datetime
    by: str
    answer: str
    day: str
    note: str
    why: str


def correct(tx: Connection, given: CorrectAnswerOfPlatform, now: datetime) -> str:
    """Ensure that this answer stands in place of the one entered, and every supervisor hears of it; gives the platform's name.

    By whom answers are entered by. Raises NotFound, Invalid naming each field, Conflict where no answer is entered.
    """
    role = role_of(given.actor)
    of = finding(tx, given.actor, given.finding, lock=True)
    was = answered(tx, of.id)
    if was is None:
        raise Conflict("这项差异没有登记过答复，没有需要更正的。")
    day, words, why = _checked(given, was, now)
    values: dict[str, object] = (
        {"answer": None, "answered_on": None, "answer_note": None, "answered_by": None, "told_at": None}
        if given.answer == NONE
        else {"answer": given.answer, "answered_on": day, "answer_note": words or None, "answered_by": given.actor.id}
    )
    if given.answer == NONE and _written_again(tx, of.id, was.id):
        values["answer"] = "replaced"
    tx.execute(update(platform_letter).where(platform_letter.c.id == was.id).values(**values))
    _settle(tx, of, was.answer, given.answer, now)
    content = {
        "number": of.number, "letter": was.number, "answer": given.answer, "day": day, "note": words,
        "before": {"answer": was.answer, "day": was.answered_on, "note": was.answer_note or ""},
    }  # fmt: skip
    said = NewEvent(
        action=EventName.PLATFORM_ANSWER_CORRECTED, at=now, by=given.actor, role=role, reason=why, content=content
    )
    note(tx, of.code, said)
    title = f"更正了登记的答复：{of.name}，{of.number}"
    body = f"{was.number}函的答复由“{ANSWERS[was.answer]}”更正为“{CORRECTED[given.answer]}”。原因：{why}"
    inbox.notify_supervisors(tx, Notice("reconciliation", title, body, now, record_id=of.record_id))
    return of.name


def answered(tx: Connection, finding_id: int) -> Answered | None:
    """Return the newest letter about a finding to which an answer is entered."""
    one = platform_letter.c
    row = tx.execute(
        select(one.id, letter.c.number, one.sent_at, one.answer, one.answered_on, one.answer_note)
        .join(letter, letter.c.id == one.letter_id)
        .where(one.finding_id == finding_id, one.answer.in_(tuple(ANSWERS)))
        .order_by(one.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Answered(*row)


def entries(tx: Connection, code: str, number: str) -> Mapping[str, list[Entry]]:
    """Return what was entered as answers about a record of a platform, by the letter's number, the oldest first."""
    of_platform = event.c.stream == f"exchange/{code}", event.c.action.in_(ENTRIES)
    found = defaultdict[str, list[Entry]](list)
    for row in tx.execute(select(event).where(*of_platform).order_by(event.c.seq)):
        content = chain.content(row.body)
        if content["number"] != number:
            continue
        first = row.action == EventName.PLATFORM_ANSWERED
        words, why = (row.reason or "", "") if first else (str(content["note"]), row.reason or "")
        day, said = str(content["day"] or ""), CORRECTED[str(content["answer"])]
        found[str(content["letter"])].append(Entry(row.at, row.actor_name, said, day, words, why))
    return found


def _checked(given: CorrectAnswerOfPlatform, was: Answered, now: datetime) -> tuple[date | None, str, str]:
    """Return day, words and reason. Raises Invalid naming each field, also where nothing would change."""
    problems: list[Problem] = []
    if given.answer not in CORRECTED:
        problems.append(Problem("answer", "请选择对方的答复"))
    lacking = "请写明对方不予更正的理由" if given.answer == "refused" else ""
    words = written(given.note, LONGEST_NOTE, problems, "note", "答复的内容", lacking)
    day = None if given.answer == NONE else day_of(given.day, local_day(was.sent_at), local_day(now), problems)
    why = written(given.reason, LONGEST_NOTE, problems, "reason", "更正的原因", "请写明为什么更正")
    if not problems and (given.answer, day, words) == (was.answer, was.answered_on, was.answer_note or ""):
        problems.append(Problem("answer", "与原来登记的一致，没有需要更正的"))
    if problems:
        raise Invalid("没有更正，请按提示修改后再提交。", problems)
    return day, words, why


def _settle(tx: Connection, of: Found, before: str, after: str, now: datetime) -> None:
    """Ensure that a third party's finding is mended by 已经更正 alone: open again where that was wrong and nothing else had ended it,
    unless the same difference was found anew meanwhile."""
    if of.target_kind != THIRD_PARTY or before == after:
        return
    mine = update(sync_finding).where(sync_finding.c.id == of.id)
    if after == "corrected" and of.ended_at is None:
        tx.execute(mine.values(ended_at=now))
    if before == "corrected" and of.ended_at in _entered_at(tx, of):
        same = sync_finding.alias()
        anew = (same.c.target_id == of.target_id, same.c.number == of.number, same.c.ended_at.is_(None))
        tx.execute(mine.where(~exists().where(*anew)).values(ended_at=None))


def _entered_at(tx: Connection, of: Found) -> set[datetime]:
    """Return when answers about a record of a platform were entered or corrected: what ended then was ended by that."""
    return {one.at for several in entries(tx, of.code, of.number).values() for one in several}


def _written_again(tx: Connection, finding_id: int, letter_id: int) -> bool:
    later = (platform_letter.c.finding_id == finding_id, platform_letter.c.id > letter_id)
    return tx.execute(select(platform_letter.c.id).where(*later).limit(1)).first() is not None
