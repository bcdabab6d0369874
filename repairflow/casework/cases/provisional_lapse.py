"""A subject's lapse waits while its due day is provisional: for the year's arrangement, or for a person who confirms the day.

The State Council may yet make a day off of the last one; what lapsed cannot be taken back. Offices' limits do not wait,
for their lateness decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from repairflow.casework import clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.cases import deadline_firing
from repairflow.casework.context import Services
from repairflow.casework.deadline_table import WAITS_FOR_CALENDAR, WAITS_FOR_OBJECTION
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import Invalid, Problem, Refusal, Refused
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.records import cases, deadline
from repairflow.records.rows import CaseRow, DeadlineRow, first_row

CONFIRMED = EventName.PROVISIONAL_CONFIRMED
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A limit whose end waits, and what would happen at its end."""

    case: str
    clock: str
    procedure: str
    label: str
    follows: str
    due_day: date


def waiting(tx: Connection, law: Library) -> tuple[Waiting, ...]:
    """Return every limit of a subject that has run out on a provisional day and waits, the oldest first."""
    rows = tx.execute(
        select(deadline.c.clock, deadline.c.label.label("limit"), deadline.c.due_day.label("last"), cases)
        .join(cases, cases.c.id == deadline.c.case_id)
        .where(deadline.c.held == WAITS_FOR_CALENDAR)
        .order_by(deadline.c.due_day, deadline.c.id)
    ).all()
    found = []
    for row in rows:
        procedure = law.procedure(row.procedure, row.procedure_version)
        follows = procedure.action[procedure.clock[row.clock].overdue].label
        found.append(Waiting(row.number, row.clock, procedure.label, row.limit, follows, row.last))
    return tuple(found)


def confirm(
    tx: Connection, services: Services, who: tuple[Actor, str], limit: tuple[str, str], reason: str, now: datetime
) -> str:
    """Return a person (`who`, in a role) says that the provisional day of a limit (case number, clock) stands: what it leads to
    happens now, with who said so and why in the case's trail. Gives the name of the rung that fired.

    Raises Invalid without a reason, Refused where the limit does not wait, or the clock is not trusted.
    """
    actor, role = who
    if not (reason := " ".join(reason.split())) or len(reason) > LONGEST_REASON:
        raise Invalid(
            "没有确认：请填写理由。",
            [Problem("reason", f"请写明依据什么确认届满日（{LONGEST_REASON}字以内），如已核对放假通知的文号")],
        )
    clock_guard.require_sound(tx, actor, now)
    if clock_guard.holding(tx, now):
        raise Refused([Refusal("clock", clock_guard.NO_TIME)], clock_guard.NO_TIME)
    case, row = _locked(tx, *limit)
    told = f"{row.label}暂定于{day_text(row.due_day)}届满，经确认不再等待放假安排：{reason}"
    content = {"clock": row.clock, "due_day": row.due_day}
    said = NewEvent(action=CONFIRMED, at=now, by=actor, role=role, reason=told, content=content)
    case_events.append(tx, case, said)
    tx.execute(update(deadline).where(deadline.c.id == row.id).values(held=None))
    fired = deadline_firing.fire(tx, services, row.id, now, confirmed=True)
    if fired is None:
        raise Refused([Refusal("busy", "这个办件正在由他人处理，没有确认；请稍后再试")])
    if (why := tx.execute(select(deadline.c.held).where(deadline.c.id == row.id)).scalar()) is not None:
        code = "objection_open" if why == WAITS_FOR_OBJECTION else "rule_unconfirmed"
        raise Refused([Refusal(code, f"没有确认：{why}")])
    return fired.rung


def _locked(tx: Connection, number: str, clock: str) -> tuple[Any, Any]:
    """Return the case and its deadline row that waits; Refused where there is none: confirmed before, or counted anew."""
    case = first_row(tx.execute(select(cases).where(cases.c.number == number).with_for_update()), CaseRow)
    row = None
    if case is not None:
        row = first_row(
            tx.execute(
                select(deadline).where(
                    deadline.c.case_id == case.id, deadline.c.clock == clock, deadline.c.held == WAITS_FOR_CALENDAR
                )
            ),
            DeadlineRow,
        )
    if case is None or row is None:
        raise Refused([Refusal("not_waiting", "这项期限没有在等待确认：可能已经确认，或者已按公布的放假安排重新计算")])
    return case, row
