"""A due deadline fires: one rung, inside the sweep's transaction, through the same perform() as everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import deadline_table, early_reminders
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state.situation import Situation, pinned, situation
from repairflow.casework.cases import designation_objections, list_expiry, office_silence, supervision, unfounded_lapse
from repairflow.casework.cases.transition import perform
from repairflow.casework.command_ids import of_system
from repairflow.casework.commands import Command
from repairflow.casework.context import Services
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.told_periods import may_tell
from repairflow.law.deadlines.ladder import rungs
from repairflow.law.guards import day_text
from repairflow.records import cases, deadline, record, rung_fired
from repairflow.records.rows import CaseRow, DeadlineRow, RecordRow, first_row, one_row
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Fired:
    """What one firing did: the rung, and whether the system took a step."""

    rung: str
    moved: bool


class Due(NamedTuple):
    """A deadline that is due: its row, and the rung that fires."""

    row: DeadlineRow
    rung: str
    at: datetime


def lock(tx: Connection, deadline_id: int, now: datetime) -> Due | None:
    """Return the deadline if it is due and nobody else is at it: its case (or record) is locked first, in the order
    perform() locks, so that a sweep and an officer never wait for each other in a ring."""
    row = first_row(tx.execute(select(deadline).where(deadline.c.id == deadline_id)), DeadlineRow)
    if row is None:
        return None
    owner = (
        select(cases.c.id).where(cases.c.id == row.case_id)
        if row.case_id is not None
        else select(record.c.id).where(record.c.id == row.record_id)
    )
    if tx.execute(owner.with_for_update(skip_locked=True)).first() is None:
        return None
    row = first_row(tx.execute(select(deadline).where(deadline.c.id == deadline_id)), DeadlineRow)
    if row is None or row.next_at is None or row.next_rung is None or row.next_at > now or row.held is not None:
        return None
    return Due(row, row.next_rung, row.next_at)


def fire(
    tx: Connection, services: Services, deadline_id: int, now: datetime, *, confirmed: bool = False
) -> Fired | None:
    """Fire the next rung of a deadline if it is due; None when another sweep has it or it is no longer due.

    Afterwards the rung is recorded as fired (never twice) and the deadline shows its next one. A subject's limit that
    ran out on a provisional day does not fire but waits, unless a person has `confirmed` the day; so does one whose letter
    its office could not issue (`unfounded_lapse`).
    """
    due = lock(tx, deadline_id, now)
    if due is None:
        return None
    services.law_store.refresh(tx)
    row = due.row
    if not confirmed and _waits_for_calendar(tx, services, row):
        _hold(tx, row, now)
        return Fired(due.rung, False)
    if _has_to_wait(tx, services, row, now):
        return Fired(due.rung, False)
    late = max(0, int((now - due.at).total_seconds()))
    again = early_reminders.fire_again(tx, row, now, late)
    if not again:
        tx.execute(
            insert(rung_fired).values(
                case_id=row.case_id,
                record_id=row.record_id,
                clock=row.clock,
                started_on=row.started_on,
                due_day=row.due_day,
                rung=due.rung,
                fired_at=now,
                late=late,
            )
        )
    note = early_reminders.AGAIN if again else ""
    if row.record_id is not None:
        return _fire_record(tx, services, due, now, note)
    return _fire_case(tx, services, due, now, note)


def _waits_for_calendar(tx: Connection, services: Services, row: DeadlineRow) -> bool:
    """Tell whether the rung would end a subject's limit on a day that the year's arrangement may yet move."""
    if row.case_id is None or row.next_rung != "due" or not row.provisional:
        return False
    case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    procedure, _ = pinned(services.law, case)
    return procedure.clock[row.clock].overdue != "escalate"


def _has_to_wait(tx: Connection, services: Services, row: DeadlineRow, now: datetime) -> bool:
    """Tell whether the rung would end a subject's limit by a letter that its office cannot issue yet, or a publicity to which somebody
    objected; then it is held."""
    if row.case_id is None or row.next_rung != "due":
        return False
    case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    procedure, _ = pinned(services.law, case)
    if procedure.clock[row.clock].overdue == "escalate":
        return False
    at = situation(tx, services.law, case, local_day(now))
    if (limit := at.dues.get(row.clock)) is None or limit.due_day != row.due_day:
        return False  # counted anew when it fires
    if designation_objections.hold(tx, at, row, now):
        return True
    why = unfounded_lapse.obstacles(tx, at, row)
    if why:
        unfounded_lapse.hold(tx, at, row, why, now)
    return bool(why)


def _hold(tx: Connection, row: DeadlineRow, now: datetime) -> None:
    """Ensure that the rung waits, and the supervisors know what for."""
    tx.execute(update(deadline).where(deadline.c.id == row.id).values(held=deadline_table.WAITS_FOR_CALENDAR))
    case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    assert row.due_day is not None  # a rung that is due has its day
    title = f"{case.number}：{row.label}的届满日是暂定的，到期处理等待确认"
    body = (
        f"{row.label}暂定于{day_text(row.due_day)}届满，该年放假安排尚未载入，到期处理没有执行。请先载入放假安排；"
        "安排已经公布而且不影响届满日的，可以在“督办”页面写明理由后确认。"
    )
    inbox.notify_supervisors(tx, Notice.of(case, "provisional_lapse", title, body, now))


def _fire_record(tx: Connection, services: Services, due: Due, now: datetime, note: str) -> Fired:
    of = one_row(tx.execute(select(record).where(record.c.id == due.row.record_id).with_for_update()), RecordRow)
    moved = False
    if due.rung == "due":
        moved = (
            list_expiry.expire(tx, services, of, now)
            or lifecycle.end_publicity(tx, services, of, SYSTEM, now) is not None
        )
    elif due.rung == "may_apply" or (of.apply_from is not None and of.apply_from > local_day(now)):
        lifecycle.notify_may_apply(tx, of, now, note, told=may_tell(tx, services.law, of))
    lifecycle.schedule(tx, of.id)
    return Fired(due.rung, moved)


def _fire_case(tx: Connection, services: Services, due: Due, now: datetime, note: str) -> Fired:
    row = due.row
    case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    at = situation(tx, services.law, case, local_day(now))
    if (limit := at.dues.get(row.clock)) is None or limit.due_day != row.due_day:
        # Written before the rule changed (an upgrade), or before service was taken back: counted anew, nothing fires.
        _next(tx, services, case, now)
        return Fired(due.rung, False)
    clock = at.procedure.clock[row.clock]
    kind = due.rung.partition(":")[0]
    if kind == "due" and clock.overdue != "escalate":
        # 当事人自己的期限届满：由系统依程序处理，与其他动作同一条路
        key = of_system("due", case.number, row.clock, row.due_day, row.started_on)
        perform(tx, services, Command(case.number, clock.overdue, SYSTEM, key), now)
        return Fired(due.rung, True)
    where = at.procedure.state[case.state].label
    # After an outage several rungs are due at once: only the last still makes sense to people.
    lost = _following_is_due(at, due, now)
    if kind in {"remind", "yellow"}:
        if not lost:
            _remind(tx, at, row, where, now, note)
    else:
        supervision.escalate(tx, services, at, row, now, quietly=lost)
        if not lost:
            office_silence.notify_applicant(tx, services, at, row, now)
        case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    _next(tx, services, case, now)
    return Fired(due.rung, False)


def _following_is_due(at: Situation, due: Due, now: datetime) -> bool:
    limit = at.dues[due.row.clock]
    ladder = rungs(limit, at.procedure.clock[due.row.clock], limit.calendar)
    names = [deadline_table.rung_name(rung) for rung in ladder]
    following = ladder[names.index(due.rung) + 1 :] if due.rung in names else ()
    return bool(following) and following[0].at <= now


def _remind(tx: Connection, at: Situation, row: DeadlineRow, where: str, now: datetime, note: str) -> None:
    case = at.case
    assert row.due_day is not None  # a rung that is due has its day
    left = at.calendar.count_working_days(local_day(now), row.due_day) if row.due_day > local_day(now) else 0
    title = f"{case.number}：{row.label}还剩 {left} 个工作日" if left else f"{case.number}：{row.label}今天届满"
    body = f"办件处于“{where}”，{row.label}至{day_text(row.due_day)}届满。{note}"
    inbox.notify_owner(tx, row.owner, case, Notice.of(case, "reminder", title, body, now))


def _next(tx: Connection, services: Services, case: CaseRow, now: datetime) -> None:
    """Write the deadline's next rung, from the history and the rungs fired so far."""
    at = situation(tx, services.law, case, local_day(now))
    deadline_table.sync(tx, at.procedure, case.id, at.dues, new=False)
