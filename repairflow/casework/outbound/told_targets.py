"""Which targets are told of a subject: those that show what is decided, authorities elsewhere only where the subject is registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, true

from repairflow.casework.outbound.push_cause import To
from repairflow.casework.rows_by_id import office_of, subject_of
from repairflow.prepared import Prepared
from repairflow.records import office, target
from repairflow.records.rows import all_rows

SHOWN_BY = ("public_platform", "province", "authority")
"""Targets that show records; partners hear only of the measures they imposed."""


REGISTERED = slice(2, 4)
"""Where a credit code (统一社会信用代码) names the province of registration, as division codes begin with it."""


class Goal(NamedTuple):
    """A target as far as it matters who is told; `place` is the division code of its office."""

    id: int
    code: str
    name: str
    kind: str
    takes: Sequence[str] | None
    place: str | None

    @property
    def to(self) -> To:
        """The target as messages are addressed to it."""
        return To(self.id, self.code, self.takes)


SHOWING = (
    select(
        target.c.id, target.c.code, target.c.name, target.c.kind, target.c.takes, office.c.division_code.label("place")
    )
    .outerjoin(office, office.c.id == target.c.office_id)
    .where(target.c.active, or_(*(target.c.kind == kind for kind in SHOWN_BY)))
    .order_by(target.c.id)
)
_SHOWING = Prepared(SHOWING, Goal)


def told_of(tx: Connection, subject_id: int, authority_id: int) -> Sequence[Goal]:
    """Return the targets that show what an authority decided about a subject."""
    return concerned(tx, SHOWING, subject_id, authority_id)


def concerned(tx: Connection, goals: Select[Any], subject_id: int, authority_id: int) -> Sequence[Goal]:
    """Of these targets those who are told of a subject; see `near`."""
    return near(tx, all_rows(tx.execute(goals), Goal), subject_id, authority_id)


def showing(tx: Connection) -> Sequence[Goal]:
    """Return the targets in use that show what is decided."""
    return _SHOWING.run(tx).rows


def is_told_of(goal: Goal, code: ColumnElement[str], division: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether the target is told of a subject (its credit code) by the office of a division: `near`, for many at once."""
    if goal.kind != "authority" or not goal.place:
        return true()
    home, registered = func.substr(division, 1, 2), func.substr(code, REGISTERED.start + 1, 2)
    return or_(home == goal.place[:2], registered == goal.place[:2])


def near(tx: Connection, rows: Sequence[Goal], subject_id: int, authority_id: int) -> Sequence[Goal]:
    """Of these targets those who are told of a subject: an authority's system in another province only where the subject is
    registered there (市场监管：决定推送外省登记机关)."""
    if not any(goal.kind == "authority" and goal.place for goal in rows):
        return rows
    home = office_of(tx, authority_id).division_code or ""
    code = subject_of(tx, subject_id).uscc or ""
    near = {home[:2], code[REGISTERED]}
    return [goal for goal in rows if goal.kind != "authority" or not goal.place or goal.place[:2] in near]
