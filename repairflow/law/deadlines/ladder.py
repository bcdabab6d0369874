"""The ladder (到期阶梯) of one running limit: reminders, yellow, due, escalation. Pure.

Nobody is disturbed at night or on a day off: all rungs but `due` itself stand at 09:00 Shanghai on a working day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from repairflow.errors import Invalid
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.due import Due
from repairflow.law.procedure.model import Clock
from repairflow.times import at

Kind = Literal["remind", "yellow", "due", "escalate"]

MORNING = time(9)
YELLOW_PERCENT = 70
ESCALATE_AFTER = (1, 3)
"""Working days after the due day on which an office's lateness goes to its superior and the credit office."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing to do at an instant (UTC). `nth`: working days before the due day for a reminder, after it for an
    escalation, 0 otherwise; (kind, nth) is unique in a ladder."""

    kind: Kind
    at: datetime
    nth: int


def rungs(due: Due, clock: Clock, calendar: Calendar) -> tuple[Rung, ...]:
    """Return the rungs of a limit by instant; none while it is paused in time, without its date, or after it ended.

    A limit that ran out before it was paused keeps its rungs: a late office does not escape by pausing.

    Reminders and yellow that would lie before the limit began (or last resumed) have lost their sense and are left out.
    """
    if due.state == "ended" or due.due_day is None or due.due_at is None:
        return ()
    before = [Rung("remind", at(_before(calendar, due.due_day, n), MORNING), n) for n in sorted(set(clock.remind))]
    yellow = _yellow(due, calendar)
    if yellow is not None:
        before.append(Rung("yellow", at(yellow, MORNING), 0))
    ladder = [rung for rung in before if rung.at >= due.running_since]
    ladder.append(Rung("due", due.due_at, 0))
    if clock.overdue == "escalate":
        ladder += [Rung("escalate", at(calendar.add_working_days(due.due_day, n), MORNING), n) for n in ESCALATE_AFTER]
    return tuple(sorted(ladder, key=lambda rung: (rung.at, rung.kind, rung.nth)))


def _yellow(due: Due, calendar: Calendar) -> date | None:
    """Return the working day on which at least 70 % of the days are used, that day included; never later than the due day."""
    if not due.days_total or due.due_day is None:
        return None
    left = due.days_total - -(-YELLOW_PERCENT * due.days_total // 100)
    if due.unit == "working":
        return _before(calendar, due.due_day, left)
    day = calendar.roll(due.due_day - timedelta(days=left))
    return day if day <= due.due_day else _before(calendar, due.due_day, 0)


def _before(calendar: Calendar, day: date, n: int) -> date:
    """Return the n-th working day before `day`; for 0 the day itself or, where offices rest on it, the last one before."""
    if n == 0 and calendar.is_working(day):
        return day
    try:
        return calendar.subtract_working_days(day, n or 1)
    except Invalid as error:
        raise Invalid(f"提醒天数须为正整数，现为 {n}。") from error
