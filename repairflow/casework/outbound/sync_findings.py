"""What the daily look found of each platform, kept until it is mended: since when it shows something else, and who asked it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, insert, or_, select, true, update

from repairflow.casework import event_log, outbox, told_periods
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound import act_pushes, pushes
from repairflow.casework.outbound.push_cause import About, Cause, To
from repairflow.casework.permissions import record_scope
from repairflow.casework.rows_by_id import record_locked
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.gateway.reconcile import Difference
from repairflow.law.procedure.library import Library
from repairflow.records import act, page_capture, record, sync_finding, target
from repairflow.records import outbox as outbox_rows
from repairflow.records.rows import RecordRow

UNSETTLED = ("refused", "undecided")
"""Kinds of findings about what came of a push, whatever the platform shows."""


def keep(tx: Connection, target_id: int, differences: Sequence[Difference], now: datetime) -> int:
    """Ensure that each difference of a target is an open finding, with the day it was first seen, and what is not among them
    is mended, but where a message about it is still under way. Gives how many are new."""
    mine = (sync_finding.c.target_id == target_id, sync_finding.c.ended_at.is_(None))
    rows = tx.execute(select(sync_finding.c.id, sync_finding.c.number).where(*mine)).all()
    known = {row.number: row.id for row in rows}
    again: list[dict[str, object]] = []
    new: list[dict[str, object]] = []
    for one in differences:
        said = {"kind": one.kind, "decided": one.decided, "shown": one.shown, "seen_at": now}
        if (row_id := known.pop(one.number, None)) is not None:
            again.append({"row": row_id, **said})
        else:
            new.append({"target_id": target_id, "number": one.number, "found_at": now, **said})
    moving = (*mine, outbox_rows.c.target_id == target_id, outbox_rows.c.state.in_(outbox.UNFINISHED))
    of_record = (
        select(sync_finding.c.id)
        .join(record, record.c.number == sync_finding.c.number)
        .join(outbox_rows, outbox_rows.c.record_id == record.c.id)
    )
    in_lane = (  # of an act a row has the lane alone
        select(sync_finding.c.id)
        .join(target, target.c.id == sync_finding.c.target_id)
        .join(outbox_rows, outbox_rows.c.lane == target.c.code + "/" + sync_finding.c.number)
    )
    flying = set(tx.execute(of_record.where(*moving).union(in_lane.where(*moving))).scalars())
    mended = [{"row": row_id, "ended_at": now} for row_id in known.values() if row_id not in flying]
    by_id = update(sync_finding).where(sync_finding.c.id == bindparam("row"))
    for statement, values in ((by_id, again), (insert(sync_finding), new), (by_id, mended)):
        if values:  # one statement for all, each with its own values: a platform that lost all it had brings very many
            tx.execute(statement, values)
    return len(new)


def note_unsettled(tx: Connection, target_id: int, number: str, decided: str, kind: str, now: datetime) -> None:
    """Ensure that a platform's refusal of a push about a record or act (`refused`), or its silence (`undecided`), is an open finding:
    who minds it may write to the platform. The daily look ends it once the push was taken or is waited for no more and nothing else
    differs."""
    said = {"kind": kind, "decided": decided, "shown": None, "seen_at": now}
    mine = (
        sync_finding.c.target_id == target_id,
        sync_finding.c.number == number,
        sync_finding.c.ended_at.is_(None),
    )
    if tx.execute(update(sync_finding).where(*mine).values(**said)).rowcount == 0:
        tx.execute(insert(sync_finding).values(target_id=target_id, number=number, found_at=now, **said))


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return of which records somebody sees findings: supervisors mind all platforms, others see those of records that
    they may see."""
    return true() if actor.has_role("supervisor") else record_scope(actor)


def finding_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return which findings somebody sees, in a query that has records beside them: also those about acts of the actor's offices."""
    own = act.alias()  # an enclosing query may have the act beside it
    of_office = (own.c.number == sync_finding.c.number, own.c.office_id.in_(sorted(actor.offices)))
    return or_(seen_by(actor), exists().where(*of_office).correlate(sync_finding))


def _page_digest(tx: Connection, finding_id: int) -> str | None:
    """Return the digest of the newest page kept of a finding; None where there is none."""
    kept = page_capture.c.finding_id == finding_id, page_capture.c.state == "done"
    return tx.execute(select(page_capture.c.digest).where(*kept).order_by(page_capture.c.id.desc()).limit(1)).scalar()


def chase(tx: Connection, law: Library, actor: Actor, finding_id: int, now: datetime) -> str:
    """Ensure that the platform is told once more how the record or administrative act stands now, and its trail says who asked for
    it; gives the platform's name. By supervisors, and heads who see the record. NotFound for no open finding that the actor sees,
    Invalid for what is not ours or while something about it is still under way."""
    if not actor.has_role("supervisor", "head"):
        raise Forbidden("由监督人员或者单位负责人催办。")
    row = tx.execute(
        select(
            sync_finding.c.number, target.c.id, target.c.code, target.c.name, target.c.active, target.c.url, target.c.takes,
            record.c.id.label("record"), act.c.id.label("act"),
        )
        .join(target, target.c.id == sync_finding.c.target_id)
        .outerjoin(record, record.c.number == sync_finding.c.number)
        .outerjoin(act, act.c.number == sync_finding.c.number)
        .where(sync_finding.c.id == finding_id, sync_finding.c.ended_at.is_(None), finding_seen_by(actor))
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("没有这项差异，可能已经更正。")
    held = record_locked(tx, row.record) if row.record is not None else None
    if held is None and row.act is None:
        raise Invalid("对方公示的信息不是本系统的，不能重新推送，请与对方核对。")
    if not row.url:
        raise Invalid(f"{row.name}不接收推送，请发更正函。")
    if not row.active:
        raise Invalid(f"{row.name}已停用，不能推送。请系统管理员恢复使用后再催办。")
    to = To(row.id, row.code, row.takes)
    if not to.has("record_changed" if held is not None else act_pushes.KIND):
        raise Invalid(f"{row.name}没有登记为接收这类报文，请发更正函，或者请系统管理员在平台页面勾选。")
    about = outbox_rows.c.record_id == held.id if held is not None else outbox_rows.c.lane == f"{row.code}/{row.number}"
    waits = (outbox_rows.c.target_id == row.id, about, outbox_rows.c.state.in_(outbox.UNFINISHED))
    if tx.execute(select(outbox_rows.c.id).where(*waits).limit(1)).first() is not None:
        raise Invalid("这条信息还有推送没有送达，请在“推送”中处理。")
    role = "supervisor" if actor.has_role("supervisor") else "head"
    said = NewEvent(
        action=EventName.CHASE_PLATFORM, at=now, by=actor, role=role, reason=f"催办：{row.name}",
        content={"target": row.code, "page": _page_digest(tx, finding_id)},
    )  # fmt: skip
    if held is None:
        appended = event_log.append(tx, act_pushes.stream(row.number), said)
        act_pushes.repeat(tx, act_pushes.of(tx, row.act), to, Cause(appended.digest, now))
    else:
        _again(tx, law, held, to, Cause(record_events.append(tx, held, said).digest, now))
    tx.execute(update(sync_finding).where(sync_finding.c.id == finding_id).values(chased_at=now, chased_by=actor.id))
    return str(row.name)


def _again(tx: Connection, law: Library, held: RecordRow, to: To, cause: Cause) -> None:
    data, confirmed = pushes.about_record(tx, held, cause.event), told_periods.may_tell(tx, law, held)
    payload = pushes.shown(held, Change((), held.state, held.state, True), data, cause.at, confirmed=confirmed)
    outbox.add(tx, cause.at, cause.push(to, "record_changed", payload, About(held.number, held.id), "chase"))
