"""From decision to publication (双公示时限): what each office published in time, late, or has not yet published.

Records of the past that are delivered late (补报) are counted by themselves: they say nothing of today's work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import SEES_ALL
from repairflow.law.acts import KINDS, PUBLISHED_WITHIN
from repairflow.law.procedure.library import Library
from repairflow.records import act, event, office, record
from repairflow.records.rows import all_rows
from repairflow.times import local_day

WINDOW = timedelta(days=365)
MOST = 200


class _Decision(NamedTuple):
    office: str
    number: str
    document_number: str
    kind: str
    decision_date: date
    published: date | None
    past: bool
    due_day: date | None = None  # where it stands with the decision


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
    counts: dict[str, Counter[str]] = {}
    late: list[Late] = []
    for one in _decisions(tx, actor, today - WINDOW):
        tally = counts.setdefault(one.office, Counter())
        if one.past:
            tally["past"] += 1
            continue
        due = one.due_day or law.calendar.add_working_days(one.decision_date, PUBLISHED_WITHIN)
        if (one.published or today) <= due:
            tally["in_time" if one.published else "waiting"] += 1
            continue
        tally["late" if one.published else "waiting_late"] += 1
        over = law.calendar.count_working_days(due, one.published or today)
        late.append(Late(*one[:5], due, one.published, over))
    late.sort(key=lambda one: (one.published is not None, one.due_day, one.number))
    rows = [OfOffice(name, *(tally[part] for part in OfOffice.__slots__[1:])) for name, tally in sorted(counts.items())]
    return Timeliness(tuple(rows), tuple(late[:MOST]), len(late))


def _decisions(tx: Connection, actor: Actor, since: date) -> Iterator[_Decision]:
    """What must be published: not what the law keeps from the public."""
    shown = (
        select(event.c.record_id, func.min(event.c.at).label("at"))
        .where(event.c.record_id.is_not(None), event.c.action == "publish")
        .group_by(event.c.record_id)
        .subquery()
    )
    penalties = (
        select(office.c.name, record.c.number, record.c.document_number, record.c.decision_date, shown.c.at, record.c.provenance)
        .join(office, office.c.id == record.c.authority_id)
        .outerjoin(shown, shown.c.record_id == record.c.id)
        .where(
            record.c.kind == "penalty", record.c.of_person.is_(False), record.c.minor.is_(False),
            record.c.publish_from.is_not(None), record.c.annulled_at.is_(None), record.c.decision_date >= since,
            _seen(actor, record.c.authority_id),
        )
    )  # fmt: skip
    for name, number, document, day, at, source in tx.execute(penalties):
        yield _Decision(
            name, number, document, "行政处罚", day, local_day(at) if at is not None else None, past=source != ""
        )
    acts = (
        select(
            office.c.name.label("office"), act.c.number, act.c.document_number, act.c.kind, act.c.decision_date,
            act.c.published_day.label("published"), (act.c.provenance != "").label("past"), act.c.due_day,
        )
        .join(office, office.c.id == act.c.office_id)
        .where(
            act.c.state.in_(("waiting", "published")), act.c.of_person.is_(False), act.c.decision_date >= since,
            _seen(actor, act.c.office_id),
        )
    )  # fmt: skip
    for row in all_rows(tx.execute(acts), _Decision):
        yield row._replace(kind=KINDS[row.kind], past=bool(row.past))


def _seen(actor: Actor, column: ColumnElement[int]) -> ColumnElement[bool]:
    everywhere = actor.oversees or actor.has_role(*SEES_ALL)
    return column.is_not(None) if everywhere else column.in_(sorted(actor.offices))
