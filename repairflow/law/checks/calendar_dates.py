"""Whether a published calendar can be the notice it names: holidays around their day, worked weekends beside them, and its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from repairflow import times
from repairflow.law.calendar.fixed_holidays import fixed_holidays
from repairflow.law.calendar.year_file import CalendarYear
from repairflow.law.checks.calendar_words import DECEMBER, HOLIDAYS, SATURDAY, national
from repairflow.law.checks.place_names import other_province
from repairflow.law.divisions import province_of

Fault = tuple[str, str, str]
"""A code, what stands on the line of the fault, and the sentence."""
NEAR = timedelta(days=31)
"""How far from its holiday a weekend is worked at most: two weeks in all notices so far."""
ABOUT = re.compile(r"关于\s*((?:19|20)\d\d)\s*年")
ONCE = "纪念日"
"""A day that was off once, by a notice of its own (2015)."""


def check(year: CalendarYear) -> Iterator[Fault]:
    """Everything by which a year cannot be what it says."""
    if not year.published:
        if year.region and year.year <= times.today().year:
            text = f"{year.year} 年已经开始，{year.place}当年的放假安排早已公布；请照通知补全，写 published = true"
            yield "calendar_less", "published", text
        return
    yield from _source(year)
    yield from _place(year) if year.region else _nation(year)
    for day in sorted(year.work):
        name = year.names.get(day, "")
        off = [one for one in year.off if year.names.get(one) == name]
        if "元旦" in name and day.month == DECEMBER:
            continue  # worked for the New Year that follows, which stands in the next file
        if off and min(abs(one - day) for one in off) > NEAR and not year.amends:
            text = f"{name}的上班日 {day} 离放假的日子一个月以上，没有哪次通知这样调休；请照通知核对 work"
            yield "calendar_less", day.isoformat(), text


def _source(year: CalendarYear) -> Iterator[Fault]:
    about = ABOUT.search(year.source)
    if about is not None and int(about[1]) != year.year and not year.amends:
        text = f"所依据的通知（{year.source}）说的不是 {year.year} 年；请改正 source 或者 year"
        yield "calendar_less", "source", text
    if year.amends and year.amends.strip() == year.source.strip():
        text = "amends 写的就是 source 那一份通知，没有写明是哪一份通知作了修改；请改正"
        yield "calendar_less", "amends", text


def _nation(year: CalendarYear) -> Iterator[Fault]:
    """Yield statutory days that are not off, where the moon calendar is known; they may be moved by a notice only as a whole."""
    missing: dict[str, list[date]] = {}
    for day, name in fixed_holidays(year.year).items():
        if day not in year.off and not year.amends and not (name == "春节" and day == min(_of(year.year, "春节"))):
            missing.setdefault(name, []).append(day)  # 除夕 itself was a working day in some notices
    for name, days in missing.items():
        told = "、".join(map(str, days))
        text = f"{name}的法定假日 {told} 没有放假；请照通知核对 from、to"
        yield "calendar_less", name[:2], text

    for name in dict.fromkeys(year.names[day] for day in sorted(year.off | year.work)):
        if not year.amends and ONCE not in name and not any(word in name for word in HOLIDAYS):
            text = f"“{name}”不是全国的法定节日（全国年节及纪念日放假办法）；请照通知核对，后来有通知改动的写 amends"
            yield "calendar_long", name, text


def _of(year: int, name: str) -> list[date]:
    return [day for day, called in fixed_holidays(year).items() if called == name]


def _place(year: CalendarYear) -> Iterator[Fault]:
    here = province_of(year.region)
    if not year.off:
        yield "calendar_less", "region", f"{year.place}的日历没有写任何假日，等于没有；请写明，或者删去这份文件"
    own = sum(day.weekday() < SATURDAY for day in year.off) - len(year.work)
    if year.off and own < 0:
        text = f"{year.place}的日历上班日比放假日多 {-own} 天，地方只能增加假日；请照通知核对 work"
        yield "calendar_less", "work", text
    fixed = fixed_holidays(year.year)
    for day in sorted(year.work):
        if day in fixed:
            text = f"{year.place}的日历把法定假日 {day}（{fixed[day]}）写成上班日，地方只能增加假日；请改正 work"
            yield "calendar_less", day.isoformat(), text
    for name in dict.fromkeys(year.names[day] for day in sorted(year.off)):
        if national(name) and not year.amends:
            text = f"“{name}”是全国的节日，由全国的日历规定；地方日历只写本地自定的假日，请删去"
            yield "calendar_less", name, text
    if (elsewhere := other_province(year.source, here)) is not None:
        text = f"所依据的通知（{year.source}）是{elsewhere}的，地区代码 {year.region} 却属于{here}；请改正其中之一"
        yield "overlay_scope", "source", text
