"""Taking back the step one has just taken (撤回上一步): the procedure says of which steps, the same day, by who still holds the post.

The case stands where it stood, its limits run as if the step had not been taken, and the trail shows both. A letter is corrected or
withdrawn by its own rules; what others did outside is put right by the procedure's own steps.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases import step_back
from repairflow.casework.cases.step_back import Back
from repairflow.casework.changes import UndoStep
from repairflow.casework.context import Services
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import role_for
from repairflow.errors import Conflict, Refusal, Refused
from repairflow.law.procedure.turns import awaited
from repairflow.records.rows import EventRow
from repairflow.times import local_day


class LastStep(NamedTuple):
    """The step that may be taken back, where it was taken from, and by which of its posts the officer still holds it."""

    row: EventRow
    back: str
    role: str


def undo(tx: Connection, services: Services, given: UndoStep, now: datetime) -> None:
    """Ensure that the case stands as before its last step, which the actor took. NotFound; Stale where somebody went on;
    Conflict where it is not the actor's to take back; Refused with what came of it."""
    at = step_back.locked(tx, services, given, now)
    last = last_step(tx, at, given.actor)
    if last is None:
        raise Conflict("最近一步不能撤回：只有本人当日办理、且属于单位内部提出意见或者转送的一步可以撤回。")
    if found := obstacles(tx, at, last):
        raise Refused(found, "这一步不能撤回。")
    row = last.row
    case = step_back.set_back(tx, at, row, Back(given.actor, last.role, max(now, row.at)))
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
    role, row = role_for(actor, action, at.case), step_back.row_of(tx, at, done.seq)
    if role is None or row is None:
        return None
    return LastStep(row, str(row.from_state), role)


def obstacles(tx: Connection, at: Situation, last: LastStep) -> list[Refusal]:
    """Return what came with a step so that it is not taken back."""
    return step_back.papers_of(tx, at, last.row)
