"""The queue of an officer (我的待办) in figures: how much waits, of which procedure, how near its due day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.cases.turn import my_turn
from repairflow.law.procedure.library import Library
from repairflow.records import cases, deadline, event
from repairflow.records.rows import all_rows

SOON = 2
"""Working days before the due day from which a case is near it."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases wait. `by_procedure` is in the order of the labels people know them by."""

    late: int
    soon: int
    rest: int
    by_procedure: tuple[tuple[str, str, int], ...]  # name, label, count

    @property
    def total(self) -> int:
        """All of them."""
        return self.late + self.soon + self.rest


def load(tx: Connection, law: Library, actor: Actor, today: date, where: ColumnElement[bool]) -> Load:
    """Return what waits among the cases the actor may see and `where` selects."""
    near = law.calendar.add_working_days(today, SOON)
    late = func.sum(case((cases.c.due_day < today, 1), else_=0))
    soon = func.sum(case((and_(cases.c.due_day >= today, cases.c.due_day <= near), 1), else_=0))
    rows = tx.execute(
        select(cases.c.procedure, func.count(), late, soon)
        .where(case_scope(actor), where)
        .group_by(cases.c.procedure)
        .order_by(cases.c.procedure.desc())  # repair, the most frequent, first
    ).all()
    counts = tuple((name, law.versions(name)[-1].label, count) for name, count, _, _ in rows)
    behind, near_end, total = (sum(int(row[n] or 0) for row in rows) for n in (2, 3, 1))
    return Load(behind, near_end, total - behind - near_end, counts)


def waiting_for(law: Library, actor: Actor, *, own: bool = False) -> ColumnElement[bool]:
    """Return the cases that wait for the actor; with `own` only those in which it took a step before."""
    turn = my_turn(law, actor)
    return and_(turn, handled_by(actor)) if own else turn


def handled_by(actor: Actor) -> ColumnElement[bool]:
    """Return the cases in which the actor took a step (我经办的)."""
    # the other way round SQLite would go through all that the actor ever did, once for each case
    return literal(actor.id).in_(select(event.c.actor_id).where(event.c.case_id == cases.c.id).scalar_subquery())


class LimitRow(NamedTuple):
    """A limit of a case, for a list."""

    number: str
    label: str
    state: str
    due_day: date | None
    provisional: bool
    days_total: int


def limits(tx: Connection, numbers: Iterable[str]) -> Mapping[str, LimitRow]:
    """Return the limit that orders each case: its running one that ends first, else one that waits for service or stands still; by case
    number.
    """
    query = (
        select(
            cases.c.number,
            deadline.c.label,
            deadline.c.state,
            deadline.c.due_day,
            deadline.c.provisional,
            deadline.c.days_total,
        )
        .join(cases, cases.c.id == deadline.c.case_id)
        .where(cases.c.number.in_(list(numbers)))
    )
    found: dict[str, LimitRow] = {}
    order = {"running": 0, "waiting": 1}
    for row in sorted(
        all_rows(tx.execute(query), LimitRow), key=lambda r: (order.get(r.state, 2), r.due_day or date.max)
    ):
        found.setdefault(row.number, row)
    return found
