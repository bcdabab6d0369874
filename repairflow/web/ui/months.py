"""The month a page is about: `?month=2026-06`."""

from __future__ import annotations

from datetime import date, timedelta

from repairflow import plain, times
from repairflow.errors import Invalid
from repairflow.web.core import arguments


def asked() -> date:
    """Give the first day of the month in the address (2026-06), of this month where there is none. Raises Invalid."""
    text = arguments.text("month")
    if not text:
        return times.today().replace(day=1)
    try:
        found = plain.day(f"{text}-01")
    except ValueError:
        raise Invalid("月份应写成“2026-06”这样的形式，请重新选择。") from None
    if found.year < 2000 or found > times.today():
        raise Invalid("只能查看本月和以前各月，请重新选择。")
    return found


def before(first: date) -> date:
    """Return the first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def following(first: date) -> date:
    """Return the first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)
