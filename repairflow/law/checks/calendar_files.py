"""Calendars: one for each year and place, none missing between two, and in a published year every statutory holiday."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from repairflow import times
from repairflow.law.calendar.fixed_holidays import FIRST_YEAR
from repairflow.law.calendar.year_file import CalendarYear
from repairflow.law.checks import calendar_dates, calendar_lengths, place_names
from repairflow.law.checks.calendar_words import DECEMBER, HOLIDAYS, SATURDAY
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.report import Diagnostic
from repairflow.law.divisions import division_fault, province_of

SINCE = 2008
PLACES = "places"
"""The folder in which calendars of places lie."""


def check(checked: Checked, around: Around) -> None:
    """Everything wrong with the calendars given, beside those in use."""
    seen: dict[tuple[str, int], str] = {}
    for where, year in checked.calendars.items():
        other = seen.setdefault((year.region, year.year), where)
        if other != where:
            checked.add("version_twice", where, ("year",), f"{year.year} 年的日历已由 {other} 定义；请删去其中之一")
        for code, word, text in (*calendar_lengths.check(year), *calendar_dates.check(year)):
            checked.findings.append(Diagnostic(code, f"{where}:{_line_with(checked.texts[where], word)}", text))
        if where.startswith(f"{PLACES}/") and not year.region:
            text = "地方日历须写明 region（行政区划代码）和 place；全国的日历请放在 calendars 文件夹中"
            checked.add("overlay_scope", where, ("year",), text)
        if year.region and (fault := division_fault(year.region)) is not None:
            text = f"地区“{year.region}”不是已知的行政区划代码：{fault}；请改正 region"
            checked.add("overlay_scope", where, ("region",), text)
        if year.region and not _called_by_its_place(year):
            text = (
                f"地区代码 {year.region} 属于{province_of(year.region)}，不是“{year.place}”的；请改正 region 或者 place"
            )
            checked.add("overlay_scope", where, ("place",), text)
        nation = around.installed.calendars.national.years.get(year.year) if year.region else None
        if nation is not None and (lost := sorted(year.work & nation.off)):
            days = "、".join(map(str, lost))
            text = f"{year.place or year.region}的日历把全国放假的 {days} 写成上班日，地方只能增加假日；请改正 work"
            checked.add("calendar_less", where, ("holiday",), text)
        if not year.region and not year.published and year.year <= times.today().year:
            text = f"{year.year} 年已经开始，当年的放假安排早已公布；请照通知补全，写 published = true"
            checked.add("calendar_less", where, ("published",), text)
        if not year.region and year.published and year.year >= SINCE:
            _holidays(checked, where, year)
    _days_off(checked, around)
    given = {year: where for (region, year), where in seen.items() if not region}
    for before, after in pairwise(sorted({*given, *around.installed.calendars.national.years})):
        if after - before > 1 and (after in given or before in given):
            text = f"缺少 {before + 1} 年的日历，跨年的期限无法计算；请补上"
            checked.add("versions_gap", given.get(after) or given[before], ("year",), text)


def _called_by_its_place(year: CalendarYear) -> bool:
    """Tell whether a calendar is called by the place whose code it has: a province by its name, any other by none of a province."""
    here, named = province_of(year.region), place_names.named(year.place)
    if not here:
        return True  # no code of a place: told by itself
    whole = bool(named) and place_names.only_a_province(year.place)
    return whole and named == [here] if year.region.endswith("0000") else not whole and named in ([], [here])


def _line_with(text: str, word: str) -> int:
    """Return the first line that has this word; 1 where none has."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if word in line), 1)


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


def _days_off(checked: Checked, around: Around) -> None:
    given = {year.year: (where, year) for where, year in checked.calendars.items() if not year.region}
    years = {**around.installed.calendars.national.years, **{number: year for number, (_, year) in given.items()}}
    for number, (where, year) in given.items():
        if year.published and number >= STATUTORY[-1][0]:
            _days_won(checked, where, year)
        _new_year_won(checked, where, years.get(number - 1), year)
        if number + 1 not in given:
            _new_year_won(checked, where, year, years.get(number + 1))


def _days_won(checked: Checked, where: str, year: CalendarYear) -> None:
    """Days off on weekdays, less the weekends worked for them, are as many as the statute gives: each of its days that falls
    on a weekend is made up for, and none is added (全国年节及纪念日放假办法). A later notice may give more."""
    due = next(days for since, days in STATUTORY if year.year >= since)
    days = [day for day in (*year.off, *year.work) if _statutory(year.names.get(day, "")) and not _new_year(year, day)]
    won = sum(_counts(year, day) for day in days)
    if won != due and not year.amends:
        text = f"{year.year} 年元旦以外的节日，周一至周五放假的天数减去周末上班的天数为 {won} 天，法定为 {due} 天"
        text += "；请照通知核对 from、to、work，后来有通知改动的写 amends"
        checked.add("calendar_less", where, ("holiday",), text)


def _new_year_won(checked: Checked, where: str, before: CalendarYear | None, year: CalendarYear | None) -> None:
    """Find the same of New Year, whose days and worked weekends lie in two years."""
    if before is None or year is None or year.year < NEW_YEAR_SINCE or year.amends or not year.published:
        return
    won = sum(_counts(before, d) for d in (*before.off, *before.work) if _new_year(before, d) and d.month == DECEMBER)
    won += sum(_counts(year, d) for d in (*year.off, *year.work) if _new_year(year, d) and d.month == 1)
    if won != 1:
        text = f"{year.year} 年元旦周一至周五放假的天数减去周末上班的天数为 {won} 天，法定为 1 天"
        text += f"；请照通知核对 {year.year} 年一月和上一年十二月的 from、to、work"
        checked.add("calendar_less", where, ("holiday",), text)


def _counts(year: CalendarYear, day: date) -> int:
    """Return what a day adds: a weekday off one, a worked weekend minus one, a weekend off nothing."""
    return (day.weekday() < SATURDAY) - (day in year.work)


def _new_year(year: CalendarYear, day: date) -> bool:
    return "元旦" in year.names.get(day, "")


def _statutory(name: str) -> bool:
    return any(holiday in name for holiday in HOLIDAYS)


STATUTORY = ((FIRST_YEAR, 12), (2008, 10), (2000, 9))
"""Since when the nation has how many statutory days beside New Year: 春节、劳动、国庆各 3; 2008 清明、端午、中秋 came and 劳动 was
one; 2025 春节 4、劳动 2."""
NEW_YEAR_SINCE = 2007
"""The first New Year whose worked weekends the shipped years hold."""
TOGETHER = frozenset({2020, 2031})
"""Years in which the mid-autumn day is one of the national days (1 October)."""
