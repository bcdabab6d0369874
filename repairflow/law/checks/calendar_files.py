"""Calendars: one for each year and place, none missing between two, and in a published year every statutory holiday."""

from __future__ import annotations

from itertools import pairwise

from repairflow.law.calendar.year_file import CalendarYear
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.identifiers import PROVINCES

SINCE = 2008
HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""Statutory holidays of the whole nation since 2008 (全国年节及纪念日放假办法)."""


def check(checked: Checked, around: Around) -> None:
    """Everything wrong with the calendars given, beside those in use."""
    seen: dict[tuple[str, int], str] = {}
    for where, year in checked.calendars.items():
        other = seen.setdefault((year.region, year.year), where)
        if other != where:
            checked.add("version_twice", where, ("year",), f"{year.year} 年的日历已由 {other} 定义；请删去其中之一")
        if year.region and year.region[:2] not in PROVINCES:
            text = f"地区“{year.region}”不是已知的行政区划代码；请改正 region"
            checked.add("overlay_scope", where, ("region",), text)
        if not year.region and year.published and year.year >= SINCE:
            _holidays(checked, where, year)
    given = {year: where for (region, year), where in seen.items() if not region}
    for before, after in pairwise(sorted({*given, *around.installed.calendars.national.years})):
        if after - before > 1 and (after in given or before in given):
            text = f"缺少 {before + 1} 年的日历，跨年的期限无法计算；请补上"
            checked.add("versions_gap", given.get(after) or given[before], ("year",), text)


def _holidays(checked: Checked, where: str, year: CalendarYear) -> None:
    names = set(year.names.values())
    fixed = {day.month * 100 + day.day for day in year.off}
    for holiday in HOLIDAYS:
        if any(holiday in name for name in names):
            continue
        if holiday == "中秋" and 1001 in fixed and year.year in TOGETHER:
            continue  # on the national day itself, told under its name
        text = (
            f"已公布的 {year.year} 年日历没有“{holiday}{'节' if holiday not in {'元旦', '春节'} else ''}”；请按通知补上"
        )
        checked.add("calendar_less", where, ("holiday",), f"{text}，还没有公布的写 published = false")


TOGETHER = frozenset({2020, 2031})
"""Years in which the mid-autumn day is one of the national days (1 October)."""
