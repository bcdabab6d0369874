"""What an officer looks at in the queue (我的待办): which of the waiting cases, and in which order; what there is to choose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.cases.queue import SOON, handled_by, waiting_for
from repairflow.casework.queries.cases.view import Wanted
from repairflow.law.procedure.library import Library
from repairflow.records import cases, office, person, record

Order = Literal["due", "oldest", "newest"]
MOST = 2000
"""Cases that are counted through to say where one of them stands."""


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
    """The cases that wait for the actor and are wanted."""
    parts = [waiting_for(law, actor)]
    if wanted.own:
        parts.append(handled_by(actor))
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
    """The steps, deciding offices and handlers of the cases that `where` selects."""
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
    """One page of the cases that `where` selects, for `view.listing`."""
    newest, oldest = order == "newest", order == "oldest"
    return Wanted(where=where, after=after, size=size, newest_first=newest, oldest_first=oldest)


def position(tx: Connection, actor: Actor, where: ColumnElement[bool], order: Order, number: str) -> Position:
    """Where a case stands among those that `where` selects, and which come before and after it.

    One that is no longer among them (the step is done) is followed by the first.
    """
    query = select(cases.c.number).where(case_scope(actor), where)
    if order == "due":
        query = query.order_by(func.coalesce(cases.c.due_day, date(9999, 12, 31)), cases.c.id)
    else:
        query = query.order_by(cases.c.id.desc() if order == "newest" else cases.c.id)
    found = list(tx.execute(query.limit(MOST)).scalars())
    if number not in found:
        return Position(None, len(found), "", found[0] if found else "")
    here = found.index(number)
    return Position(
        here + 1, len(found), found[here - 1] if here else "", found[here + 1] if here + 1 < len(found) else ""
    )
