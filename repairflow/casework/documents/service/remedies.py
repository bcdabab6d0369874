"""Remedies (救济期限): the day on which a letter counts as served, and the last days of what its service starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework.context import Services
from repairflow.law.calendar.periods import add_months
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.procedure.packs import RulePack
from repairflow.letters.text.templates import template
from repairflow.records import cases, record

# 公告、复议、诉讼期限均未核对原文；规则包的 switch 可以另定。Shown with their badge, never cited in a letter.
ANNOUNCEMENT_DAYS = 30
RECONSIDERATION_DAYS = 60
LITIGATION_MONTHS = 6


@dataclass(frozen=True, slots=True)
class RemedyEnd:
    """The last day of a remedy; `verified` says whether somebody has held the figure against the law's text."""

    label: str
    day: date
    verified: bool


def effective_day(mode: str, served_on: date, pack: RulePack | None = None) -> date:
    """The day on which a letter counts as served: the day itself, or the end of an announcement's time."""
    if mode != "announcement":
        return served_on
    return served_on + timedelta(
        days=int(pack.switch.get("announcement_days", ANNOUNCEMENT_DAYS)) if pack else ANNOUNCEMENT_DAYS
    )


def remedy_ends(pack: RulePack, served_on: date, calendar: Calendar) -> tuple[RemedyEnd, ...]:
    """The last days to seek reconsideration and to sue, counted from service.

    民法典 201: the day itself is not counted; 203: a last day that is a holiday moves to the day after it.
    """
    days = int(pack.switch.get("reconsideration_days", RECONSIDERATION_DAYS))
    months = int(pack.switch.get("litigation_months", LITIGATION_MONTHS))
    ends = (("reconsideration", served_on + timedelta(days=days)), ("litigation", add_months(served_on, months)))
    return tuple(
        RemedyEnd(pack.remedy[name].label, calendar.roll(day), verified=False)
        for name, day in ends
        if name in pack.remedy
    )


def pack_of(tx: Connection, services: Services, row: Any) -> RulePack:
    """The rule pack that a letter's case, or its record, is pinned to."""
    table, key = (cases, row.case_id) if row.case_id is not None else (record, row.record_id)
    return services.law.packs[tx.execute(select(table.c.pack).where(table.c.id == key)).scalar_one()]


def ends_of(tx: Connection, services: Services, row: Any, served: Any) -> tuple[RemedyEnd, ...]:
    """The last days of the remedies that serving this letter started; none for a letter that is not adverse."""
    if not template(row.kind, row.template_version).remedy:
        return ()
    return remedy_ends(pack_of(tx, services, row), served.effective_day, services.law.calendar)


def last_day(tx: Connection, services: Services, row: Any, served: Any) -> date | None:
    """The day on which the last of these remedies ends, or None."""
    return max((end.day for end in ends_of(tx, services, row, served)), default=None)
