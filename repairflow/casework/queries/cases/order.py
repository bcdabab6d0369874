"""How lists by due day are ordered: cases of the priority lane first, then the soonest day, then what has none."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, case, func

from repairflow.records import cases

PREFERRED, FAR = date(1900, 1, 1), date(9999, 12, 31)


def by_due() -> ColumnElement[date]:
    """Return the day by which a case is ordered."""
    return case((cases.c.priority.is_not(None), PREFERRED), else_=func.coalesce(cases.c.due_day, FAR))


def day_of(due_day: date | None, priority: str | None) -> date:
    """Return the same of a row."""
    return PREFERRED if priority else due_day or FAR
