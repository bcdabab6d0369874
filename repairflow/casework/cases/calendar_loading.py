"""Calendars at run time (工作日历): years that a person loads, laid over the files every node ships with.

Files and loaded years together are a node's calendar. A loaded year is a row, never changed, so the greatest id tells a
node whether it has seen the newest: `Shelf.refresh` asks that at the beginning of every step, sweep and page.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.cases.deadline_recount import Moved, moves, recount
from repairflow.errors import Problem
from repairflow.law.calendar.regions import Calendars
from repairflow.law.calendar.workdays import Calendar, CalendarError, CalendarYear, parse_year
from repairflow.law.procedure.library import Library
from repairflow.prepared import Prepared
from repairflow.records import calendar_year, person

STREAM = "calendar"
WARN_FROM = (12, 1)
"""The State Council publishes next year's arrangement in November; who has not loaded it by then is warned."""

_newest = Prepared(select(func.max(calendar_year.c.id).label("id")))


class Shelf:
    """The law as this node knows it now. `law` is replaced whole, so whoever took it keeps one that agrees with itself."""

    def __init__(self, law: Library) -> None:
        self.law = law
        self._files = law.calendars
        self._seen = 0
        self._turn = Lock()

    def refresh(self, tx: Connection, newest: int | None = None) -> None:
        """Afterwards `law` counts with every year that `tx` can see; one small query when nothing was loaded.

        `newest` is the greatest id of a loaded year (0: none), where the caller has just read it with something else.
        """
        if newest is None:
            newest = _newest.ask(tx).rows[0].id or 0
        if newest <= self._seen:
            return
        calendars = together(tx, self._files)
        with self._turn:
            if newest > self._seen:
                self.law, self._seen = replace(self.law, calendars=calendars), newest


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading a year would do: `year` as read, whether it says anything new, and which due days would move."""

    year: CalendarYear
    new: bool
    moved: tuple[Moved, ...]


def together(tx: Connection, files: Calendars) -> Calendars:
    """The files' years and the loaded ones. A loaded year goes before a file's, for due days were counted with it; a
    loaded draft gives way to a file that is published."""
    found = files
    for row in held(tx):
        year = parse_year(row.content, f"{row.year}.toml")
        shipped = files.held(year)
        if year.published or shipped is None or not shipped.published:
            found = found.counting_with(year)
    return found


def held(tx: Connection) -> tuple[Any, ...]:
    """The loaded years, oldest first, each with the name of who loaded it (None: at the command line)."""
    query = select(calendar_year, person.c.name.label("person_name")).outerjoin(
        person, person.c.id == calendar_year.c.person_id
    )
    return tuple(tx.execute(query.order_by(calendar_year.c.id)))


def loaded(tx: Connection) -> dict[tuple[str, int], Any]:
    """The row of each loaded year that counts, by region (empty: national) and year."""
    rows = {}
    for row in held(tx):
        rows[parse_year(row.content, f"{row.year}.toml").region, row.year] = row
    return rows


def read_year(content: str, where: str, calendars: Calendars) -> tuple[CalendarYear, bool]:
    """A year's file, national or of a place, as a value, and whether it brings anything new.

    CalendarError with the line of every fault; also for a published year that is there with other days.
    """
    year = parse_year(content, where)
    there = calendars.held(year)
    if there is None:
        return year, True
    same = (there.off, there.work) == (year.off, year.work)
    if same and (there.published or not year.published):
        return year, False
    if there.published:
        differing = sorted((there.off ^ year.off) | (there.work ^ year.work))
        days = "、".join(map(str, differing[:5])) + ("等" if len(differing) > 5 else "")
        told = f"{year.title}的放假安排已经载入（{there.source}），这一份的内容与它不同：{days or '未标明已公布'}"
        raise CalendarError(
            f"{where} 未采用：同一年份不能载入两份不同的安排", [Problem(_line_of_year(content, where), told)]
        )
    return year, True


def plan(tx: Connection, law: Library, content: str, where: str, today: date) -> Plan:
    """What loading this file would do, without doing it; CalendarError as `read_year`."""
    year, new = read_year(content, where, law.calendars)
    return Plan(year, new, moves(tx, _counting_with(law, year), year, today) if new else ())


def load(tx: Connection, shelf: Shelf, content: str, where: str, actor: Actor, role: str, now: datetime) -> Plan:
    """Afterwards the year counts everywhere, each due day it moved stands in its case's trail, and the people concerned
    are told. A year that is there already changes nothing. CalendarError as `read_year`; then nothing changes either.

    Nodes take the year up after commit; until then the shelf keeps its law.
    """
    if tx.dialect.name == "postgresql":  # ids become visible in order: a node that saw one has seen all before it
        tx.execute(text("LOCK TABLE calendar_year IN SHARE ROW EXCLUSIVE MODE"))
    shelf.refresh(tx)
    year, new = read_year(content, where, shelf.law.calendars)
    if not new:
        return Plan(year, False, ())
    digest = "sha256:" + hashlib.sha256(content.encode()).hexdigest()
    tx.execute(
        insert(calendar_year).values(
            name=year.place or shelf.law.calendar.name, year=year.year, content=content, digest=digest, source=year.source,
            published=year.published, loaded_at=now, person_id=actor.id,
        )
    )  # fmt: skip
    moved = recount(tx, _counting_with(shelf.law, year), year, now)
    seq, head = chain.heads(tx, STREAM)
    chain.append(
        tx, stream=STREAM, prev_seq=seq, prev_digest=head, case_id=None, record_id=None, at=now, action="load_calendar",
        from_state=None, to_state=None, actor_id=actor.id, actor_name=actor.name, actor_role=role, reason=year.source,
        command_id=None,
        content={
            "year": year.year, "region": year.region, "digest": digest, "published": year.published, "moved": len(moved)
        },
    )  # fmt: skip
    return Plan(year, True, moved)


def missing_year(calendar: Calendar, today: date) -> int | None:
    """Next year, when from 1 December its arrangement is still not there, or this year when even that is missing."""
    years = (today.year, *((today.year + 1,) if (today.month, today.day) >= WARN_FROM else ()))
    return next((y for y in years if y not in calendar.years or not calendar.years[y].published), None)


def _counting_with(law: Library, year: CalendarYear) -> Library:
    return replace(law, calendars=law.calendars.counting_with(year))


def _line_of_year(content: str, where: str) -> str:
    for number, line in enumerate(content.splitlines(), start=1):
        if re.match(r"\s*year\s*=", line):
            return f"{where}:{number}"
    return where
