"""What an officer looks at in the queue (我的待办): which of the waiting cases, and in which order; what there is to choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.cases.order import by_due
from repairflow.casework.queries.cases.queue import SOON, handled_by, waiting_for
from repairflow.casework.queries.cases.view import Wanted
from repairflow.casework.queries.cases.workload import assigned
from repairflow.law.procedure.library import Library
from repairflow.records import cases, office, person, record

Order = Literal["due", "oldest", "newest"]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of the cases that wait for an officer; what is empty asks nothing."""

    procedure: str = ""
    step: str = ""  # procedure and state, with a dot between them
    office: int | None = None  # that decides
    handler: int | None = None  # the person who took the last step of an office
    near: str = ""  # late | soon | later
    filed_from: date | None = None
    filed_to: date | None = None
    severity: str = ""
    assigned: str = ""  # mine | nobody | others: who sees to the officer's part
    own: bool = False  # those in which the officer took a step before


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a filter may ask for, and how many of the waiting cases it has."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose among the waiting cases."""

    steps: tuple[Choice, ...]
    offices: tuple[Choice, ...]
    handlers: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands among those looked at: `index` from 1, None where it is not one of them."""

    index: int | None
    total: int
    previous: str
    following: str


def condition(law: Library, actor: Actor, today: date, wanted: QueueFilter) -> ColumnElement[bool]:
    """Return the cases that wait for the actor and are wanted."""
    parts = [waiting_for(law, actor)]
    if wanted.own:
        parts.append(handled_by(actor))
    if wanted.assigned:
        parts.append(assigned(actor, wanted.assigned))
    if wanted.procedure:
        parts.append(cases.c.procedure == wanted.procedure)
    if wanted.step:
        procedure, _, state = wanted.step.partition(".")
        parts += [cases.c.procedure == procedure, cases.c.state == state]
    if wanted.office is not None:
        parts.append(cases.c.deciding_id == wanted.office)
    if wanted.handler is not None:
        parts.append(cases.c.handler_id == wanted.handler)
    if wanted.near:
        parts.append(_near(law, today, wanted.near))
    if wanted.filed_from:
        parts.append(cases.c.filed_day >= wanted.filed_from)
    if wanted.filed_to:
        parts.append(cases.c.filed_day <= wanted.filed_to)
    if wanted.severity:
        parts.append(cases.c.record_id.in_(select(record.c.id).where(record.c.severity == wanted.severity)))
    return and_(*parts)


def _near(law: Library, today: date, near: str) -> ColumnElement[bool]:
    last = law.calendar.add_working_days(today, SOON)
    due = cases.c.due_day
    if near == "late":
        return due < today
    return and_(due >= today, due <= last) if near == "soon" else or_(due > last, due.is_(None))


def choices(tx: Connection, law: Library, actor: Actor, where: ColumnElement[bool]) -> Choices:
    """Return the steps, deciding offices and handlers of the cases that `where` selects."""
    columns = cases.c.procedure, cases.c.state, cases.c.deciding_id, cases.c.handler_id
    version = func.max(cases.c.procedure_version)
    rows = tx.execute(select(*columns, version, func.count()).where(case_scope(actor), where).group_by(*columns)).all()
    steps: Counter[tuple[str, str]] = Counter()
    offices: Counter[int] = Counter()
    handlers: Counter[int] = Counter()
    labels: dict[tuple[str, str], str] = {}
    for procedure, state, place, handler, newest, count in rows:
        steps[procedure, state] += count
        offices[place] += count
        if handler is not None:
            handlers[handler] += count
        of = law.procedure(procedure, newest)
        labels[procedure, state] = f"{of.label}：{of.state[state].label}"
    places = {
        row.id: row.name for row in tx.execute(select(office.c.id, office.c.name).where(office.c.id.in_(offices)))
    }
    people = {
        row.id: row.name for row in tx.execute(select(person.c.id, person.c.name).where(person.c.id.in_(handlers)))
    }
    return Choices(
        tuple(Choice(f"{one[0]}.{one[1]}", labels[one], count) for one, count in sorted(steps.items(), reverse=True)),
        tuple(Choice(str(one), places[one], count) for one, count in sorted(offices.items())),
        tuple(Choice(str(one), people.get(one, ""), count) for one, count in sorted(handlers.items())),
    )


def page_of(where: ColumnElement[bool], order: Order, after: str | None, size: int) -> Wanted:
    """Return one page of the cases that `where` selects, for `view.listing`."""
    newest, oldest = order == "newest", order == "oldest"
    return Wanted(where=where, after=after, size=size, newest_first=newest, oldest_first=oldest)


def decided_by(tx: Connection, actor: Actor, office_id: int) -> bool:
    """Tell whether the actor may see a case that this office decides: a post of another office has turns in those, too."""
    seen = select(cases.c.id).where(case_scope(actor), cases.c.deciding_id == office_id)
    return tx.execute(seen.limit(1)).first() is not None


def count(tx: Connection, actor: Actor, where: ColumnElement[bool]) -> int:
    """Return how many cases `where` selects."""
    return tx.execute(select(func.count()).select_from(cases).where(case_scope(actor), where)).scalar_one()


def position(tx: Connection, actor: Actor, where: ColumnElement[bool], order: Order, number: str) -> Position:
    """Return where a case stands among those that `where` selects, and which come before and after it, as `view.listing` has them.

    One that is no longer among them (the step is done) is followed by the first.
    """
    keys: Sequence[ColumnElement[Any]] = {
        "due": (by_due(), cases.c.id), "oldest": (cases.c.id,), "newest": (cases.c.id.desc(),)
    }[order]  # fmt: skip
    own = cases.c.number
    ranked = (
        select(
            own.label("number"),
            func.row_number().over(order_by=keys).label("place"),
            func.count().over().label("total"),
            func.lag(own).over(order_by=keys).label("previous"),
            func.lead(own).over(order_by=keys).label("following"),
        )
        .where(case_scope(actor), where)
        .subquery()
    )
    found = tx.execute(select(ranked).where(or_(ranked.c.number == number, ranked.c.place == 1))).all()
    if (here := next((row for row in found if row.number == number), None)) is not None:
        return Position(here.place, here.total, here.previous or "", here.following or "")
    return Position(None, found[0].total, "", found[0].number) if found else Position(None, 0, "", "")
