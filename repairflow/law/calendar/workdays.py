"""Working days (工作日，含调休): which days count, counting them, and saying why. Pure apart from `load_calendar`.

A calendar knows the years it holds. In a year whose arrangement is not published weekends and the holidays fixed by
statute are off, and no make-up day is guessed; everything that rests on such a year is provisional (暂定):
`is_published` and `published_through` say so.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from repairflow.errors import Invalid, Problem
from repairflow.law.calendar.fixed_holidays import FIRST_YEAR, LAST_YEAR, fixed_holidays
from repairflow.law.calendar.year_file import (
    CalendarError,
    CalendarYear,
    dump,
    from_chinesecalendar,
    parse_year,
    weekday,
)

__all__ = [
    "Calendar",
    "CalendarError",
    "CalendarYear",
    "DayProof",
    "dump",
    "from_chinesecalendar",
    "load_calendar",
    "parse_year",
    "weekday",
]

UNPUBLISHED = "（该年放假安排未公布，暂定）"
LONGEST = 100_000
"""No statutory period comes near this many days; a larger figure is a slip."""


@dataclass(frozen=True, slots=True)
class DayProof:
    """One day of a count: whether it counts, as which day of the period, and why (Chinese)."""

    date: date
    counts: bool
    nth: int | None
    why: str


class _Counted(NamedTuple):
    """The ordinals of the working days from the first year counted through `last`."""

    days: tuple[int, ...]
    last: int
    shift: int


class Calendar:
    """An immutable set of years. All counting goes through two inverse functions, `rank` and `nth`."""

    def __init__(self, name: str, years: Iterable[CalendarYear] = ()) -> None:
        by_year: dict[int, CalendarYear] = {}
        for year in years:
            if by_year.setdefault(year.year, year) != year:
                raise CalendarError(
                    f"日历“{name}”的 {year.year} 年有两份不同的安排，未采用",
                    [Problem(str(year.year), "同一年份只能有一份放假安排")],
                )
        self.name = name
        self.years: Mapping[int, CalendarYear] = MappingProxyType(dict(sorted(by_year.items())))
        self._published = frozenset(y.year for y in by_year.values() if y.published)
        self._names = {day: name for y in by_year.values() for day, name in y.names.items()}
        self._places = {day: place for y in by_year.values() for day, place in y.places.items()}
        self._off = frozenset(day for y in by_year.values() for day in y.off)
        self._work = frozenset(day for y in by_year.values() for day in y.work)
        self._first = date(min((*by_year, FIRST_YEAR)), 1, 1).toordinal()
        self._before = _weekdays_through(self._first - 1)
        self._counted = _Counted((), self._first - 1, 0)
        if by_year:
            self._counted = self._through(max(by_year))

    def __repr__(self) -> str:
        span = f"{min(self.years)}–{max(self.years)}" if self.years else "空"
        return f"Calendar({self.name!r}, {span})"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every day that it counts otherwise than as the weekday it is, and which years are published."""
        years = (
            f"{year} {'published' if value.published else 'open'}"
            f" off {' '.join(map(str, sorted(value.off)))} work {' '.join(map(str, sorted(value.work)))}"
            for year, value in self.years.items()
        )
        return "sha256:" + hashlib.sha256("\n".join(years).encode()).hexdigest()

    def rank(self, day: date) -> int:
        """Return how many working days there are up to and including `day`, since 1 January of year 1."""
        number = day.toordinal()
        if number < self._first:
            return _weekdays_through(number)
        counted = self._counted
        if number > counted.last and day.year <= LAST_YEAR:
            counted = self._through(day.year)
        if number > counted.last:
            return _weekdays_through(number) + counted.shift
        return self._before + bisect_right(counted.days, number)

    def nth(self, rank: int) -> date:
        """Return the working day with this rank; Invalid when it lies outside the calendar of dates."""
        index = rank - self._before - 1
        counted = self._counted
        try:
            if index < 0:
                return date.fromordinal(_weekday(rank))
            while index >= len(counted.days) and (year := _year_after(counted.last)) <= LAST_YEAR:
                counted = self._through(year)
            if index < len(counted.days):
                return date.fromordinal(counted.days[index])
            return date.fromordinal(_weekday(rank - counted.shift))
        except (ValueError, OverflowError) as error:
            raise Invalid("日期超出了日历范围，请核对起始日和天数。") from error

    def _through(self, year: int) -> _Counted:
        """Return the working days up to the end of a year, kept for the next count. Threads may both do it: the result is one."""
        counted, last = self._counted, date(year, 12, 31).toordinal()
        if counted.last >= last:
            return counted
        more = (n for n in range(counted.last + 1, last + 1) if self.is_working(date.fromordinal(n)))
        days = (*counted.days, *more)
        # How many working days the years have more (or fewer) than plain weekdays.
        self._counted = _Counted(days, last, self._before + len(days) - _weekdays_through(last))
        return self._counted

    def is_working(self, day: date) -> bool:
        """Tell whether offices work on this day."""
        return day in self._work or (day.weekday() < 5 and day not in self._off and not self._fixed(day))

    def _fixed(self, day: date) -> str:
        """Return the holiday this day is by statute alone, its year's arrangement not being published; empty otherwise."""
        return "" if day.year in self._published or day in self._work else fixed_holidays(day.year).get(day, "")

    def is_published(self, day: date) -> bool:
        """Tell whether the arrangement of the day's year has been published and loaded."""
        return day.year in self._published

    def published_through(self, first: date, last: date) -> bool:
        """Tell whether every year from `first` to `last` is published: otherwise what rests on them is provisional."""
        return all(year in self._published for year in range(first.year, last.year + 1))

    def why(self, day: date) -> str:
        """Return why a day counts or not: 工作日, 周末, 法定节假日（国庆节）, 调休上班（国庆节）, and for a place's own day
        which place; says so when unpublished."""
        name = f"（{self._names[day]}）" if day in self._names else ""
        if day in self._off:
            place = self._places.get(day)
            text = f"{place}放假{name}" if place else f"法定节假日{name}"
        elif fixed := self._fixed(day):
            text = f"法定节假日（{fixed}）"
        elif day in self._work:
            text = f"调休上班{name}"
        else:
            text = "工作日" if day.weekday() < 5 else "周末"
        return text if self.is_published(day) else text + UNPUBLISHED

    def add_working_days(self, start: date, n: int) -> date:
        """Return the n-th working day after `start`; Invalid unless n is a whole number from 1 to LONGEST."""
        # 民法典 201: the day of the event is not counted.
        return self.nth(self.rank(start) + _positive(n))

    def subtract_working_days(self, end: date, n: int) -> date:
        """Return the n-th working day before `end`, which is not counted; Invalid as when adding."""
        return self.nth(self.rank(end - timedelta(days=1)) - _positive(n) + 1)

    def count_working_days(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and including `until`; 0 when `until` is not later."""
        return max(0, self.rank(until) - self.rank(after))

    def roll(self, day: date) -> date:
        """`day` itself when offices work on it, otherwise the first working day after it (民法典 203)."""
        return day if self.is_working(day) else self.nth(self.rank(day) + 1)

    def explain(self, start: date, n: int) -> tuple[DayProof, ...]:
        """Return every day from the one after `start` to the n-th working day, which is the last; same errors as adding."""
        due, proof, nth = self.add_working_days(start, n), [], 0
        for offset in range(1, (due - start).days + 1):
            day = start + timedelta(days=offset)
            counts = self.is_working(day)
            nth += counts
            proof.append(DayProof(day, counts, nth if counts else None, self.why(day)))
        return tuple(proof)

    def is_provisional(self, start: date, due: date) -> bool:
        """Tell whether a count from the day after `start` to `due` rests on a year that is not published."""
        return not self.published_through(min(start + timedelta(days=1), due), due)

    def overlaid(self, *local: CalendarYear, name: str | None = None) -> Calendar:
        """Return this calendar with places' years laid over it in turn: on the days one names, it is right.

        A place's year without a national one stays provisional; a draft on either side makes the year provisional.
        """
        years = dict(self.years)
        for over in local:
            base = years.get(over.year)
            names = {**(base.names if base else {}), **over.names}
            years[over.year] = CalendarYear(
                over.year,
                ((base.off if base else frozenset()) - over.work) | over.off,
                ((base.work if base else frozenset()) - over.off) | over.work,
                f"{base.source}；{over.source}" if base else over.source,
                over.published and base is not None and base.published,
                MappingProxyType(names),
                places=MappingProxyType(
                    {**(base.places if base else {}), **dict.fromkeys(over.off | over.work, over.place)}
                ),
            )
        return Calendar(name or self.name, years.values())


def load_calendar(folder: Path, name: str = "全国") -> Calendar:
    """Return all `YYYY.toml` of a folder as one calendar; CalendarError with the faults of all files, or for no files."""
    years, problems = read_years(folder)
    for year in years:
        if year.region:
            problems.append(Problem(f"{year.year}.toml", f"写明了 region：{year.place}的日历应放在 places 文件夹中"))
    if not years and not problems:
        problems.append(Problem(str(folder), "没有找到日历文件（如 2026.toml）"))
    if problems:
        raise CalendarError(f"日历“{name}”有 {len(problems)} 处错误，未采用", problems)
    return Calendar(name, years)


def read_years(folder: Path) -> tuple[list[CalendarYear], list[Problem]]:
    """Return the years of a folder's files, and the faults of all. A file is named after its year: 2026.toml, 450000-2026.toml."""
    years: list[CalendarYear] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            year = parse_year(path.read_text(encoding="utf-8"), path.name)
        except CalendarError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(path.name, f"无法读取：{error}"))
        else:
            years.append(year)
            stem = f"{year.region}-{year.year}" if year.region else str(year.year)
            if path.stem != stem:
                problems.append(Problem(path.name, f"文件名与内容不符：内容是{year.title}，应名为 {stem}.toml"))
    return years, problems


def _positive(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= LONGEST:
        raise Invalid(f"天数须为 1 至 {LONGEST} 的整数，现为 {n}。")
    return n


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays up to and including this ordinal; ordinal 1 is a Monday."""
    return ordinal // 7 * 5 + min(ordinal % 7, 5)


def _year_after(ordinal: int) -> int:
    return date.fromordinal(ordinal + 1).year


def _weekday(rank: int) -> int:
    """Return the ordinal of the rank-th of all Mondays to Fridays."""
    return (rank - 1) // 5 * 7 + (rank - 1) % 5 + 1
