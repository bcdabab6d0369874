"""Favourable lists by the calendar: their entries have no record whose days would end them, so the worker looks each night.

An entry whose longest stay is over ends (期满退出). Where its list says so, a case of its review (按期考评) is opened some time
before, and while one is open the entry waits for what it finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, null, or_, select

from repairflow.casework.cases.expiry_case import EXPIRY, Ending, begin, end
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.law.calendar.periods import Period
from repairflow.law.procedure.packs import ListKind
from repairflow.law.publicity import list_days
from repairflow.read_once import standing_still
from repairflow.records import case_link, cases, list_entry, stays_from
from repairflow.records.rows import ListEntryRow, all_rows
from repairflow.times import local_day

EXIT, REVIEW, YEARLY = "honour_exit", "honour_review", "yearly"


class _Row(NamedTuple):
    id: int
    list_kind: str
    since: date
    pack: str
    reviewed: datetime | None  # when its newest review was opened


def due(tx: Connection, services: Services, now: datetime) -> tuple[int, ...]:
    """Ids of favourable entries that stand beyond their longest stay, and whose exit or review no office is handling."""
    later = cases.alias()
    handled = exists().where(
        case_link.c.from_id == list_entry.c.case_id, case_link.c.to_id == later.c.id, later.c.closed_at.is_(None),
        or_(later.c.procedure == REVIEW, (later.c.procedure == EXIT) & (later.c.kind != EXPIRY)),
    )  # fmt: skip
    return tuple(row.id for row, _, until in _standing(tx, services, handled) if until < local_day(now))


def expire(tx: Connection, services: Services, entries: Sequence[int], now: datetime) -> int:
    """Ensure that each of these entries that still stands has left its list by a case of the system, or that case waits for the
    office where a letter may not be issued yet, and is looked at again the next night; gives how many left."""
    with standing_still(tx):
        return sum(end(tx, services, ending_of(entry), now)[0] for entry in _locked(tx, entries))


def to_review(tx: Connection, services: Services, now: datetime) -> tuple[int, ...]:
    """Ids of favourable entries whose list wants a review before their stay ends, whose time for it has come, and that have had
    none since their stay began."""
    later = cases.alias()
    follows = (case_link.c.from_id == list_entry.c.case_id, case_link.c.to_id == later.c.id)
    open_now = exists().where(*follows, later.c.procedure.in_((REVIEW, EXIT)), later.c.closed_at.is_(None))
    newest = select(func.max(later.c.filed_at)).where(*follows, later.c.procedure == REVIEW).correlate(list_entry)
    today = local_day(now)
    return tuple(
        row.id
        for row, kind, until in _standing(tx, services, open_now, newest.scalar_subquery())
        if kind.review is not None
        and _before(kind, today) >= until
        and (row.reviewed is None or local_day(row.reviewed) < row.since)
    )


def open_reviews(tx: Connection, services: Services, entries: Sequence[int], now: datetime) -> int:
    """Ensure that a case of the system asks the office to review each of these entries that still stands; gives how many."""
    rows = _locked(tx, entries)
    for entry in rows:
        since = entry.renewed_on or entry.listed_on
        begin(tx, services, Ending(REVIEW, entry, None, of_system(REVIEW, entry.id, since), YEARLY), now)
    return len(rows)


def ending_of(entry: ListEntryRow) -> Ending:
    """Return what ends a favourable entry: it has no record. Its command is another one after each review that it passed."""
    return Ending(EXIT, entry, None, of_system(EXIT, entry.id, entry.renewed_on or entry.listed_on))


def _locked(tx: Connection, entries: Sequence[int]) -> list[ListEntryRow]:
    standing = select(list_entry).where(list_entry.c.id.in_(entries), list_entry.c.left_on.is_(None))
    return list(all_rows(tx.execute(standing.order_by(list_entry.c.id).with_for_update()), ListEntryRow))


def _standing(
    tx: Connection, services: Services, but: ColumnElement[bool], reviewed: ColumnElement[datetime] | None = None
) -> Iterator[tuple[_Row, ListKind, date]]:
    """Favourable entries that stand, with their list and the last day of their stay; without those of whom `but` is true."""
    columns = (list_entry.c.id, list_entry.c.list_kind, stays_from.label("since"), cases.c.pack)
    rows = tx.execute(
        select(*columns, (null() if reviewed is None else reviewed).label("reviewed"))
        .join(cases, cases.c.id == list_entry.c.case_id)
        .where(list_entry.c.record_id.is_(None), list_entry.c.left_on.is_(None), ~but)
        .order_by(list_entry.c.id)
    )
    for row in all_rows(rows, _Row):
        kind = services.law.packs[row.pack].list_kind[row.list_kind]
        yield row, kind, list_days(kind, row.since).max_until


def _before(kind: ListKind, today: date) -> date:
    """Return the last day of a stay whose review begins today."""
    assert kind.review is not None
    unit = kind.review.unit
    assert unit == "months" or unit == "years"  # packs refuse any other
    return Period(kind.review.count, unit).after(today)
