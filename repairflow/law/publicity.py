"""Publicity periods (公示期): from which day a subject may apply, and when publicity ends by itself. Pure.

A publicity period is no procedural limit: it counts from the date of the finding and is not moved by holidays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from repairflow.errors import Invalid
from repairflow.law.calendar.periods import Period
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import ListKind, RulePack, Severity
from repairflow.times import end_of_day

Phase = Literal["not_published", "not_started", "minimum", "open", "over"]

PHASE_LABELS: dict[Phase, str] = {
    "not_published": "不予公示",
    "not_started": "尚未开始",
    "minimum": "最短公示期内",
    "open": "可以申请修复",
    "over": "最长公示期已满",
}


@dataclass(frozen=True, slots=True)
class PublicityRule:
    """The periods of one class (轻微、一般、严重) in a rule pack; Invalid when the minimum exceeds the maximum."""

    published: bool
    minimum: Period | None
    maximum: Period

    def __post_init__(self) -> None:
        if self.minimum is not None and self.minimum.months > self.maximum.months:
            raise Invalid(f"最短公示期（{self.minimum}）不得长于最长公示期（{self.maximum}）。")


@dataclass(frozen=True, slots=True)
class Publicity:
    """The days of one record. `min_until` and `max_until` are last days, to 24:00; min_until None: no minimum."""

    start: date
    min_until: date | None
    apply_from: date
    max_until: date
    published: bool

    @property
    def ends_at(self) -> datetime:
        """The instant (UTC) from which the record is no longer public by itself."""
        return end_of_day(self.max_until)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a record stands on a day, for the bar on pages: fractions of the maximum period from 0 to 1, days to go."""

    served: float
    minimum_mark: float
    days_to_apply: int
    days_to_end: int
    phase: Phase

    @property
    def label(self) -> str:
        return PHASE_LABELS[self.phase]


def publicity(start: date, rule: PublicityRule, *, apply_on_next_day: bool = True) -> Publicity:
    """Return the publicity days of a record found by a document dated `start`.

    The minimum period is full at 24:00 of its last day, the same-numbered one (民法典 201, 202), and an application may be
    made once it is full (22号: 满后方可), so from the day after; a rule pack may say that the last day itself is enough.
    Without a minimum period it is open at once.
    """
    # 信用修复管理办法: from the date of the judicial or administrative document, not of publication.
    min_until = rule.minimum.after(start) if rule.minimum else None
    apply_from = start if min_until is None else min_until + timedelta(days=apply_on_next_day)
    return Publicity(start, min_until, apply_from, rule.maximum.after(start), rule.published)


def class_days(pack: RulePack, severity: Severity, start: date) -> Publicity:
    """Return the publicity days of a severity class by a rule pack, counted from `start`."""
    found = pack.period[severity]
    rule = PublicityRule(found.published, _period(found.minimum) if found.minimum else None, _period(found.maximum))
    return publicity(start, rule, apply_on_next_day=applies_next_day(pack))


def applies_next_day(pack: RulePack) -> bool:
    """Tell whether an application waits for the day after the minimum period's last day; a pack that says nothing means yes."""
    return bool(pack.switch.get("apply_on_next_day", True))


def list_days(kind: ListKind, listed: date) -> Publicity:
    """From when one may apply to leave a list entered on `listed`, and when one leaves by itself."""
    return publicity(
        listed, PublicityRule(kind.public, _period(kind.minimum) if kind.minimum else None, _period(kind.maximum))
    )


def stay_is_over(kind: ListKind, listed: date, today: date) -> bool:
    """Tell whether an entry that rests on no record has stood its longest day, whenever the worker comes to end it."""
    return list_days(kind, listed).max_until < today


def oldest_standing(kind: ListKind, today: date) -> date:
    """Return the first day on which an entry made that rests on no record still stands today."""
    day = today - timedelta(days=31 * (_period(kind.maximum).months + 1))  # no month is longer
    while stay_is_over(kind, day, today):
        day += timedelta(days=1)
    return day


def _period(days: Days) -> Period:
    unit = days.unit
    assert unit == "months" or unit == "years"  # packs refuse any other; mypy follows this form
    return Period(days.count, unit)


def progress(days: Publicity, today: date) -> Progress:
    """Return where the record stands on `today`. On the last day of the maximum period it is still public: 0 days to go."""
    whole = (days.max_until - days.start).days
    phase: Phase
    if not days.published:
        phase = "not_published"
    elif today < days.start:
        phase = "not_started"
    elif today > days.max_until:
        phase = "over"
    else:
        phase = "minimum" if today < days.apply_from else "open"
    return Progress(
        served=min(1.0, max(0.0, (today - days.start).days / whole)),
        minimum_mark=min(1.0, (days.apply_from - days.start).days / whole),
        days_to_apply=max(0, (days.apply_from - today).days),
        days_to_end=max(0, (days.max_until - today).days),
        phase=phase,
    )
