"""How long holidays may be: no notice has ever given more days in a row, and no place that many of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from repairflow import times
from repairflow.law.calendar.year_file import CalendarYear
from repairflow.law.checks.calendar_words import SATURDAY

Fault = tuple[str, str, str]
"""A code, what stands on the line of the fault, and the sentence."""

IN_A_ROW = 10
"""Days off in a row under one name: the most a notice has given (2020年春节，延长后)."""
AMENDED = 31
"""The same where a later notice made a holiday longer (`amends`)."""
OF_A_PLACE = 15
"""Working days a year that a place may give as its own holidays; the most any gives are some ten (西藏)."""


def check(year: CalendarYear) -> Iterator[Fault]:
    """Everything of a year that is too long, or that no notice can have said yet."""
    most = AMENDED if year.amends else IN_A_ROW
    for name, first, days in _runs(year):
        if days > most:
            text = f"{name}自 {first} 起连续放假 {days} 天，没有哪次放假通知超过 {most} 天；请照通知核对 from、to"
            yield "calendar_long", first.isoformat(), text
    own = sum(day.weekday() < SATURDAY for day in year.off) - len(year.work)
    if year.region and own > OF_A_PLACE:
        text = (
            f"{year.place}的地方节假日占去 {own} 个工作日，各地自定的节假日一年没有超过 {OF_A_PLACE} 个的；请照通知核对"
        )
        yield "calendar_long", "region", text
    if year.published and year.year > times.today().year + 1:
        text = f"{year.year} 年的放假安排还不可能公布；请写 published = false，或者改正 year"
        yield "calendar_long", "published", text


def _runs(year: CalendarYear) -> Iterator[tuple[str, date, int]]:
    """Yield each unbroken run of days off under one name: its name, first day and length."""
    first, length = None, 0
    for day in sorted(year.off):
        name = year.names.get(day, "")
        if first is not None and day == first + timedelta(days=length) and name == year.names.get(first, ""):
            length += 1
            continue
        if first is not None:
            yield year.names.get(first, ""), first, length
        first, length = day, 1
    if first is not None:
        yield year.names.get(first, ""), first, length
