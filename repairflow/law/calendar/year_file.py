"""One year's arrangement of days off and make-up working days (调休), as a value and as a file.

A file reads like the notice it comes from::

    year = 2026
    published = true
    source = "国务院办公厅关于2026年部分节假日安排的通知"

    [[holiday]]
    name = "春节"
    from = 2026-02-15
    to   = 2026-02-23
    work = [2026-02-14, 2026-02-28]

`from` and `to` (both inclusive) are left out where a year holds only make-up days of the next year's holiday.

A published year that was changed by a later notice (2015, 2019, 2020 were) is a whole file again, which names that notice::

    amends = "国务院办公厅关于延长2020年春节假期的通知"

A place's own days (地方节假日) are a file of the same form that names the place; it is laid over the national year::

    region = "450000"            # 行政区划代码: the place and all within it
    place = "广西壮族自治区"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version
from itertools import groupby
from types import MappingProxyType

from repairflow.errors import DefinitionError, Invalid, Problem
from repairflow.law.near_names import meant
from repairflow.law.toml_file import broken, read_toml

_WEEKDAYS = "一二三四五六日"
_YEAR_KEYS = {"year", "published", "source", "amends", "region", "place", "holiday"}
_HOLIDAY_KEYS = {"name", "from", "to", "work"}


class CalendarError(DefinitionError):
    """A calendar is refused whole; `problems` lists all faults with file, line and Chinese text."""

    code = "calendar"


@dataclass(frozen=True)
class CalendarYear:
    """The arrangement of one year: days `off`, make-up working days `work`, and the holiday each belongs to.

    `published` is false for a draft: due days that rest on it are provisional. `region` is the division code of the place
    whose own days these are, with its name; empty for the national arrangement. `amends` is the notice that changed a year
    already published; empty for its first arrangement. `places` says of a day that a place laid
    over the national year which place that was.
    """

    year: int
    off: frozenset[date]
    work: frozenset[date]
    source: str
    published: bool = True
    names: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    region: str = ""
    place: str = ""
    places: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    amends: str = ""

    @property
    def title(self) -> str:
        """How people name it: 2027年, 广西壮族自治区2027年."""
        return f"{self.place}{self.year}年"


def weekday(day: date) -> str:
    """周一 … 周日."""
    return "周" + _WEEKDAYS[day.weekday()]


def parse_year(text: str, where: str) -> CalendarYear:
    """Read one year from TOML text; CalendarError with every fault, each with its line, and nothing is taken over."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise CalendarError(f"{where} 不是有效的 TOML 文件，未采用", [broken(error, text, where)]) from error
    reader = _Reader(text, where)
    year = reader.read(data)
    if reader.problems:
        raise CalendarError(f"{where} 有 {len(reader.problems)} 处错误，未采用", reader.problems)
    return year


class _Reader:
    """Collects one year and every problem on the way."""

    def __init__(self, text: str, where: str) -> None:
        self.lines = [line.split("#")[0] for line in text.splitlines()]
        self.where = where
        self.problems: list[Problem] = []
        self.seen: dict[date, str] = {}
        self.off: set[date] = set()
        self.work: set[date] = set()

    def read(self, data: Mapping[str, object]) -> CalendarYear:
        for key in data.keys() - _YEAR_KEYS:
            self.fault(self.line(None, key), f"不认识的项“{key}”{meant(key, _YEAR_KEYS)}；请改正名称或者删去")
        year, published, source = data.get("year"), data.get("published"), data.get("source")
        if type(year) is not int or not 1949 <= year <= 9998:
            self.fault(self.line(None, "year"), "year 须写明年份，如 year = 2026")
            year = 0
        if not isinstance(published, bool):
            self.fault(self.line(None, "published"), "published 须写 true（已公布）或 false（未公布）")
        if not isinstance(source, str) or not source.strip():
            self.fault(self.line(None, "source"), "source 须写明放假安排的依据文件")
        region, place = self.of_place(data)
        amends = self.amending(data, published)
        blocks = data.get("holiday", [])
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            self.fault(self.line(None, "holiday"), "节假日须逐个写成 [[holiday]]")
            blocks = []
        for index, block in enumerate(blocks):
            self.block(index, block, year)
        return CalendarYear(
            year, frozenset(self.off), frozenset(self.work), str(source), published is True,
            MappingProxyType(self.seen), region, place, amends=amends,
        )  # fmt: skip

    def amending(self, data: Mapping[str, object], published: object) -> str:
        amends = data.get("amends", "")
        if "amends" in data and (not isinstance(amends, str) or not amends.strip()):
            self.fault(self.line(None, "amends"), "amends 须写明修改放假安排的通知名称；不是修改的，删去这一行")
            return ""
        if amends and published is not True:
            self.fault(
                self.line(None, "amends"), "修改放假安排的文件须写 published = true；征求意见的安排不能修改已公布的"
            )
        return str(amends)

    def of_place(self, data: Mapping[str, object]) -> tuple[str, str]:
        region, place = data.get("region", ""), data.get("place", "")
        if "region" in data and (not isinstance(region, str) or not re.fullmatch(r"[1-9][0-9]{5}", region)):
            self.fault(self.line(None, "region"), 'region 须写六位行政区划代码，如 region = "450000"')
            region = ""
        if "place" in data and (not isinstance(place, str) or not place.strip()):
            self.fault(self.line(None, "place"), "place 须写明地方名称")
            place = ""
        if ("region" in data) != ("place" in data):
            key = "region" if "region" in data else "place"
            self.fault(self.line(None, key), "地方日历须同时写明 region（行政区划代码）和 place（地方名称）")
        return str(region), str(place)

    def block(self, index: int, block: Mapping[str, object], year: int) -> None:
        for key in block.keys() - _HOLIDAY_KEYS:
            self.fault(self.line(index, key), f"不认识的项“{key}”{meant(key, _HOLIDAY_KEYS)}；请改正名称或者删去")
        name = block.get("name")
        if not isinstance(name, str) or not name.strip():
            self.fault(self.line(index, "name"), "name 须写明节假日名称")
            name = "未命名"
        first, last, work = block.get("from"), block.get("to"), block.get("work", [])
        if (first is None) != (last is None):
            self.fault(self.line(index, "to" if first is None else "from"), f"{name}：from 与 to 须同时写明")
        elif first is not None and last is not None:
            self.days_off(index, name, first, last, year)
        elif not work:
            self.fault(self.line(index, "name"), f"{name}：既无放假日，也无上班日")
        if not isinstance(work, list):
            self.fault(self.line(index, "work"), f"{name}：work 须为日期列表，如 work = [2026-02-14]")
            return
        for place, day in enumerate(work):
            if type(day) is not date:
                self.fault(self.line(index, "work"), f"{name}：“{day}”不是日期")
                continue
            line = self.line(index, "work", day, work[:place].count(day))
            if day.weekday() < 5:
                self.fault(line, f"{name}：{day} 是{weekday(day)}，调休上班日只能在周六、周日")
            if self.take(day, name, line, year):
                self.work.add(day)

    def days_off(self, index: int, name: str, first: object, last: object, year: int) -> None:
        for key, day in (("from", first), ("to", last)):
            if type(day) is not date:
                self.fault(self.line(index, key), f"{name}：{key} 须为日期，如 2026-02-15")
        if type(first) is not date or type(last) is not date:
            return
        if last < first:
            self.fault(self.line(index, "to"), f"{name}：结束日 {last} 早于开始日 {first}")
        elif (last - first).days > 366:
            self.fault(self.line(index, "to"), f"{name}：放假超过一年，请核对日期")
        else:
            for offset in range((last - first).days + 1):
                day = first + timedelta(days=offset)
                # A day on the edges stands on its own line; those between belong to the line of `from`.
                if self.take(day, name, self.line(index, "to" if day == last != first else "from"), year):
                    self.off.add(day)

    def take(self, day: date, name: str, line: int, year: int) -> bool:
        if year and day.year != year:
            self.fault(line, f"{name}：{day} 不在 {year} 年内")
        elif day in self.seen:
            self.fault(line, f"{name}：{day} 重复，已列在“{self.seen[day]}”中")
        else:
            self.seen[day] = name
            return True
        return False

    def fault(self, line: int, text: str) -> None:
        self.problems.append(Problem(f"{self.where}:{line}", text))

    def line(self, index: int | None, key: str, day: date | None = None, skip: int = 0) -> int:
        """Return the 1-based line of a key in the index-th [[holiday]] (None: above them), or of a date after that key."""
        heads = [n for n, line in enumerate(self.lines) if line.strip().startswith("[[")]
        start = 0 if index is None else heads[index] if index < len(heads) else 0
        end = next((n for n in heads if n > start), len(self.lines))
        block = range(start, end)
        found = next((n for n in block if re.match(rf"\s*{re.escape(key)}\s*=", self.lines[n])), start)
        if day is not None:
            named = [n for n in range(found, end) for _ in range(self.lines[n].count(day.isoformat()))]
            found = named[skip] if skip < len(named) else found
        return found + 1


def dump(year: CalendarYear) -> str:
    """Return the file of a year: `parse_year(dump(year), …) == year` for every year whose days all have names."""
    parts = [
        f"# {year.year}年放假调休安排。from、to 为放假首日和末日；work 为因此上班的周六、周日；其余周末休息。",
        f"year = {year.year}",
        f"published = {'true' if year.published else 'false'}",
        f"source = {_quoted(year.source)}",
        *((f"amends = {_quoted(year.amends)}",) if year.amends else ()),
        *((f"region = {_quoted(year.region)}", f"place = {_quoted(year.place)}") if year.region else ()),
    ]
    for name, days, work in _blocks(year):
        parts += ["", "[[holiday]]", f"name = {_quoted(name)}"]
        if days:
            parts += [f"from = {days[0]}", f"to   = {days[-1]}"]
        if work:
            parts.append(f"work = [{', '.join(map(str, work))}]")
    return "\n".join(parts) + "\n"


def naming_notice(text: str, notice: str) -> str:
    """Return a year's file with the notice that amends the year. It takes the place of a comment above, so that lines keep their
    numbers."""
    first, _, rest = text.partition("\n")
    named = f"amends = {_quoted(notice)}"
    return f"{named}\n{rest}" if first.startswith("#") else f"{named}\n{text}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _blocks(year: CalendarYear) -> Iterator[tuple[str, list[date], list[date]]]:
    """Unbroken runs of days off under one name, each with the make-up days of that name that lie nearest to it."""
    runs: list[tuple[str, list[date]]] = []
    off = sorted(year.off)
    numbered = ((day.toordinal() - index, year.names.get(day, "放假"), day) for index, day in enumerate(off))
    for (_, name), group in groupby(numbered, key=lambda item: (item[0], item[1])):
        runs.append((name, [day for _, _, day in group]))
    work: dict[int, list[date]] = {}
    alone: dict[str, list[date]] = {}
    for day in sorted(year.work):
        name = year.names.get(day, "调休")
        near = [index for index, run in enumerate(runs) if run[0] == name]
        if near:
            best = min(near, key=lambda i: min(abs((day - runs[i][1][0]).days), abs((day - runs[i][1][-1]).days)))
            work.setdefault(best, []).append(day)
        else:
            alone.setdefault(name, []).append(day)
    blocks = [(name, days, work.get(index, [])) for index, (name, days) in enumerate(runs)]
    blocks += [(name, [], days) for name, days in alone.items()]
    yield from sorted(blocks, key=lambda block: (block[1] or block[2])[0])


# The package writes short names; the notices write full ones.
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def from_chinesecalendar(year: int) -> str:
    """Return the file of a year out of the chinesecalendar package; Invalid when that is not installed or does not know it."""
    try:
        from chinese_calendar import constants  # an importer's tool, not needed to run
    except ImportError as error:
        raise Invalid("未安装 chinesecalendar，无法导入。请先安装，或改用 TOML 文件导入。") from error
    package = f"chinesecalendar {version('chinesecalendar')}"
    names = {item.value: _FULL_NAMES.get(item.chinese, item.chinese) for item in constants.Holiday}
    off = {day: names[code] for day, code in constants.holidays.items() if day.year == year}
    work = {day: names[code] for day, code in constants.workdays.items() if day.year == year}
    if not off:
        raise Invalid(f"{package} 没有 {year} 年的放假安排，请升级后再导入，或改用 TOML 文件导入。")
    source = f"国务院办公厅关于{year}年部分节假日安排的通知（数据由 {package} 导入）"
    return dump(CalendarYear(year, frozenset(off), frozenset(work), source, True, MappingProxyType({**off, **work})))
