"""A case set back to where it stood before its last step: what 撤回上一步 and 撤回未送达的决定 have in common."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, select

from repairflow.casework import clock_guard, deadline_table
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.case_events import Move
from repairflow.casework.case_state.situation import Situation, history_of, law_of, situation
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import case_scope
from repairflow.errors import NotFound, Refusal, Stale
from repairflow.records import cases, event, material
from repairflow.records.rows import CaseRow, EventRow, first_row, one_row
from repairflow.times import local_day


class Asked(Protocol):
    """A command to take a case's last step back: by whom, of which case, as it was seen."""

    @property
    def actor(self) -> Actor: ...
    @property
    def case(self) -> str: ...
    @property
    def version(self) -> int: ...


class Back(NamedTuple):
    """Who sets a case back, in which role, and what the event says besides the step and its number."""

    actor: Actor
    role: str
    at: datetime
    reason: str | None = None
    withdrawn: str | None = None  # the number of the letter that goes with the step


def locked(tx: Connection, services: Services, asked: Asked, now: datetime) -> Situation:
    """Return the case, locked with all that belongs to it. NotFound; Stale where somebody went on since it was seen."""
    query = select(cases).where(cases.c.number == asked.case.strip().upper(), case_scope(asked.actor))
    case = first_row(tx.execute(query.with_for_update()), CaseRow)
    if case is None:
        raise NotFound("没有找到这个办件，或者您无权查看。")
    services.law_store.refresh(tx)  # limits are counted anew, with a calendar year loaded meanwhile
    if asked.version != case.version:
        raise Stale(case.version)
    clock_guard.require_sound(tx, asked.actor, now)
    return situation(tx, services.law, case, local_day(now), lock=True)


def row_of(tx: Connection, at: Situation, seq: int) -> EventRow | None:
    """Return the step of this number of a case, where it led from one state to another; None for any other event."""
    found = select(event).where(
        event.c.case_id == at.case.id,
        event.c.seq == seq,
        event.c.from_state.is_not(None),
        event.c.to_state.is_not(None),
    )
    return first_row(tx.execute(found), EventRow)


def papers_of(tx: Connection, at: Situation, step: EventRow) -> list[Refusal]:
    """Return the refusal where papers came with a step: they are in the file now."""
    brought = select(material.c.id).where(material.c.case_id == at.case.id, material.c.step == step.seq)
    if tx.execute(brought.limit(1)).first() is None:
        return []
    return [Refusal("materials", "这一步提交的材料已经入卷")]


def set_back(tx: Connection, at: Situation, step: EventRow, by: Back) -> CaseRow:
    """Ensure that a locked case stands where the step took it from, with its limits as if the step had not been taken; gives its row
    as it was."""
    case, goal = one_row(tx.execute(select(cases).where(cases.c.id == at.case.id)), CaseRow), str(step.from_state)
    content: dict[str, object] = {"step": step.seq, "undone": step.action}
    if by.withdrawn is not None:
        content["withdrawn"] = by.withdrawn
    new = NewEvent(
        action=EventName.UNDO_STEP, at=by.at, by=by.actor, role=by.role, to_state=goal, reason=by.reason, content=content,
        law=law_of(at),
    )  # fmt: skip
    internal = bool(at.procedure.state[goal].internal)
    case_events.advance(tx, case, new, Move(goal, None, case.due_day, case.handler_id, internal))
    dues = deadline_table.live(at.procedure, history_of(tx, case.id), at.calendar, at.today)
    soonest = deadline_table.sync(tx, at.procedure, case.id, dues, new=False)
    tx.execute(cases.update().where(cases.c.id == case.id).values(due_day=soonest))
    return case
