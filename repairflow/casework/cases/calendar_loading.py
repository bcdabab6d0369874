"""Loading a year of working days (工作日历): what it would change, and the change itself.

The due days a year moves are counted anew in the same transaction, each with an event in its case's trail.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, text

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases import act_settling
from repairflow.casework.cases.deadline_recount import Moved, moves, recount
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.law_store import LawStore
from repairflow.errors import Problem
from repairflow.law.calendar.regions import Calendars
from repairflow.law.calendar.workdays import Calendar, CalendarError, CalendarYear, parse_year
from repairflow.law.procedure.library import Library
from repairflow.records import calendar_year

STREAM = "calendar"
WARN_FROM = (12, 1)
"""The State Council publishes next year's arrangement in November; who has not loaded it by then is warned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading a year would do: `year` as read, whether it says anything new, and which due days would move."""

    year: CalendarYear
    new: bool
    moved: tuple[Moved, ...]


def read_year(content: str, where: str, calendars: Calendars) -> tuple[CalendarYear, bool]:
    """Return a year's file, national or of a place, as a value, and whether it brings anything new.

    CalendarError with the line of every fault; also for a published year that is there with other days, unless the file
    names the notice that amends it, and for an amendment of a year that was never published.
    """
    year = parse_year(content, where)
    there = calendars.held(year)
    if year.amends and (there is None or not there.published):
        told = f"{year.title}还没有载入已公布的放假安排，没有可以修改的内容；请先载入原安排，或者删去 amends"
        raise CalendarError(f"{where} 未采用：没有可以修改的安排", [Problem(_line_of(content, where, "amends"), told)])
    if there is None:
        return year, True
    same = (there.off, there.work) == (year.off, year.work)
    if same and (there.published or not year.published):
        return year, False
    if there.published and not year.amends:
        told = (
            f"{year.title}的放假安排已经载入（{there.source}），这一份的内容与它不同：{_differing(there, year)}。"
            '国家修改了已公布的安排的，请写明通知：amends = "通知名称"'
        )
        raise CalendarError(
            f"{where} 未采用：同一年份不能载入两份不同的安排", [Problem(_line_of(content, where, "year"), told)]
        )
    return year, True


def _differing(there: CalendarYear, year: CalendarYear) -> str:
    days = sorted((there.off ^ year.off) | (there.work ^ year.work))
    return "、".join(map(str, days[:5])) + ("等" if len(days) > 5 else "") or "未标明已公布"


def plan(tx: Connection, law: Library, content: str, where: str, today: date) -> Plan:
    """Return what loading this file would do, without doing it; CalendarError as `read_year`."""
    year, new = read_year(content, where, law.calendars)
    return Plan(year, new, moves(tx, _counting_with(law, year), year, today) if new else ())


def load(tx: Connection, law_store: LawStore, content: str, where: str, actor: Actor, role: str, now: datetime) -> Plan:
    """Ensure that the year counts everywhere, each due day it moved stands in its case's trail, and the people concerned
    are told. A year that is there already changes nothing. CalendarError as `read_year`; then nothing changes either.

    Nodes take the year up after commit; until then the store keeps its law.
    """
    if tx.dialect.name == "postgresql":  # ids become visible in order: a node that saw one has seen all before it
        tx.execute(text("LOCK TABLE calendar_year IN SHARE ROW EXCLUSIVE MODE"))
    law_store.refresh(tx)
    year, new = read_year(content, where, law_store.law.calendars)
    if not new:
        return Plan(year, False, ())
    digest = "sha256:" + hashlib.sha256(content.encode()).hexdigest()
    if tx.execute(select(calendar_year.c.id).where(calendar_year.c.digest == digest)).first() is not None:
        told = "与先前载入的一份逐字相同，其后又作过修改；恢复原安排的，请在 amends 中写明恢复所依据的通知"
        raise CalendarError(f"{where} 未采用：这一份先前载入过", [Problem(_line_of(content, where, "year"), told)])
    before = law_store.law.calendars.held(year)
    tx.execute(
        insert(calendar_year).values(
            name=year.place or law_store.law.calendar.name, year=year.year, content=content, digest=digest, source=year.source,
            published=year.published, loaded_at=now, person_id=actor.id,
        )
    )  # fmt: skip
    counting = _counting_with(law_store.law, year)
    moved = recount(tx, counting, year, now)
    acts = act_settling.recount(tx, counting.calendar)
    said: dict[str, object] = {
        "year": year.year, "region": year.region, "digest": digest, "published": year.published, "moved": len(moved),
        **({"acts": acts} if acts else {}),
    }  # fmt: skip
    if year.amends and before:
        said |= {"amends": year.amends, "differs": _differing(before, year)}
    action = EventName.AMEND_CALENDAR if year.amends else EventName.LOAD_CALENDAR
    reason = year.amends or year.source
    event_log.append(tx, STREAM, NewEvent(action=action, at=now, by=actor, role=role, reason=reason, content=said))
    return Plan(year, True, moved)


def missing_year(calendar: Calendar, today: date) -> int | None:
    """Next year, when from 1 December its arrangement is still not there, or this year when even that is missing."""
    years = (today.year, *((today.year + 1,) if (today.month, today.day) >= WARN_FROM else ()))
    return next((y for y in years if y not in calendar.years or not calendar.years[y].published), None)


def _counting_with(law: Library, year: CalendarYear) -> Library:
    return replace(law, calendars=law.calendars.counting_with(year))


def _line_of(content: str, where: str, key: str) -> str:
    for number, line in enumerate(content.splitlines(), start=1):
        if re.match(rf"\s*{key}\s*=", line):
            return f"{where}:{number}"
    return where
