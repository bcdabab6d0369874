"""Taking back the step one has just taken (撤回上一步): the procedure says of which steps, the same day, by who still holds the post.

The case stands where it stood, its limits run as if the step had not been taken, and the trail shows both. A letter is corrected or
withdrawn by its own rules; what others did outside is put right by the procedure's own steps.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import clock_guard, deadline_table
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.case_events import Move
from repairflow.casework.case_state.situation import Situation, history_of, law_of, situation
from repairflow.casework.changes import UndoStep
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import case_scope, role_for
from repairflow.errors import Conflict, NotFound, Refusal, Refused, Stale
from repairflow.law.procedure.turns import awaited
from repairflow.records import cases, event, material
from repairflow.records.rows import CaseRow, EventRow, first_row
from repairflow.times import local_day


class LastStep(NamedTuple):
    """The step that may be taken back, where it was taken from, and by which of its posts the officer still holds it."""

    row: EventRow
    back: str
    role: str


def undo(tx: Connection, services: Services, given: UndoStep, now: datetime) -> None:
    """Ensure that the case stands as before its last step, which the actor took. NotFound; Stale where somebody went on;
    Conflict where it is not the actor's to take back; Refused with what came of it."""
    query = select(cases).where(cases.c.number == given.case.strip().upper(), case_scope(given.actor))
    case = first_row(tx.execute(query.with_for_update()), CaseRow)
    if case is None:
        raise NotFound("没有找到这个办件，或者您无权查看。")
    services.law_store.refresh(tx)  # limits are counted anew, with a calendar year loaded meanwhile
    if given.version != case.version:
        raise Stale(case.version)
    clock_guard.require_sound(tx, given.actor, now)
    at = situation(tx, services.law, case, local_day(now), lock=True)
    last = last_step(tx, at, given.actor)
    if last is None:
        raise Conflict("最近一步不能撤回：只有本人当日办理、且属于单位内部提出意见或者转送的一步可以撤回。")
    if found := obstacles(tx, at, last):
        raise Refused(found, "这一步不能撤回。")
    row, back = last.row, last.back
    new = NewEvent(
        action=EventName.UNDO_STEP, at=max(now, row.at), by=given.actor, role=last.role, to_state=back,
        content={"step": row.seq, "undone": row.action}, law=law_of(at),
    )  # fmt: skip
    internal = bool(at.procedure.state[back].internal)
    case_events.advance(tx, case, new, Move(back, None, case.due_day, case.handler_id, internal))
    dues = deadline_table.live(at.procedure, history_of(tx, case.id), at.calendar, at.today)
    soonest = deadline_table.sync(tx, at.procedure, case.id, dues, new=False)
    tx.execute(cases.update().where(cases.c.id == case.id).values(due_day=soonest))
    label = at.procedure.action[row.action].label
    told = Notice.of(case, "progress", f"已撤回：{case.number} {label}", f"{given.actor.name}撤回了这一步。", now)
    inbox.notify_roles(tx, sorted(awaited(at.procedure, str(row.to_state))), case, told)


def last_step(tx: Connection, at: Situation, actor: Actor) -> LastStep | None:
    """Return the last step of a case, where its procedure lets it be taken back, this officer took it today and still holds the post."""
    done = at.history[-1] if at.history else None
    action = at.procedure.action.get(done.action) if done is not None else None
    if done is None or action is None or not action.undoable:
        return None
    if done.actor_id != actor.id or local_day(done.at) != at.today:
        return None
    role = role_for(actor, action, at.case)
    found = select(event).where(event.c.case_id == at.case.id, event.c.seq == done.seq, event.c.to_state.is_not(None))
    row = first_row(tx.execute(found), EventRow)
    if role is None or row is None or row.from_state is None:
        return None
    return LastStep(row, row.from_state, role)


def obstacles(tx: Connection, at: Situation, last: LastStep) -> list[Refusal]:
    """Return what came with a step so that it is not taken back: papers that are in the file now."""
    brought = select(material.c.id).where(material.c.case_id == at.case.id, material.c.step == last.row.seq)
    if tx.execute(brought.limit(1)).first() is None:
        return []
    return [Refusal("materials", "这一步提交的材料已经入卷")]
