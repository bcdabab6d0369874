"""Calendars of places (地方日历): the national calendar, and which place's own days count for whom.

An autonomous region may add days off of its own; they count for the offices within it. A place is named by its division
code (行政区划代码, GB/T 2260): 450000 holds 450100, which holds 450102. The wider place is laid down first.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from repairflow.errors import Problem
from repairflow.law.calendar.workdays import Calendar, CalendarError, CalendarYear, load_calendar, read_years
from repairflow.law.calendar.year_file import parse_year


class Calendars:
    """The national calendar and the places' years laid over it; never changes."""

    def __init__(self, national: Calendar, local: Iterable[CalendarYear] = ()) -> None:
        self.national = national
        self.local = {(year.region, year.year): year for year in local}
        self._regions = frozenset(region for region, _ in self.local)
        self._made: dict[tuple[str, ...], Calendar] = {(): national}

    def of(self, division: str | None) -> Calendar:
        """Return the calendar offices of this division count with: the national one where no place has days of its own."""
        regions = tuple(code for code in holding(division) if code in self._regions)
        if regions not in self._made:
            years = [year for code in regions for (region, _), year in self.local.items() if region == code]
            self._made[regions] = self.national.overlaid(*years, name=years[-1].place)
        return self._made[regions]

    def held(self, year: CalendarYear) -> CalendarYear | None:
        """Return the arrangement of the same year and place that is there already."""
        return self.local.get((year.region, year.year)) if year.region else self.national.years.get(year.year)

    def counting_with(self, year: CalendarYear) -> Calendars:
        """Return these calendars with `year` in place of what was there for its year and place."""
        if year.region:
            return Calendars(self.national, {**self.local, (year.region, year.year): year}.values())
        years = {**self.national.years, year.year: year}
        return Calendars(Calendar(self.national.name, years.values()), self.local.values())

    def with_loaded(self, years: Iterable[tuple[int, str]]) -> Calendars:
        """Return these calendars of files with the loaded years, each a year and its file's text, oldest load first.

        A loaded year goes before a file's, for due days were counted with it; a loaded draft gives way to a file that is
        published.
        """
        found = self
        for number, content in years:
            year = parse_year(content, f"{number}.toml")
            shipped = self.held(year)
            if year.published or shipped is None or not shipped.published:
                found = found.counting_with(year)
        return found

    def with_own(self, files: Iterable[tuple[str, str]]) -> Calendars:
        """Return these calendars with an installation's own files in place of theirs, each given by its name and text, the one that
        counts last; CalendarError with the faults of all."""
        found, problems = self, list[Problem]()
        for where, text in files:
            try:
                found = found.counting_with(parse_year(text, where))
            except CalendarError as error:
                problems += error.problems
        if problems:
            raise CalendarError(f"自有日历有 {len(problems)} 处错误，未采用", problems)
        return found

    @classmethod
    def read(cls, folder: Path) -> Calendars:
        """Return the national years of a folder and the places' years in its `places`; CalendarError with the faults of all."""
        national = load_calendar(folder)
        years, problems = read_years(folder / "places")
        problems += [Problem(f"{year.year}.toml", "没有写明 region 和 place") for year in years if not year.region]
        if problems:
            raise CalendarError(f"地方日历有 {len(problems)} 处错误，未采用", problems)
        return cls(national, years)


def holding(division: str | None) -> tuple[str, ...]:
    """Return the codes of the places that hold a division, the widest first: its province, its city, itself."""
    if not division:
        return ()
    return tuple(dict.fromkeys((division[:2] + "0000", division[:4] + "00", division)))


def level_of(division: str | None) -> str:
    """Return the level of an office at a place (行政级别), by its code: province, city or county; empty for no place. A municipality
    (直辖市) is a province, its districts are counties."""
    if not division:
        return ""
    return "province" if division.endswith("0000") else "city" if division.endswith("00") else "county"


def prefix(region: str) -> str:
    """Return how the codes of all divisions within a region begin: 45 for 450000, 4501 for 450100."""
    return region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
