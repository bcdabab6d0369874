"""What came back from outside: a receipt (推送回执), or word that a push was given up; and what a person does about what is stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events, record_events
from repairflow.casework.cases.transition import try_system
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import act_pushes, sync_findings
from repairflow.casework.outbox import UNFINISHED, WORDS
from repairflow.errors import Invalid
from repairflow.gateway.messages import display
from repairflow.records import cases, letter, outbox, push_attempt, record, target
from repairflow.records.outbox import RESENT
from repairflow.records.rows import CaseRow, RecordRow, one_row

RETRIED = EventName.PUSH_RETRIED
STREAM = "outbox"
"""Where the trail keeps what is done about a row of no case and no record, such as an e-mail."""
RECEIPTS = "exchange"
"""Streams of what platforms answered begin so; its rest is the platform's code."""
FAILING = (outbox.c.attempts > 0, outbox.c.last_error.is_not(None), outbox.c.next_at.is_not(None))
"""Of rows that wait: those that were tried and are tried again by themselves."""


def receive(tx: Connection, services: Services, outbox_id: int, receipt: Mapping[str, object], now: datetime) -> None:
    """Ensure that the push is done, and the system has tried what waits for receipts (a case closes with the last one).

    A receipt for a row already ended changes nothing. The trail of the platform keeps it, with what of ours it answers.
    """
    row = tx.execute(
        select(outbox.c.id, outbox.c.key, outbox.c.kind, outbox.c.case_id, target.c.code)
        .outerjoin(target, target.c.id == outbox.c.target_id)
        .where(outbox.c.id == outbox_id)
    ).one()
    number = None
    if row.case_id is not None:  # the case is locked before its outbox row, as everywhere
        number = tx.execute(select(cases.c.number).where(cases.c.id == row.case_id).with_for_update()).scalar_one()
    ended = tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state.in_(UNFINISHED))
        .values(state="done", receipt=dict(receipt), next_at=None, lease_until=None, last_error=None, ended_at=now)
    )
    if ended.rowcount and number is not None:
        try_system(tx, services, number, "receipt", of_system("receipt", row.key), now)
    if ended.rowcount and row.code is not None:
        # last: two cases may end by receipts of one platform at once, and neither may wait for the other's case here
        told = {"push": {"key": row.key, "kind": row.kind, "target": row.code}, "receipt": receipt}
        said = NewEvent(action=EventName.PUSH_TAKEN, at=now, content=told, command_id=taken_id(row.key))
        event_log.append(tx, f"{RECEIPTS}/{row.code}", said)


def taken_id(key: str) -> str:
    """By which id the event is found that keeps the receipt of this push."""
    return of_system("taken", key)


def give_up(tx: Connection, outbox_id: int, error: str, now: datetime) -> None:
    """Ensure that the push is a dead letter that its supervisors have in their inbox; nothing is lost."""
    row = tx.execute(
        select(outbox.c.id, outbox.c.case_id, outbox.c.topic, target.c.name)
        .outerjoin(target, target.c.id == outbox.c.target_id)
        .where(outbox.c.id == outbox_id)
    ).one()
    tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(state="dead", last_error=error[:2000], next_at=None, lease_until=None, ended_at=now)
    )
    if row.case_id is not None:
        case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
        title = f"推送未成功：{case.number} → {row.name or WORDS[row.topic]}"
        todo = (
            "原因消除后（在对方的，请联系对方）按“重新推送”，或者说明理由取消推送"
            if row.topic == "push"
            else "请排除原因后在“推送”页面重试"
        )
        body = f"{error[:500].rstrip('。')}。已经停止重试。{todo}。"
        inbox.notify_roles(tx, ("supervisor", "head"), case, Notice.of(case, "dead_letter", title, body, now))


def decline(tx: Connection, outbox_id: int, error: str, now: datetime) -> None:
    """Ensure that the trail of the case (or record, or act) keeps that a platform refused a push, and for what reason; whoever
    handles the case has it in the inbox."""
    _unsettled(tx, outbox_id, EventName.PUSH_DECLINED, "不予办理", error, now)


def leave_undecided(tx: Connection, outbox_id: int, error: str, now: datetime) -> None:
    """Ensure that the trail of the case (or record) keeps that a platform took a push and did not decide in the time it has,
    which is no refusal; whoever handles the case has it in the inbox."""
    _unsettled(tx, outbox_id, EventName.PUSH_UNDECIDED, "逾期未作处理", error, now)


def _unsettled(tx: Connection, outbox_id: int, name: EventName, word: str, error: str, now: datetime) -> None:
    row, case, of = _with_owner(tx, outbox_id)
    told = {"push": {"key": row.key, "kind": row.kind, "target": row.target_code}}
    said = NewEvent(action=name, at=now, reason=f"{row.target_name}：{error[:500]}", content=told)
    _append(tx, row, case, of, said)
    if (about := _told_about(tx, row)) is not None:
        kind = "refused" if name is EventName.PUSH_DECLINED else "undecided"
        sync_findings.note_unsettled(tx, row.target_id, *about, kind, now)
    if case is not None and case.handler_id is not None:
        title = f"{row.target_name}{word}：{case.number}"
        inbox.notify_person(tx, case.handler_id, Notice.of(case, "dead_letter", title, error[:500], now))


def _told_about(tx: Connection, row: Row[Any]) -> tuple[str, str] | None:
    """Return number and display of the record or administrative act that a push is about; None where it is about neither."""
    if row.target_id is None:
        return None
    if row.record_id is not None:
        of = tx.execute(select(record.c.number, record.c.state).where(record.c.id == row.record_id)).one()
        return of.number, display(of.state)
    if row.kind != act_pushes.KIND:
        return None
    found = act_pushes.numbered(tx, act_pushes.number_of(row.lane))
    return found.number, act_pushes.shown(found)


def mind(tx: Connection, actor: Actor, outbox_id: int, note: str, now: datetime) -> None:
    """Ensure that the actor sees to the row, with what was found out; the trail of its case (or record) keeps it."""
    row, case, of = _with_owner(tx, outbox_id)
    tx.execute(update(outbox).where(outbox.c.id == outbox_id).values(minder_id=actor.id, note=note))
    _append(tx, row, case, of, _said(EventName.PUSH_MINDED, actor, row, note, now))


def _with_owner(tx: Connection, outbox_id: int) -> tuple[Any, CaseRow | None, RecordRow | None]:
    """Return the row with its target, and its case or else its record, locked: before the outbox row, as everywhere."""
    row = tx.execute(
        select(outbox, target.c.code.label("target_code"), target.c.name.label("target_name"))
        .outerjoin(target, target.c.id == outbox.c.target_id)
        .where(outbox.c.id == outbox_id)
    ).one()
    case = of = None
    if row.case_id is not None:
        case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id).with_for_update()), CaseRow)
    elif row.record_id is not None:
        of = one_row(tx.execute(select(record).where(record.c.id == row.record_id).with_for_update()), RecordRow)
    return row, case, of


def _said(name: EventName, actor: Actor, row: Row[Any], reason: str, now: datetime, **more: object) -> NewEvent:
    told = {"push": {"key": row.key, "kind": row.kind, "target": row.target_code, **more}}
    return NewEvent(action=name, at=now, by=actor, role=post_of(actor), reason=reason, content=told)


def post_of(actor: Actor) -> str:
    """By which post somebody acts on what is stuck."""
    return "supervisor" if actor.has_role("supervisor") else "head"


def _append(tx: Connection, row: Row[Any], case: CaseRow | None, of: RecordRow | None, said: NewEvent) -> None:
    if case is not None:
        case_events.append(tx, case, said)
    elif of is not None:
        record_events.append(tx, of, said)
    elif row.kind == act_pushes.KIND:
        event_log.append(tx, act_pushes.stream(act_pushes.number_of(row.lane)), said)
    else:
        event_log.append(tx, STREAM, said)


def retry(tx: Connection, actor: Actor, outbox_id: int, now: datetime) -> bool:
    """Send a dead letter out again for a person, or at once what would be tried again later; the trail of its case (or record)
    keeps it. Gives whether there was anything to do.

    It moves no case: the event has no `to_state`. A push keeps its instant: the message stays the same, byte for byte.
    """
    row, case, of = _with_owner(tx, outbox_id)
    begun = now if row.target_id is None else row.created_at
    mine = outbox.c.id == outbox_id
    revived = {"state": "waiting", "attempts": 0, "next_at": now, "created_at": begun, "ended_at": None}
    dead = update(outbox).where(mine, outbox.c.state == "dead").values(**revived)
    later = update(outbox).where(mine, outbox.c.state == "waiting", *FAILING, outbox.c.next_at > now)
    if tx.execute(dead).rowcount == 1:
        if row.target_id is not None:
            # `worker.attempts.run_of` begins here; a try that a crash kept from being noted leaves no gap to be told by
            mark = {"outbox_id": outbox_id, "number": 0, "at": now, "millis": 0, "why": RESENT, "said": ""}
            tx.execute(insert(push_attempt).values(**mark))
    elif tx.execute(later.values(next_at=now)).rowcount != 1:
        return False
    word = WORDS[row.topic]
    reason = (
        f"重新推送至{row.target_name}"
        if row.target_name
        else "重新制作文书"
        if row.topic == "press"
        else f"重试：{word}"
    )
    _append(tx, row, case, of, _said(RETRIED, actor, row, reason, now, attempts=row.attempts))
    return True


def why_open(topic: str, case_open: bool, letter_state: str | None, pressed: bool) -> str:
    """Return why nobody may say of a row that nothing is left to do; "" where a person may.

    A case that waits for receipts is freed by its own step (取消推送), whose procedure says who takes it; a letter in
    force has to be made.
    """
    if topic == "push" and case_open:
        return "办件尚未办结，其推送须重试到有回执，或者在办件中取消推送"
    if topic == "press" and letter_state == "in_force" and not pressed:
        return "文书有效而没有制作出来，须重试；不再需要的，先撤回文书"
    return ""


def settle(tx: Connection, actor: Actor, outbox_id: int, reason: str, now: datetime) -> bool:
    """Settle a dead letter of which a person says, for a reason, that nothing is left to do; what waited behind it goes on, and the trail
    of its case (or record) keeps it. Gives whether it was one. Raises Invalid where something is left, see `why_open`."""
    row, case, of = _with_owner(tx, outbox_id)
    paper = select(letter.c.state, letter.c.pressed_at).where(letter.c.id == row.letter_id)
    made = tx.execute(paper).first() if row.letter_id is not None else None
    case_open = case is not None and case.closed_at is None
    left = why_open(row.topic, case_open, made.state if made else None, bool(made and made.pressed_at))
    if row.state == "dead" and left:
        raise Invalid(f"{WORDS[row.topic]}（{case.number if case else row.key}）不能标记已处理：{left}。")
    ended = {"state": "waived", "last_error": reason, "next_at": None, "lease_until": None, "ended_at": now}
    done = update(outbox).where(outbox.c.id == outbox_id, outbox.c.state == "dead").values(**ended, minder_id=actor.id)
    if tx.execute(done).rowcount != 1:
        return False
    _append(tx, row, case, of, _said(EventName.PUSH_SETTLED, actor, row, reason, now, error=row.last_error))
    return True
