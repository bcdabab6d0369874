"""Taking back the step one has just taken (撤回上一步), as long as nothing has gone out and nobody has gone on from it.

The case stands where it stood, its limits run as if the step had not been taken, and the trail shows both. What a letter, an effect
or another case came of is not taken back: a letter is corrected or withdrawn by its own rules.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework import deadline_table
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.case_events import FILE, Move
from repairflow.casework.case_state.situation import Situation, history_of, law_of, situation
from repairflow.casework.changes import UndoStep
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import case_scope
from repairflow.errors import Conflict, NotFound, Refusal, Refused, Stale
from repairflow.law.deadlines.runs import UNDONE
from repairflow.law.procedure.turns import awaited
from repairflow.records import cases, event, letter, material, service
from repairflow.records.rows import CaseRow, EventRow, first_row
from repairflow.times import local_day


def undo(tx: Connection, services: Services, given: UndoStep, now: datetime) -> None:
    """Afterwards the case stands as before its last step, which the actor took. NotFound; Stale where somebody went on;
    Conflict where the actor did not take it; Refused with what came of it."""
    query = select(cases).where(cases.c.number == given.case.strip().upper(), case_scope(given.actor))
    case = first_row(tx.execute(query.with_for_update()), CaseRow)
    if case is None:
        raise NotFound("没有找到这个办件，或者您无权查看。")
    if given.version != case.version:
        raise Stale(case.version)
    at = situation(tx, services.law, case, local_day(now), lock=True)
    row = last_step(tx, at, given.actor)
    if row is None or row.from_state is None:
        raise Conflict("最近一步不是您办理的，或者已经撤回，不能撤回。")
    if found := obstacles(tx, at, row):
        raise Refused(found, "这一步不能撤回。")
    back = row.from_state
    new = NewEvent(
        action=EventName.UNDO_STEP, at=now, by=given.actor, role=row.actor_role, to_state=back,
        content={"step": row.seq, "undone": row.action}, law=law_of(at),
    )  # fmt: skip
    internal = bool(at.procedure.state[back].internal)
    case_events.advance(tx, case, new, Move(back, None, case.due_day, case.handler_id, internal))
    dues = deadline_table.live(at.procedure, history_of(tx, case.id), at.calendar, at.today)
    soonest = deadline_table.sync(tx, at.procedure, case.id, dues, new=False)
    tx.execute(cases.update().where(cases.c.id == case.id).values(due_day=soonest))
    if row.to_state is not None and row.to_state != back:
        label = at.procedure.action[row.action].label
        told = Notice.of(case, "progress", f"已撤回：{case.number} {label}", f"{given.actor.name}撤回了这一步。", now)
        inbox.notify_roles(tx, sorted(awaited(at.procedure, row.to_state)), case, told)


def last_step(tx: Connection, at: Situation, actor: Actor) -> EventRow | None:
    """The event of the case's last step, where this officer took it as one of the procedure; None otherwise."""
    done = at.history[-1] if at.history else None
    if done is None or done.action in (FILE, UNDONE) or done.action not in at.procedure.action:
        return None
    if actor.kind != "staff" or done.actor_id != actor.id:
        return None
    found = select(event).where(event.c.case_id == at.case.id, event.c.seq == done.seq, event.c.to_state.is_not(None))
    return first_row(tx.execute(found), EventRow)


def obstacles(tx: Connection, at: Situation, row: EventRow) -> list[Refusal]:
    """What came of a step so that it is not taken back."""
    action, found = at.procedure.action[row.action], []
    sent = tx.execute(
        select(letter.c.number, service.c.effective_day)
        .outerjoin(service, (service.c.letter_id == letter.c.id) & service.c.withdrawn_at.is_(None))
        .where(letter.c.case_id == at.case.id, letter.c.event_seq == row.seq)
    ).first()
    if sent is not None:
        went = f"，并于{sent.effective_day:%Y-%m-%d}送达" if sent.effective_day is not None else ""
        found.append(Refusal("issued", f"已制发{sent.number}{went}；有错误的，更正、撤回文书或者重新出具"))
    if at.case.closed_at is not None:
        found.append(Refusal("closed", "办件已经办结"))
    if action.effects or action.opens is not None or action.extends is not None:
        found.append(Refusal("took_effect", "这一步已经对信息、推送、期限、日程或者其他办件产生效果"))
    if any(spec.vaulted for spec in action.inputs.values()):
        found.append(Refusal("sealed", "这一步填写的内容已经密封"))
    brought = select(material.c.id).where(material.c.case_id == at.case.id, material.c.step == row.seq)
    if tx.execute(brought.limit(1)).first() is not None:
        found.append(Refusal("materials", "这一步提交的材料已经入卷"))
    return found
