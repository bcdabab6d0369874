"""What happens to a record by itself, outside any case: it enters the file, is published, and its maximum period ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, select

from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.record_life import life
from repairflow.casework.context import Services
from repairflow.casework.credit_records import effects, redress
from repairflow.casework.credit_records.effects import Wanted
from repairflow.casework.event_log import LawUsed, NewEvent
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.casework.rows_by_id import record_of
from repairflow.law.guards import day_text
from repairflow.law.procedure.packs import RulePack
from repairflow.prepared import Prepared, constant, inserting
from repairflow.records import deadline, list_entry, record, rung_fired
from repairflow.records.rows import RecordRow, one_row
from repairflow.times import at, end_of_day, local_day

PUBLICITY = "maximum_publicity"
"""The clock of a record: its rungs tell the subject when it may apply, and end publicity by itself."""
MORNING = time(9)
TELL_BEFORE = timedelta(days=15)  # domain R13: a product default
SHOWN = frozenset({"published", "disputed", "restored", "held"})
"""States of a record whose publicity ends with its maximum period; `held` is what earlier versions kept public beyond it."""


class _Rung(NamedTuple):
    rung: str


_FORGET = Prepared(delete(deadline).where(deadline.c.record_id == bindparam("row"), deadline.c.clock == PUBLICITY))
_FIRED = Prepared(
    select(rung_fired.c.rung).where(
        rung_fired.c.record_id == bindparam("row"),
        rung_fired.c.returned_at.is_(None),
        rung_fired.c.due_day == bindparam("due"),  # a period counted anew is told anew
    ),
    _Rung,
)
_PLAN = Prepared(
    inserting(
        deadline, "record_id", "clock", "label", "owner", "state", "started_on", "due_day", "due_at", "provisional", "days_total",
        "next_at", "next_rung",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordStep:
    """Effects on a record that are not its case's own, who brings them about and why.

    `case` is the one that brought it about and waits for the receipts; `content` is what the event says besides.
    """

    names: tuple[str, ...]
    at: datetime
    reason: str
    by: Actor = SYSTEM
    role: str = "system"
    pack: RulePack | None = None  # gives the periods where they are counted anew
    case: Any | None = None
    content: Mapping[str, object] = field(default_factory=dict)
    after: datetime | None = None  # the time of the record's last event, for whoever wrote it in this transaction


def change(tx: Connection, services: Services, row: RecordRow, step: RecordStep) -> Change:
    """Carry out effects on a record that is not its case's own: state, event and outbox rows together."""
    done, _ = changed(tx, services, row, step)
    return done


def changed(tx: Connection, services: Services, row: RecordRow, step: RecordStep) -> tuple[Change, RecordRow]:
    """As `change`; gives the record, too, as it stands afterwards."""
    law = services.law
    done = effects.apply(tx, law, row, Wanted(step.names, step.at, reason=step.reason, pack=step.pack))
    appended = record_events.append(
        tx,
        row,
        NewEvent(
            action=step.names[0],
            at=step.at,
            by=step.by,
            role=step.role,
            from_state=done.from_state,
            to_state=done.to_state,
            reason=step.reason,
            content={"effects": list(done.effects), **step.content},
            law=LawUsed(life(law), step.pack),
        ),
        after=step.after,
    )
    stands = record_of(tx, row.id)
    if done.public_changed:
        pushes.push_moved(tx, law, pushes.Moved(row, stands), done, Cause(appended.digest, step.at, step.case))
    redress.follow(tx, law, row, done, Cause(appended.digest, step.at, step.case))
    _schedule(tx, stands)
    return done, stands


def settle(tx: Connection, services: Services, record_id: int, now: datetime) -> None:
    """After a case's effects: the deadline follows the record's state and dates, and a maximum period that ran out
    while a mark stood has its consequence at once. An entry of a list leaves by a case of its own (`list_expiry`)."""
    schedule(tx, record_id)
    row = record_of(tx, record_id)
    over = row.max_until is not None and end_of_day(row.max_until) <= now
    if over and row.state in SHOWN and row.source.get("list_kind") is None:
        end_publicity(tx, services, row, SYSTEM, now)


def schedule(tx: Connection, record_id: int) -> None:
    """Ensure that the record's publicity deadline equals what its dates and state say; none once it is not public."""
    _schedule(tx, record_of(tx, record_id))


def _schedule(tx: Connection, row: RecordRow) -> None:
    _FORGET.run(tx, row=row.id)
    # An internal list (重点关注名单) is never public, yet one leaves it when the time is over.
    listed = row.state == "unpublished" and row.source.get("list_kind") is not None
    if row.max_until is None or not (listed or row.state in SHOWN):
        return
    fired = {found.rung for found in _FIRED.run(tx, row=row.id, due=row.max_until).rows}
    following = [(when, name) for when, name in rungs(row) if name not in fired]
    when, name = following[0] if following else (None, None)
    start: date = row.publish_from or row.decision_date
    _PLAN.run(
        tx,
        record_id=row.id,
        clock=PUBLICITY,
        label="最长公示期",
        owner="system",
        state="running",
        started_on=start,
        due_day=row.max_until,
        due_at=end_of_day(row.max_until),
        provisional=False,
        days_total=(row.max_until - start).days,
        next_at=when,
        next_rung=name,
    )


def rungs(row: RecordRow) -> list[tuple[datetime, str]]:
    """Return when a record's subject is told that it may apply (15 days before, and on the day), and when publicity ends.

    Reminders that lay before the record was known here are left out.
    """
    ladder: list[tuple[datetime, str]] = []
    if row.apply_from is not None and row.min_until is not None:
        ladder += [
            (at(row.apply_from - TELL_BEFORE, MORNING), "may_apply:15"),
            (at(row.apply_from, MORNING), "may_apply"),
        ]
    ladder = [item for item in ladder if item[0] >= row.created_at]
    assert row.max_until is not None  # what has no last day is never scheduled
    return [*ladder, (end_of_day(row.max_until), "due")]


def notify_may_apply(tx: Connection, row: RecordRow, now: datetime, note: str = "", *, told: bool) -> None:
    """Ensure that the subject hears from which day it may apply for repair (C8); said to be open where its period may not be `told`."""
    assert row.apply_from is not None  # its reminder is planned from these days
    assert row.min_until is not None
    days = (row.apply_from - local_day(now)).days
    listed = row.source.get("list_kind") is not None
    what, period = ("移出名单", "最短列入期限") if listed else ("信用修复", "最短公示期")
    when = f"还有 {days} 天（{day_text(row.apply_from)}起）" if days > 0 else "现在"
    title = f"{row.document_number}：{when}可以申请{what}{'' if told else '（待核实）'}"
    why = "失信程度是暂定的" if row.class_waits_for else f"{period}依据的条文没有核对，认定单位也没有确认"
    unread = "" if told else f"{why}，这一日期待核实，以认定单位答复为准。"
    body = (
        f"{period}至{day_text(row.min_until)}。已经履行义务、纠正行为的，可以在信用档案中申请{what}，不收取任何费用。"
    )
    inbox.notify_subject(tx, row.subject_id, Notice("may_apply", title, body + unread + note, now, record_id=row.id))


def end_publicity(tx: Connection, services: Services, row: RecordRow, actor: Actor, now: datetime) -> Change | None:
    """最长公示期届满: publicity ends by itself, whatever else stands: duties unperformed, an objection undecided.

    No article that anybody has read lets publicity go on beyond its maximum (docs/law.md).
    """
    if row.state not in SHOWN:
        return None
    reason = "最长公示期届满，自动终止公示"
    done = change(
        tx, services, row, RecordStep(names=("cease_publicity", "cease_sharing"), at=now, by=actor, reason=reason)
    )
    told = Notice("ended", f"{row.document_number}：公示已终止", f"{reason}。", now, record_id=row.id)
    inbox.notify_subject(tx, row.subject_id, told)
    return done


def held_before(tx: Connection) -> tuple[int, ...]:
    """Ids of records that an earlier version kept public beyond their maximum, and that are no entries of a list."""
    entry = exists().where(list_entry.c.record_id == record.c.id, list_entry.c.left_on.is_(None))
    query = select(record.c.id).where(record.c.state == constant("held"), ~entry).order_by(record.c.id)
    return tuple(tx.execute(query).scalars())


def end_held(tx: Connection, services: Services, record_id: int, now: datetime) -> bool:
    """Tell whether publicity of a record that an earlier version kept public has ended now; its subject is told."""
    row = one_row(tx.execute(select(record).where(record.c.id == record_id).with_for_update()), RecordRow)
    return row.state == "held" and end_publicity(tx, services, row, SYSTEM, now) is not None
