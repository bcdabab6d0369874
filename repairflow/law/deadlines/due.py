"""A run of a limit (期限) and where it stands: the value that counting gives. `count` makes it, `explanation` puts it in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.runs import Run
from repairflow.law.procedure.model import Procedure

ClockState = Literal["running", "paused", "waiting", "ended"]
"""`waiting`: the limit starts with the service of a letter that has not been served."""
Unit = Literal["working", "calendar"]


@dataclass(frozen=True)
class Due:
    """One run of a clock and where it stands.

    `due_day` is None while the clock is paused (what is left is `days_remaining`, counted from the day after it
    resumes), while it waits for service and while an `until` or `instant` clock has not been given its date. Days are
    working days or calendar days, by `unit`; months and years are given in calendar days. Used and remaining are as of
    `today` or, without it, of the last step.
    """

    clock: str
    round: int
    label: str
    owner: str
    overdue: str
    basis: tuple[str, ...]
    verified: bool
    started_at: datetime
    started_on: date
    running_since: datetime
    due_day: date | None
    due_at: datetime | None  # UTC; 24:00 Shanghai of the due day, for an `instant` clock the moment itself
    moment: datetime | None  # the exact moment the case named, such as the beginning of a meeting
    state: ClockState
    ended_at: datetime | None
    provisional: bool
    unit: Unit
    length: str  # as the law says it: 7个工作日, 3个月; empty where the case names the end
    days_total: int | None
    days_used: int | None
    days_remaining: int | None
    extended_by: int
    run: Run = field(repr=False, compare=False)
    procedure: Procedure = field(repr=False, compare=False)
    calendar: Calendar = field(repr=False, compare=False)
    within: str = ""  # the label of the limit around it that ends before its own days do; empty where none does

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the limit had run out when the clock ended, or has at `now` where it has not."""
        return self.due_at is not None and (self.ended_at or now) >= self.due_at
