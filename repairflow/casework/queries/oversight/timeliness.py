"""From decision to publication (双公示时限): what each office published in time, late, or has not yet published.

Records of the past that are delivered late (补报) are counted by themselves: they say nothing of today's work. The database counts
and sorts, so that the page reads as much of a large archive as of a small one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Date,
    Select,
    Subquery,
    case,
    column,
    func,
    literal,
    select,
    values,
)

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import SEES_ALL
from repairflow.law.acts import KINDS, PUBLISHED_WITHIN
from repairflow.law.procedure.library import Library
from repairflow.prepared import constant
from repairflow.records import act, event, office, record
from repairflow.times import end_of_day, local_day

WINDOW = timedelta(days=365)
MOST = 200
PENALTY = "penalty"
LABELS = {**KINDS, PENALTY: "行政处罚"}


@dataclass(frozen=True, slots=True)
class Late:
    """A decision that was published late or waits; `days` working days over the time."""

    office: str
    number: str
    document_number: str
    kind: str
    decision_date: date
    due_day: date
    published: date | None
    days: int


@dataclass(frozen=True, slots=True)
class OfOffice:
    """The counts of one office; `past` those delivered late as records of the past."""

    office: str
    in_time: int
    late: int
    waiting_late: int
    waiting: int
    past: int


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Offices by name, what is late (what still waits first, the oldest first), and how many that is in all."""

    offices: tuple[OfOffice, ...]
    late: tuple[Late, ...]
    count: int


def timeliness(tx: Connection, law: Library, actor: Actor, today: date) -> Timeliness:
    """Of the decisions of a year, as far as the actor may look: its own offices', all for who oversees."""
    counts, late = dict[str, Counter[str]](), list[Late]()
    for decided in (_penalties(actor, _limits(law, today), today), _acts(actor, today)):
        found = decided.subquery()
        for name, state, count in tx.execute(
            select(found.c.office, found.c.state, func.count()).group_by(found.c.office, found.c.state)
        ):
            counts.setdefault(name, Counter())[state] += count
        late += _late(tx, law, found, today)
    late.sort(key=lambda one: (one.published is not None, one.due_day, one.number))
    rows = [OfOffice(name, *(tally[part] for part in OfOffice.__slots__[1:])) for name, tally in sorted(counts.items())]
    return Timeliness(tuple(rows), tuple(late[:MOST]), sum(one.late + one.waiting_late for one in rows))


def _limits(law: Library, today: date) -> CTE:
    """Of each day on which something may have been decided: the last day of its time, and the moment that day ends."""
    days = [today - timedelta(days) for days in range(WINDOW.days + 1)]
    last = {day: law.calendar.add_working_days(day, PUBLISHED_WITHIN) for day in days}
    of_day = values(column("day", Date), column("due", Date), column("ends", event.c.at.type), name="of_day")
    return of_day.data([(day, due, end_of_day(due)) for day, due in last.items()]).cte("time_to_publish")


def _late(tx: Connection, law: Library, found: Subquery, today: date) -> list[Late]:
    """The first that were published late or wait beyond their time, as the page has them."""
    rows = tx.execute(
        select(found)
        .where(found.c.state.in_(("late", "waiting_late")))
        .order_by(found.c.published.is_not(None), found.c.due, found.c.number)
        .limit(MOST)
    )
    told = []
    for row in rows:
        shown = local_day(row.published) if isinstance(row.published, datetime) else row.published
        days = law.calendar.count_working_days(row.due, shown or today)
        told.append(
            Late(row.office, row.number, row.document_number, LABELS[row.kind], row.decided, row.due, shown, days)
        )
    return told


def _penalties(actor: Actor, limits: CTE, today: date) -> Select[Any]:
    """The records that must be published: not what the law keeps from the public. Published is what its trail says first."""
    shown = event.c.action == constant("publish")  # written out, as the index of such events has it
    first = select(func.min(event.c.at)).where(event.c.record_id == record.c.id, shown)
    decided = (
        select(
            office.c.name.label("office"), record.c.number, record.c.document_number, literal(PENALTY).label("kind"),
            record.c.decision_date.label("decided"), first.correlate(record).scalar_subquery().label("published"),
            (record.c.provenance != "").label("past"), limits.c.due, limits.c.ends,
        )
        .join(office, office.c.id == record.c.authority_id)
        # every day of the window has its limit; joined so, each record asks for its day, and not each day for all records
        .outerjoin(limits, limits.c.day == record.c.decision_date)
        .where(
            record.c.kind == "penalty", record.c.of_person.is_(False), record.c.minor.is_(False),
            record.c.publish_from.is_not(None), record.c.annulled_at.is_(None),
            record.c.decision_date.between(today - WINDOW, today), _seen(actor, record.c.authority_id),
        )
        .subquery()
    )  # fmt: skip
    return _with_state(decided, decided.c.published < decided.c.ends, today)


def _acts(actor: Actor, today: date) -> Select[Any]:
    """The acts that must be published, with the day that stands with each."""
    decided = (
        select(
            office.c.name.label("office"), act.c.number, act.c.document_number, act.c.kind,
            act.c.decision_date.label("decided"), act.c.published_day.label("published"),
            (act.c.provenance != "").label("past"), act.c.due_day.label("due"),
        )
        .join(office, office.c.id == act.c.office_id)
        .where(
            act.c.state.in_(("waiting", "published")), act.c.of_person.is_(False),
            act.c.decision_date.between(today - WINDOW, today), _seen(actor, act.c.office_id),
        )
        .subquery()
    )  # fmt: skip
    return _with_state(decided, decided.c.published <= decided.c.due, today)


def _with_state(decided: Subquery, in_time: ColumnElement[bool], today: date) -> Select[Any]:
    """The decisions, and how each stands by the names of `OfOffice`."""
    state = case(
        (decided.c.past, "past"), (in_time, "in_time"), (decided.c.published.is_not(None), "late"),
        (decided.c.due >= today, "waiting"), else_="waiting_late",
    )  # fmt: skip
    return select(decided, state.label("state"))


def _seen(actor: Actor, column: ColumnElement[int]) -> ColumnElement[bool]:
    everywhere = actor.oversees or actor.has_role(*SEES_ALL)
    return column.is_not(None) if everywhere else column.in_(sorted(actor.offices))
