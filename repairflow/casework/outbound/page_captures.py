"""Pages of platforms that still show a record otherwise (页面固定): asked for by a press or the daily look, fetched by the worker,
kept with their digest in the platform's trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from repairflow import vault
from repairflow.casework import event_log, jobs
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound.sync_findings import seen_by
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.gateway import page_capture as pages
from repairflow.gateway.page_capture import Kept
from repairflow.records import page_capture, record, subject, sync_finding, target
from repairflow.records.rows import PageCaptureRow, first_row

KIND = "capture"
"""The kind of job."""
MOST_A_NIGHT = 50
"""Pages of one platform that the daily look has kept: one that lost all it had is not called for each record."""
MOST_WAITING = 20
STREAM = "exchange"


def job_key(token: str) -> str:
    """Return the key of the job that fetches a page."""
    return f"{KIND}/{token}"


def ask(tx: Connection, actor: Actor, finding_id: int, now: datetime) -> str:
    """Ensure that the worker fetches the page that the platform shows of the finding's record; gives the token, of a page that waits
    already where somebody asked before.

    By supervisors, and heads who see the record. NotFound for no open finding that the actor sees, Invalid where the platform
    has no address of pages, or none that names this record, the record is not ours, or very many wait.
    """
    if not actor.has_role("supervisor", "head"):
        raise Forbidden("由监督人员或者单位负责人固定页面。")
    found = tx.execute(_findings().where(sync_finding.c.id == finding_id, seen_by(actor))).first()
    if found is None:
        raise NotFound("没有这项差异，可能已经更正。")
    if not found.page_url:
        raise Invalid(f"{found.target_name}没有登记信息页面地址，请系统管理员在“平台”中填写。")
    if found.document_number is None:
        raise Invalid("对方公示的信息不是本系统的，没有可以固定的页面，请与对方核对。")
    if _nameless(found):
        raise Invalid(f"{found.target_name}的信息页面按统一社会信用代码查看，当事人没有，请到对方网站查看。")
    mine = select(page_capture.c.token).where(page_capture.c.finding_id == found.id, page_capture.c.state == "waiting")
    if (token := tx.execute(mine.limit(1)).scalar()) is not None:
        return str(token)
    waits = select(page_capture.c.id).where(page_capture.c.state == "waiting").limit(MOST_WAITING)
    if len(tx.execute(waits).all()) >= MOST_WAITING:
        raise Invalid("等待固定的页面较多，请稍后再试。")
    return _order(tx, found, actor, now)


def ask_of_new(tx: Connection, target_id: int, now: datetime) -> int:
    """Ensure that the pages of records that the look of `now` found still shown are fetched, at most MOST_A_NIGHT; how many."""
    fresh = sync_finding.c.target_id == target_id, sync_finding.c.found_at == now, sync_finding.c.kind == "still_shown"
    told = target.c.page_url.is_not(None), record.c.id.is_not(None)
    found = tx.execute(_findings().where(*fresh, *told).order_by(sync_finding.c.id).limit(MOST_A_NIGHT)).all()
    rows = [one for one in found if not _nameless(one)]
    for one in rows:
        _order(tx, one, SYSTEM, now)
    return len(rows)


def waiting(tx: Connection, token: str) -> PageCaptureRow:
    """Return the page of this token, locked. Raises NotFound."""
    row = first_row(
        tx.execute(select(page_capture).where(page_capture.c.token == token).with_for_update()), PageCaptureRow
    )
    if row is None:
        raise NotFound("没有这一页。")
    return row


def keep(tx: Connection, token: str, kept: Kept, now: datetime) -> bool:
    """Ensure that the page is kept and the platform's trail has its digest, or both say why there is none; False where that
    was done before."""
    row = waiting(tx, token)
    if row.state != "waiting":
        return False
    mine = update(page_capture).where(page_capture.c.id == row.id)
    found = tx.execute(_findings(open_only=False).where(sync_finding.c.id == row.finding_id)).one()
    seen, message = kept.seen, kept.message[:500]
    if seen is None:
        tx.execute(mine.values(state="failed", message=message, captured_at=now))
        why = {"number": found.number, "url": row.url, "message": message, "capture": token}
        _note(tx, found.target_code, NewEvent(action=EventName.PAGE_NOT_CAPTURED, at=now, content=why))
        return True
    digest = vault.digest(seen.content)
    picture = vault.digest(kept.picture) if kept.picture is not None else None
    named = _named(seen.text, found)
    tx.execute(
        mine.values(
            state="done", captured_at=now, final_url=seen.url, status=seen.status, media_type=seen.media_type,
            content=seen.content, digest=digest, text=seen.text, named=named, picture=kept.picture, picture_digest=picture,
        )
    )  # fmt: skip
    said = {
        "number": found.number, "url": row.url, "final_url": seen.url, "status": seen.status, "size": len(seen.content),
        "digest": digest, "picture": picture, "named": list(named), "capture": token,
    }  # fmt: skip
    _note(tx, found.target_code, NewEvent(action=EventName.PAGE_CAPTURED, at=now, content=said))
    return True


def clear(tx: Connection, before: datetime, now: datetime, most: int = 50) -> int:
    """Ensure that at most `most` pages are kept by their digest alone whose platform mended what they show before `before`; how many.

    What a platform has not mended is evidence however old it is, and its page stays whole.
    """
    one = page_capture.c
    old = (
        select(one.id, one.token, one.digest, one.picture_digest, sync_finding.c.number, target.c.code)
        .join(sync_finding, sync_finding.c.id == one.finding_id)
        .join(target, target.c.id == sync_finding.c.target_id)
        .where(one.content.is_not(None), one.captured_at < before, sync_finding.c.ended_at < before)
    )
    rows = tx.execute(old.order_by(one.id).limit(most).with_for_update(of=page_capture)).all()
    for row in rows:
        said = {"number": row.number, "digest": row.digest, "picture": row.picture_digest, "capture": row.token}
        _note(tx, row.code, NewEvent(action=EventName.PAGE_CLEARED, at=now, content=said))
    gone = page_capture.c.id.in_([row.id for row in rows])
    if rows:
        tx.execute(update(page_capture).where(gone).values(content=None, text=None, picture=None))
    return len(rows)


def _note(tx: Connection, code: str, new: NewEvent) -> None:
    event_log.append(tx, f"{STREAM}/{code}", new)


def _findings(*, open_only: bool = True) -> Select[Any]:
    rows = (
        select(
            sync_finding.c.id, sync_finding.c.number, target.c.page_url, target.c.name.label("target_name"),
            target.c.code.label("target_code"), record.c.document_number, subject.c.name.label("subject"), subject.c.uscc,
        )
        .join(target, target.c.id == sync_finding.c.target_id)
        .outerjoin(record, record.c.number == sync_finding.c.number)
        .outerjoin(subject, subject.c.id == record.c.subject_id)
    )  # fmt: skip
    return rows.where(sync_finding.c.ended_at.is_(None)) if open_only else rows


def _nameless(found: Row[Any]) -> bool:
    """Tell whether the platform's address of pages asks for a credit code that the subject has not: the page would be another's."""
    return not found.uscc and "{code}" in found.page_url


def _order(tx: Connection, found: Row[Any], actor: Actor, now: datetime) -> str:
    values = {"number": found.number, "document": found.document_number, "code": found.uscc or ""}
    token, url = vault.token(), pages.address(found.page_url, values)
    row = {
        "token": token,
        "finding_id": found.id,
        "url": url,
        "asked_by": actor.id,
        "asked_at": now,
        "state": "waiting",
    }
    tx.execute(insert(page_capture).values(**row))
    jobs.put(tx, jobs.Order(KIND, job_key(token), {"token": token}, actor.id), now)
    said = {"number": found.number, "url": url, "capture": token}
    role = next((name for name in ("supervisor", "head") if actor.has_role(name)), "system")
    _note(tx, found.target_code, NewEvent(action=EventName.ASK_PAGE, at=now, by=actor, role=role, content=said))
    return token


def _named(text: str, found: Row[Any]) -> Sequence[str]:
    """Return which of the record's words stand in the text, however it breaks its lines."""
    plain = "".join(text.split())
    words = {"名称": found.subject, "决定书文号": found.document_number, "统一社会信用代码": found.uscc}
    return [what for what, word in words.items() if word and "".join(word.split()) in plain]
