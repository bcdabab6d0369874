"""Commands about days and the time: calendars, the clock, provisional due days."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class LoadCalendar(Change):
    """Load a year of working days from the text of its file; `where` is how faults name it (工作日历)."""

    content: str
    where: str


class ConfirmClock(Change):
    """Say that the time is right, so that what waited goes on (确认时间)."""


@dataclass(frozen=True, slots=True)
class ConfirmProvisional(Change):
    """Say that the provisional last day of a limit stands, so that what is due happens (确认暂定的届满日)."""

    case: str
    clock: str
    reason: str
