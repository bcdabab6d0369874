"""A length of the law, in whatever unit, counted from a day. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from repairflow.law.calendar.periods import add_months
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.procedure.model import Days


def last_day(calendar: Calendar, start: date, days: Days) -> date:
    """Return the last day of a length that began on `start`, which is not counted (民法典 201); not moved over days off."""
    if days.unit == "working":
        return calendar.add_working_days(start, days.count)
    if days.unit == "calendar":
        return start + timedelta(days=days.count)
    return add_months(start, days.count * (12 if days.unit == "years" else 1))
