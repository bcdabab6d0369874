"""From decision to publication (双公示时限): what each office published in time, late, or has not yet published.

Records of the past that are delivered late (补报) are counted by themselves: they say nothing of today's work. Where there are
many decisions the worker counts them (`counted`) and pages read what it kept; few are counted by the page itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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

from repairflow.casework import kept_figures
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import SEES_ALL
from repairflow.law.acts import KINDS, PUBLISHED_WITHIN
from repairflow.law.procedure.library import Library
from repairflow.prepared import constant
from repairflow.records import act, event, office, record
from repairflow.times import end_of_day, local_day

WINDOW = timedelta(days=365)
MOST = 200
"""So many late ones are listed, of an office and of all."""
FEW = 500
"""As many decisions a page counts itself: it shows what was done a moment ago."""
KEPT = "timeliness"
ALL = f"{KEPT}/all"
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
    counted_at: datetime | None = None
    """When the worker counted; None: just now."""


STATES = OfOffice.__slots__[1:]
Part = dict[str, Any]
"""{counts: {name of the office: {state: how many}}, late: [{office, number, …}]}: what is kept of one office, or of all."""


def timeliness(tx: Connection, law: Library, actor: Actor, today: date) -> Timeliness:
    """Of the decisions of a year, as far as the actor may look: its own offices', all for who oversees."""
    everywhere = actor.oversees or actor.has_role(*SEES_ALL)
    names = [ALL] if everywhere else [f"{KEPT}/{office_id}" for office_id in sorted(actor.offices)]
    kept = kept_figures.kept(tx, ALL, *names)
    if ALL in kept:
        return _read(law, [kept[name].content for name in names if name in kept], today, kept[ALL].counted_at)
    offices = None if everywhere else sorted(actor.offices)
    return _read(law, _counts(tx, law, offices, today).values(), today, None)


def counted(tx: Connection, law: Library, today: date) -> dict[str, Part]:
    """Return what the worker keeps: a part for each office, and one for all; nothing where there are few decisions."""
    parts = _counts(tx, law, None, today)
    if sum(sum(counts.values()) for part in parts.values() for counts in part["counts"].values()) <= FEW:
        return {}
    counts = {office_id: found for part in parts.values() for office_id, found in part["counts"].items()}
    late = sorted((one for part in parts.values() for one in part["late"]), key=_order)[:MOST]
    return {ALL: {"counts": counts, "late": late}, **{f"{KEPT}/{number}": part for number, part in parts.items()}}


def _read(law: Library, parts: Iterable[Mapping[str, Any]], today: date, counted_at: datetime | None) -> Timeliness:
    """Return the parts together, as the page has them."""
    found, late = list(parts), list[Late]()
    counts = {name: tally for part in found for name, tally in part["counts"].items()}
    rows = [OfOffice(name, *(tally.get(part, 0) for part in STATES)) for name, tally in sorted(counts.items())]
    for one in sorted((one for part in found for one in part["late"]), key=_order)[:MOST]:
        decided, due = date.fromisoformat(one["decided"]), date.fromisoformat(one["due"])
        shown = date.fromisoformat(one["published"]) if one["published"] else None
        days = law.calendar.count_working_days(due, shown or today)
        kind = LABELS[one["kind"]]
        late.append(Late(one["office"], one["number"], one["document_number"], kind, decided, due, shown, days))
    return Timeliness(tuple(rows), tuple(late), sum(one.late + one.waiting_late for one in rows), counted_at)


def _order(one: Mapping[str, Any]) -> tuple[bool, str, str]:
    """Return what still waits first, the oldest first."""
    return one["published"] is not None, one["due"], one["number"]


def _counts(tx: Connection, law: Library, offices: list[int] | None, today: date) -> dict[int, Part]:
    """By office (None: of every one): how many there are of each state, and the first that were published late or wait."""
    parts: dict[int, Part] = {}
    for decided in (_penalties(offices, _limits(law, today), today), _acts(offices, today)):
        found = decided.subquery()
        of_state = select(found.c.office_id, found.c.office, found.c.state, func.count())
        for number, name, state, count in tx.execute(
            of_state.group_by(found.c.office_id, found.c.office, found.c.state)
        ):
            part = parts.setdefault(number, {"counts": {name: Counter()}, "late": []})
            part["counts"][name][state] += count
        for number, one in _late(tx, found):
            parts[number]["late"].append(one)
    return parts


def _limits(law: Library, today: date) -> CTE:
    """Of each day on which something may have been decided: the last day of its time, and the moment that day ends."""
    days = [today - timedelta(days) for days in range(WINDOW.days + 1)]
    last = {day: law.calendar.add_working_days(day, PUBLISHED_WITHIN) for day in days}
    of_day = values(column("day", Date), column("due", Date), column("ends", event.c.at.type), name="of_day")
    return of_day.data([(day, due, end_of_day(due)) for day, due in last.items()]).cte("time_to_publish")


def _late(tx: Connection, found: Subquery) -> Iterable[tuple[int, dict[str, Any]]]:
    """Of each office the first that were published late or wait beyond their time."""
    order = found.c.published.is_not(None), found.c.due, found.c.number
    place = func.row_number().over(partition_by=found.c.office_id, order_by=order).label("place")
    late = select(found, place).where(found.c.state.in_(("late", "waiting_late"))).subquery()
    for row in tx.execute(select(late).where(late.c.place <= MOST)):
        shown = local_day(row.published) if isinstance(row.published, datetime) else row.published
        yield (
            row.office_id,
            {
                "office": row.office, "number": row.number, "document_number": row.document_number, "kind": row.kind,
                "decided": row.decided.isoformat(), "due": row.due.isoformat(),
                "published": shown.isoformat() if shown is not None else None,
            },
        )  # fmt: skip


def _penalties(offices: list[int] | None, limits: CTE, today: date) -> Select[Any]:
    """Return the records that must be published: not what the law keeps from the public. Published is what its trail says first."""
    shown = event.c.action == constant("publish")  # written out, as the index of such events has it
    first = select(func.min(event.c.at)).where(event.c.record_id == record.c.id, shown)
    decided = (
        select(
            office.c.id.label("office_id"), office.c.name.label("office"),
            record.c.number, record.c.document_number, literal(PENALTY).label("kind"),
            record.c.decision_date.label("decided"), first.correlate(record).scalar_subquery().label("published"),
            (record.c.provenance != "").label("past"), limits.c.due, limits.c.ends,
        )
        .join(office, office.c.id == record.c.authority_id)
        # every day of the window has its limit; joined so, each record asks for its day, and not each day for all records
        .outerjoin(limits, limits.c.day == record.c.decision_date)
        .where(
            record.c.kind == "penalty", record.c.of_person.is_(False), record.c.minor.is_(False),
            record.c.publish_from.is_not(None), record.c.annulled_at.is_(None),
            record.c.decision_date.between(today - WINDOW, today), _seen(offices, record.c.authority_id),
        )
        .subquery()
    )  # fmt: skip
    return _with_state(decided, decided.c.published < decided.c.ends, today)


def _acts(offices: list[int] | None, today: date) -> Select[Any]:
    """Return the acts that must be published, with the day that stands with each."""
    decided = (
        select(
            office.c.id.label("office_id"), office.c.name.label("office"),
            act.c.number, act.c.document_number, act.c.kind,
            act.c.decision_date.label("decided"), act.c.published_day.label("published"),
            (act.c.provenance != "").label("past"), act.c.due_day.label("due"),
        )
        .join(office, office.c.id == act.c.office_id)
        .where(
            act.c.state.in_(("waiting", "published")), act.c.of_person.is_(False),
            act.c.decision_date.between(today - WINDOW, today), _seen(offices, act.c.office_id),
        )
        .subquery()
    )  # fmt: skip
    return _with_state(decided, decided.c.published <= decided.c.due, today)


def _with_state(decided: Subquery, in_time: ColumnElement[bool], today: date) -> Select[Any]:
    """Return the decisions, and how each stands by the names of `OfOffice`."""
    state = case(
        (decided.c.past, "past"), (in_time, "in_time"), (decided.c.published.is_not(None), "late"),
        (decided.c.due >= today, "waiting"), else_="waiting_late",
    )  # fmt: skip
    return select(decided, state.label("state"))


def _seen(offices: list[int] | None, column: ColumnElement[int]) -> ColumnElement[bool]:
    return column.is_not(None) if offices is None else column.in_(offices)
