"""The look of every night at pages of platforms that take no messages (企业信息平台): whether one still shows what has ended.

A page shows a record where both its subject's name and its decision's number stand in the text, and shows it no more where it names
the subject alone, or says that it found nothing in words that an administrator entered. Any other page (a login, a captcha, one that
only scripts fill) decides nothing. A press elsewhere may have found the same; a finding that a person opened, a person ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, insert, or_, select, update

from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import page_captures
from repairflow.casework.outbound.platform_copies import THIRD_PARTY
from repairflow.gateway.messages import display
from repairflow.gateway.page_capture import Looked, address
from repairflow.records import page_look, record, subject, sync_finding, target
from repairflow.records.rows import all_rows, one_row

MOST_A_NIGHT = 50
"""Pages of one platform in one night."""
AGAIN = timedelta(days=30)
"""So long after a look that found nothing the next one comes; what is still shown is looked at every night."""
WORDS = {"ceased": "已经终止公示", "sealed": "已经终止公示", "masked": "暂时屏蔽"}
ENDED = tuple(WORDS)
"""States of a record that was public and is not shown now, and what people are told of it."""
MOST_NAMED = 20


class Platform(NamedTuple):
    """A platform whose pages may be looked at: an administrator entered the address of its pages."""

    id: int
    code: str
    name: str
    page_url: str
    absent_words: str | None


class Ended(NamedTuple):
    """A record that was public and is no more, with the words by which a page shows it."""

    id: int
    number: str
    document_number: str
    subject: str
    uscc: str | None


def platforms(tx: Connection) -> list[Platform]:
    """Return the platforms in use whose pages are looked at."""
    rows = select(*(target.c[name] for name in Platform._fields))
    which = (target.c.active, target.c.kind == THIRD_PARTY, target.c.page_url.is_not(None), target.c.page_url != "")
    return all_rows(tx.execute(rows.where(*which).order_by(target.c.id)), Platform)


def due(tx: Connection, of: Platform, now: datetime) -> list[Ended]:
    """Return the records whose pages are looked at this night: at first half of them such as were still shown, then those that
    were never looked at, the newest first, then those whose last look is the longest ago."""
    found = page_look.c.shown.is_(True) | page_look.c.finding_id.is_not(
        None
    )  # also where the last page decided nothing
    shown = (found, page_look.c.looked_at < now)
    first = all_rows(
        tx.execute(_ended(of).where(*shown).order_by(page_look.c.looked_at, record.c.id).limit(MOST_A_NIGHT // 2)),
        Ended,
    )
    late = or_(page_look.c.id.is_(None), page_look.c.shown.is_not(True) & (page_look.c.looked_at < now - AGAIN))
    order = (page_look.c.looked_at.is_not(None), page_look.c.looked_at, record.c.id.desc())
    rest = tx.execute(_ended(of).where(late).order_by(*order).limit(MOST_A_NIGHT - len(first)))
    return first + all_rows(rest, Ended)


def url(of: Platform, row: Ended) -> str:
    """Return the address of the record's page there."""
    return address(of.page_url, {"number": row.number, "document": row.document_number, "code": row.uscc or ""})


def shows(of: Platform, row: Ended, text: str) -> bool | None:
    """Tell whether a page shows the record, None where it does not say: what was typed into a search may stand on a page that found
    nothing, the name was not typed."""
    plain = _plain(text)
    if _plain(row.subject) in plain:
        return _plain(row.document_number) in plain
    absent = map(_plain, (of.absent_words or "").split("|"))
    return False if any(words and words in plain for words in absent) else None


def _plain(text: str) -> str:
    return "".join(text.split())


def public_again(tx: Connection, of: Platform) -> list[tuple[int, str]]:
    """Return the open findings of earlier looks, with the record's number, whose records are public again: they are shown rightly."""
    rows = tx.execute(
        select(sync_finding.c.id, record.c.number)
        .join(page_look, page_look.c.finding_id == sync_finding.c.id)
        .join(record, record.c.id == page_look.c.record_id)
        .where(page_look.c.target_id == of.id, sync_finding.c.ended_at.is_(None), record.c.state.not_in(ENDED))
        .order_by(sync_finding.c.id)
    )
    return [(row.id, row.number) for row in rows]


def note(tx: Connection, target_id: int, looks: Sequence[Looked], now: datetime) -> int:
    """Ensure that what was seen this night is kept: a record that is still shown is an open finding, whose page is kept and of which
    supervisors are told once; a finding of an earlier look is mended where the page shows the record no more, or the record is public
    again. Gives how many are new."""
    of = one_row(
        tx.execute(select(*(target.c[name] for name in Platform._fields)).where(target.c.id == target_id)), Platform
    )
    for right, number in public_again(tx, of):
        _mended(tx, of, number, right, EventName.COPY_RIGHTFUL, now)
        tx.execute(update(page_look).where(page_look.c.finding_id == right).values(finding_id=None))
    new: list[tuple[str, str]] = []
    for look in looks:
        row = tx.execute(select(record.c.number, record.c.state).where(record.c.id == look.record_id)).one()
        mine = (page_look.c.target_id == of.id, page_look.c.record_id == look.record_id)
        before = tx.execute(select(page_look.c.id, page_look.c.finding_id).where(*mine)).first()
        finding = before.finding_id if before is not None else None
        if (
            look.shown and row.state in ENDED
        ):  # the look took its time: what came of the record meanwhile may be none of its business
            finding, fresh = _found(tx, of, row.number, display(row.state), finding, now)
            new += [(row.number, WORDS[row.state])] if fresh else []
        elif look.shown is False and finding is not None:
            _mended(tx, of, row.number, finding, EventName.COPY_GONE, now)
            finding = None
        values = {"looked_at": now, "shown": look.shown, "said": look.said[:300], "finding_id": finding}
        if before is None:
            tx.execute(insert(page_look).values(target_id=of.id, record_id=look.record_id, **values))
        else:
            tx.execute(update(page_look).where(page_look.c.id == before.id).values(**values))
    if new:
        page_captures.ask_of_new(tx, of.id, now)
        lines = [f"{number}（{word}）" for number, word in new[:MOST_NAMED]]
        body = "\n".join(lines) + (f"\n……共 {len(new)} 条" if len(new) > MOST_NAMED else "")
        words = "或者".join(word for word in dict.fromkeys(WORDS.values()) if word in {said for _, said in new})
        title = f"{of.name} 仍在公示 {len(new)} 条{words}的信息"
        inbox.notify_supervisors(
            tx, Notice("reconciliation", title, body + "\n请在“同步情况”核对页面后发更正函。", now)
        )
    return len(new)


def _found(
    tx: Connection, of: Platform, number: str, decided: str, known: int | None, now: datetime
) -> tuple[int | None, bool]:
    """Return the finding of earlier looks or a new one, and whether it is new; of what a person reported none of ours."""
    mine = (sync_finding.c.target_id == of.id, sync_finding.c.number == number, sync_finding.c.ended_at.is_(None))
    said = {"kind": "still_shown", "decided": decided, "shown": "public", "seen_at": now}
    held = tx.execute(select(sync_finding.c.id).where(*mine)).scalar()
    if held is not None:
        tx.execute(update(sync_finding).where(sync_finding.c.id == held).values(seen_at=now))
        return (held if held == known else None), False
    values = {"target_id": of.id, "number": number, "found_at": now, **said}
    made = tx.execute(insert(sync_finding).values(**values).returning(sync_finding.c.id)).scalar_one()
    told = {"number": number, "kind": "still_shown", "decided": decided, "shown": "public"}
    _note(tx, of, NewEvent(action=EventName.FIND_COPY, at=now, content=told))
    return int(made), True


def _mended(tx: Connection, of: Platform, number: str, finding: int, why: EventName, now: datetime) -> None:
    mine = (sync_finding.c.id == finding, sync_finding.c.ended_at.is_(None))
    if tx.execute(update(sync_finding).where(*mine).values(ended_at=now, seen_at=now)).rowcount:
        _note(tx, of, NewEvent(action=why, at=now, content={"number": number}))


def _note(tx: Connection, of: Platform, new: NewEvent) -> None:
    event_log.append(tx, f"exchange/{of.code}", new)


def _ended(of: Platform) -> Select[Any]:
    looked = (page_look.c.record_id == record.c.id) & (page_look.c.target_id == of.id)
    told = (record.c.state.in_(ENDED), record.c.publish_from.is_not(None), ~record.c.minor, ~record.c.of_person)
    rows = (
        select(record.c.id, record.c.number, record.c.document_number, subject.c.name.label("subject"), subject.c.uscc)
        .join(subject, subject.c.id == record.c.subject_id)
        .outerjoin(page_look, looked)
        .where(*told)
    )
    return rows.where(subject.c.uscc.is_not(None)) if "{code}" in of.page_url else rows
