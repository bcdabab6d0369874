"""The board of platforms that still show something else than was decided (同步情况): which record, where, how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.outbound.page_looks import ENDED
from repairflow.casework.outbound.platform_answers import ANSWERS
from repairflow.casework.outbound.platform_copies import THIRD_PARTY
from repairflow.casework.outbound.sync_findings import UNSETTLED, finding_seen_by, seen_by
from repairflow.casework.permissions import record_scope
from repairflow.errors import NotFound
from repairflow.gateway.reconcile import WORDS
from repairflow.records import (
    act,
    letter,
    page_capture,
    page_look,
    person,
    platform_letter,
    record,
    subject,
    sync_finding,
    target,
)
from repairflow.records.rows import PageCaptureRow, all_rows, first_row

WHAT: Mapping[str, str] = {
    "still_shown": "仍在公示", "not_shown": "没有公示", "mark_missing": "没有标注异议", "mark_left": "仍标注异议",
    "unknown": "公示了本系统没有的信息", "outdated": "内容不是最新",
    "refused": "不予办理推送", "undecided": "逾期没有办理推送",
}  # fmt: skip


class Unread(NamedTuple):
    """Pages of a platform by which its nightly look could not judge: why, how many records, and when it was tried last."""

    target: str
    said: str
    pages: int
    looked_at: datetime


class Finding(NamedTuple):
    """One record on which a platform and we part; `subject` and `document_number` are None for one that is not ours."""

    id: int
    target: str
    target_code: str
    target_kind: str
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
    of_act: bool

    @property
    def what(self) -> str:
        """What is wrong there."""
        return WHAT.get(self.kind, self.kind)

    @property
    def theirs(self) -> str:
        """What they show."""
        nothing = "没有办理" if self.kind in UNSETTLED else "无此信息"
        return next((word for display, word in WORDS.items() if display == self.shown), nothing)

    @property
    def ours(self) -> str:
        """What was decided."""
        return next((word for display, word in WORDS.items() if display == self.decided), "无此信息")


class Captured(NamedTuple):
    """A page that was kept of a finding, without its bytes; `digest` is None where there is no page (yet)."""

    id: int
    token: str
    finding_id: int
    state: str
    message: str | None
    asked_at: datetime
    captured_at: datetime | None
    status: int | None
    named: Sequence[str] | None
    digest: str | None


def sees(tx: Connection, actor: Actor, number: str) -> bool:
    """Tell whether the actor may open the record of this number."""
    return tx.execute(select(record.c.id).where(record.c.number == number, record_scope(actor))).first() is not None


class Asked(NamedTuple):
    """A letter that asked a platform to mend what it shows, and what came of it."""

    finding_id: int
    token: str
    number: str
    sent_at: datetime
    sender: str
    due_day: date
    answer: str | None
    answered_on: date | None
    answer_note: str | None

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self.answer is None

    @property
    def correctable(self) -> bool:
        """Whether an answer is entered, which may be wrong."""
        return self.answer in ANSWERS

    @property
    def word(self) -> str:
        """What came of it."""
        return {"": "等待答复", "replaced": "已再次发函", **ANSWERS}[self.answer or ""]


def board(tx: Connection, actor: Actor, after: int, size: int) -> list[Finding]:
    """Open findings about records and acts that the actor may see, the oldest first; of what is not ours to supervisors alone."""
    rows = _rows(actor).where(sync_finding.c.ended_at.is_(None), sync_finding.c.id > after)
    return all_rows(tx.execute(rows.order_by(sync_finding.c.id).limit(size)), Finding)


def _rows(actor: Actor) -> Select[Any]:
    one = sync_finding.c
    return (
        select(
            one.id, target.c.name.label("target"), target.c.code.label("target_code"), target.c.kind.label("target_kind"),
            one.number, one.kind, one.decided, one.shown, one.found_at, one.seen_at,
            one.chased_at, person.c.name.label("chaser"), subject.c.name.label("subject"),
            func.coalesce(record.c.document_number, act.c.document_number).label("document_number"), act.c.id.is_not(None).label("of_act"),
        )
        .join(target, target.c.id == one.target_id)
        .outerjoin(record, record.c.number == one.number)
        .outerjoin(act, act.c.number == one.number)
        .outerjoin(subject, subject.c.id == func.coalesce(record.c.subject_id, act.c.subject_id))
        .outerjoin(person, person.c.id == one.chased_by)
        .where(finding_seen_by(actor))
    )  # fmt: skip


def finding(tx: Connection, actor: Actor, finding_id: int, *, mended: bool = False) -> Finding:
    """Return one finding that the actor sees, with `mended` also one that is no longer open. Raises NotFound."""
    rows = _rows(actor).where(sync_finding.c.id == finding_id)
    found = first_row(tx.execute(rows if mended else rows.where(sync_finding.c.ended_at.is_(None))), Finding)
    if found is None:
        raise NotFound("没有这项差异，可能已经更正。")
    return found


class Mended(NamedTuple):
    """A finding that a platform's answer ended: what was entered, and about which record."""

    id: int
    target: str
    number: str
    letter: str
    answered_on: date


def mended(tx: Connection, actor: Actor, size: int = 20) -> list[Mended]:
    """Return the findings that an entered answer ended, the newest letters first: an answer may have been entered wrongly."""
    one = platform_letter.c
    rows = (
        select(sync_finding.c.id, target.c.name.label("target"), sync_finding.c.number, letter.c.number.label("letter"), one.answered_on)
        .join(sync_finding, sync_finding.c.id == one.finding_id)
        .join(target, target.c.id == sync_finding.c.target_id)
        .join(letter, letter.c.id == one.letter_id)
        .outerjoin(record, record.c.number == sync_finding.c.number)
        .where(one.answer == "corrected", sync_finding.c.ended_at.is_not(None), target.c.kind == THIRD_PARTY, seen_by(actor))
        .order_by(one.id.desc())
        .limit(size)
    )  # fmt: skip
    return all_rows(tx.execute(rows), Mended)


def letters(tx: Connection, finding_ids: Sequence[int]) -> Mapping[int, list[Asked]]:
    """Return the letters to platforms about each of these findings, the newest first."""
    one, found = platform_letter.c, defaultdict[int, list[Asked]](list)
    rows = (
        select(
            one.finding_id, letter.c.token, letter.c.number, one.sent_at, person.c.name.label("sender"), one.due_day, one.answer,
            one.answered_on, one.answer_note,
        )
        .join(letter, letter.c.id == one.letter_id)
        .join(person, person.c.id == one.sent_by)
        .where(one.finding_id.in_(finding_ids))
    )  # fmt: skip
    for row in all_rows(tx.execute(rows.order_by(one.id.desc())), Asked):
        found[row.finding_id].append(row)
    return found


def third_parties(tx: Connection) -> list[tuple[str, str]]:
    """Return code and name of each third party in use, by name."""
    rows = select(target.c.code, target.c.name).where(target.c.active, target.c.kind == THIRD_PARTY)
    return [(row.code, row.name) for row in tx.execute(rows.order_by(target.c.name, target.c.id))]


def captures(tx: Connection, finding_ids: Sequence[int]) -> Mapping[int, list[Captured]]:
    """Return the pages kept of each of these findings, the newest first."""
    one, found = page_capture.c, defaultdict[int, list[Captured]](list)
    rows = select(
        one.id, one.token, one.finding_id, one.state, one.message, one.asked_at, one.captured_at, one.status, one.named, one.digest
    ).where(one.finding_id.in_(finding_ids))  # fmt: skip
    for row in all_rows(tx.execute(rows.order_by(one.id.desc())), Captured):
        found[row.finding_id].append(row)
    return found


def capture(tx: Connection, actor: Actor, token: str) -> tuple[PageCaptureRow, Finding]:
    """Return one page with all that was kept, and the finding it is of, mended or not. Raises NotFound, whether absent or foreign."""
    row = first_row(tx.execute(select(page_capture).where(page_capture.c.token == token)), PageCaptureRow)
    of = (
        None if row is None else first_row(tx.execute(_rows(actor).where(sync_finding.c.id == row.finding_id)), Finding)
    )
    if row is None or of is None:
        raise NotFound("没有这一页。")
    return row, of


def count(tx: Connection, actor: Actor) -> int:
    """Return how many of them are open."""
    mine = (sync_finding.c.ended_at.is_(None), finding_seen_by(actor))
    joined = select(func.count()).select_from(sync_finding).outerjoin(record, record.c.number == sync_finding.c.number)
    return tx.execute(joined.where(*mine)).scalar_one()


def unread(tx: Connection, actor: Actor, size: int = 20) -> list[Unread]:
    """Return why pages of platforms that take no messages decided nothing at their last look, of records that somebody sees and that
    have ended; by platform, the most frequent first."""
    rows = (
        select(
            target.c.name.label("target"), page_look.c.said, func.count().label("pages"),
            func.max(page_look.c.looked_at).label("looked_at"),
        )
        .join(target, target.c.id == page_look.c.target_id)
        .join(record, record.c.id == page_look.c.record_id)
        .where(page_look.c.shown.is_(None), record.c.state.in_(ENDED), target.c.active, seen_by(actor))
        .group_by(target.c.id, target.c.name, page_look.c.said)
        .order_by(target.c.id, func.count().desc(), page_look.c.said)
        .limit(size)
    )  # fmt: skip
    return all_rows(tx.execute(rows), Unread)
