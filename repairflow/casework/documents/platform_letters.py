"""Letters that ask a platform to mend what it shows (更正函): written by one press, with a day by which it is asked to answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from repairflow.casework import told_periods
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.context import Services
from repairflow.casework.documents.fields import record as record_words
from repairflow.casework.documents.fields.voice import PEER, Voice, holder
from repairflow.casework.documents.printable import refuse_unprintable
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.platform_copies import WRITERS, Found, open_finding, refuse_untold, role_of
from repairflow.casework.outbound.sync_findings import UNSETTLED
from repairflow.casework.rows_by_id import office_of, record_locked, record_of
from repairflow.errors import Conflict, Invalid
from repairflow.gateway.messages import display
from repairflow.law.deadlines.lengths import last_day
from repairflow.law.guards import day_text
from repairflow.letters.issue import compose
from repairflow.letters.text.templates import FrozenText, compose_text, latest_version
from repairflow.records import letter, outbox, page_capture, platform_letter
from repairflow.records.rows import OfficeRow, RecordRow
from repairflow.times import local_day

KIND = "platform_correction"
REPLY = "platform_reply"
"""The term of the rule pack in which a platform is asked to answer: an arrangement of offices. No article that was read sets it, and
the letter, which asks, names the day alone."""
_STANDING = {
    "public": "现在公示，没有异议标注", "disputed": "现在公示，有异议正在办理，加注了异议标注",
    "ended": "已经终止公示", "hidden": "现在不公示",
}  # fmt: skip
_WRONG: Mapping[str, tuple[str, str]] = {
    "still_shown": ("贵单位的平台仍在公示该信息", "停止公示该信息，从查询页面、信用报告和数据接口中移除"),
    "mark_missing": ("贵单位的平台公示该信息，没有加注异议标注", "对该信息加注异议标注"),
    "mark_left": ("贵单位的平台公示该信息，仍有异议标注", "取消该信息的异议标注"),
    "refused": ("该信息的变动已推送贵单位平台，贵单位答复不予办理", "按推送的内容办理该信息"),
    "undecided": ("该信息的变动已推送贵单位平台，贵单位收到后逾期没有办理", "按推送的内容办理该信息"),
    "outdated": ("贵单位的平台公示的该信息不是更正后的内容", "按更正后的内容公示该信息"),
}
"""By kind of difference what is wrong there, and what the platform is asked to do. Nobody is asked to show what it does not."""
_ANSWER = "将办理结果书面函复{we}；不予更正的，说明理由"


def words(tx: Connection, services: Services, actor: Actor, finding_id: int, now: datetime) -> FrozenText:
    """Return the words of the letter about a finding as it would be today. Raises as `write`."""
    of, row = _writable(tx, actor, finding_id, lock=False)
    draft = _draft(tx, services, of, row, office_of(tx, _office(actor, row)), now)
    return compose_text(KIND, latest_version(KIND, local_day(now).isoformat()), dict(draft.fields))


def write(tx: Connection, services: Services, actor: Actor, finding_id: int, now: datetime) -> str:
    """Ensure that a letter asks the platform to mend what was found, by a day; gives the letter's token. A letter that waits for an
    answer is replaced by this one, which names it.

    By supervisors, and heads who see the record. Raises NotFound for no open finding that the actor sees, Invalid where there is
    nothing to ask for, Conflict where a letter of today asks already.
    """
    role = role_of(actor)
    of, row = _writable(tx, actor, finding_id, lock=True)
    issuer = office_of(tx, _office(actor, row))
    draft = _draft(tx, services, of, row, issuer, now)
    composed = compose.compose(
        tx, draft, office=issuer, public_url=services.public_url, sealed=services.sealed, now=now
    )  # fmt: skip
    refuse_unprintable(composed.data)
    content = {"target": of.code, "kind": of.kind, "page": _page(tx, of.id)[0], "letter": composed.said}
    said = NewEvent(
        action=EventName.WRITE_TO_PLATFORM, at=now, by=actor, role=role, reason=f"更正函：{of.name}", content=content
    )
    appended = record_events.append(tx, row, said)
    letter_id = compose.write(
        tx, composed, compose.About(None, row.id), office_id=issuer.id, event_seq=appended.seq,
        chain_head=appended.digest, now=now,
    )  # fmt: skip
    pushes.press(tx, letter_id, None, now)
    waits = (platform_letter.c.finding_id == of.id, platform_letter.c.answer.is_(None))
    tx.execute(update(platform_letter).where(*waits).values(answer="replaced", answered_on=local_day(now)))
    values = {
        "finding_id": of.id, "letter_id": letter_id, "round": draft.previous + 1, "sent_by": actor.id, "sent_at": now,
        "due_day": _due(services, issuer, now),
    }  # fmt: skip
    tx.execute(insert(platform_letter).values(**values))
    return composed.token


def _writable(tx: Connection, actor: Actor, finding_id: int, *, lock: bool) -> tuple[Found, RecordRow]:
    role_of(actor)
    of = open_finding(tx, actor, finding_id, lock=lock)
    read = record_locked if lock else record_of
    row = read(tx, of.record_id) if of.record_id is not None else None
    if row is None:
        raise Invalid("对方公示的信息不是本系统的，不能发更正函，请与对方核对。")
    if of.kind not in _WRONG:
        raise Invalid("对方没有公示这条信息，不用发更正函；应当公示的请催办。")
    refuse_untold(row)
    if of.kind not in UNSETTLED and display(row.state) != of.decided:
        raise Invalid("本系统的公示状况已有变动，与查出时不同；请待夜间对账或者重新登记后再发函。")
    return of, row


def _office(actor: Actor, row: RecordRow) -> int:
    """Return the office that writes: the authority of the record where the actor heads it, else the actor's own."""
    posts = [place for role, place in sorted(actor.roles) if role in WRITERS]
    return row.authority_id if row.authority_id in posts else posts[0]


def _due(services: Services, issuer: OfficeRow, now: datetime) -> date:
    """Return the day by which the platform is asked to answer; Conflict where the pack of the office gives no term for it."""
    today = local_day(now)
    term = services.law.pack_on(today, issuer.domain, issuer.division_code).term.get(REPLY)
    if term is None:
        raise Conflict("本单位的规则包没有写明更正函请平台答复的期限（term.platform_reply），请联系法制审核人员补充。")
    return last_day(services.law.calendar, today, term.days)


def _page(tx: Connection, finding_id: int) -> tuple[str | None, datetime | None]:
    """Return digest and instant of the newest page kept of a finding."""
    one = page_capture.c
    kept = select(one.digest, one.captured_at).where(one.finding_id == finding_id, one.state == "done")
    row = tx.execute(kept.order_by(one.id.desc()).limit(1)).first()
    return (None, None) if row is None else (row.digest, row.captured_at)


def _told_why(tx: Connection, of: Found) -> str:
    """Return the reason that the platform gave for its refusal, as a letter quotes it; empty where it gave none."""
    if of.kind != "refused":
        return ""
    mine = (outbox.c.target_id == of.target_id, outbox.c.record_id == of.record_id, outbox.c.state == "dead")
    error = tx.execute(select(outbox.c.last_error).where(*mine).order_by(outbox.c.id.desc()).limit(1)).scalar() or ""
    reason = str(error).partition("：")[2].strip().rstrip("。")[:300]
    return f"，理由为“{reason}”" if reason else ""


def _draft(
    tx: Connection, services: Services, of: Found, row: RecordRow, issuer: OfficeRow, now: datetime
) -> compose.Draft:
    before = tx.execute(
        select(letter.c.number, letter.c.issued_at)
        .join(platform_letter, platform_letter.c.letter_id == letter.c.id)
        .where(platform_letter.c.finding_id == of.id)
        .order_by(platform_letter.c.id.desc())
        .limit(1)
    ).first()
    if before is not None and local_day(before.issued_at) == local_day(now):
        raise Conflict("今天已就这项差异发函，请等对方答复；到期没有答复的可以再次发函。")
    previous = tx.execute(
        select(func.count()).select_from(platform_letter).where(platform_letter.c.finding_id == of.id)
    ).scalar_one()
    voice, whose = Voice(issuer, PEER), holder(tx, row.subject_id)
    said = record_words.record_fields(tx, voice, row, local_day(now), told_periods.of_record(tx, services.law, row))
    wrong, asked = _WRONG[of.kind]
    digest, captured = _page(tx, of.id)
    seen = day_text(local_day(captured or of.found_at))
    pages = f"贵单位页面固定件（{seen}固定，字节摘要 SHA-256 前16位 {digest[7:23]}）" if digest and captured else ""
    fields: dict[str, object] = {
        **{name: said[name] for name in ("record_by", "record_date", "record_document", "record_information")},
        "we": voice.we, "subject_name": whose.about, "subject_code": whose.uscc or "", "standing_at": _STANDING[display(row.state)],
        "reason": f"截至{seen}，{wrong}{_told_why(tx, of)}", "demands": [asked, _ANSWER.format(we=voice.we)],
        "reply_due_day": day_text(_due(services, issuer, now)), "materials": [pages] if pages else [], "contact": issuer.contact,
        "original_number": before.number if before else "", "original_day": day_text(local_day(before.issued_at)) if before else "",
    }  # fmt: skip
    if of.kind == "outdated":
        fields["standing_at"] = "内容已经更正"
    to = compose.Envelope(of.name)
    return compose.Draft(KIND, to, {name: value for name, value in fields.items() if value}, previous=int(previous))
