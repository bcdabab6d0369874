"""What a supervisor sees of other offices' late cases (督办): which limit, whose, since when; no party, no paper, no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from repairflow.casework.actor import Actor
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE, late_scope, may_see
from repairflow.casework.queries.cases.view import days_left
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.records import cases, deadline, event, office
from repairflow.records.rows import CaseRow, all_rows, first_row

MOST = 100
"""Late limits listed at most, the oldest first."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of an office; `days` working days over, 0 where it is not; `running` while it counts."""

    case: str
    procedure: str
    label: str
    office: str
    role: str
    due_day: date | None  # none while it stands still
    days: int
    running: bool


@dataclass(frozen=True, slots=True)
class Overseen:
    """A late case as its supervisor sees it; `opens` says whether the whole case is open to the reader as well."""

    number: str
    procedure: str
    state: str
    offices: tuple[tuple[str, str], ...]
    limits: tuple[Limit, ...]
    escalated: tuple[tuple[datetime, str], ...]
    opens: bool


def late(tx: Connection, law: Library, actor: Actor, today: date) -> tuple[Limit, ...]:
    """Return running limits of offices that are over, of all cases that the supervisor looks over, the oldest first."""
    query = (
        _limits()
        .where(late_scope(actor), cases.c.closed_at.is_(None), deadline.c.state == "running")
        .where(deadline.c.due_day < today)
        .order_by(deadline.c.due_day, deadline.c.id)
        .limit(MOST)
    )
    names = _offices(tx)
    return tuple(_limit(law, names, row, today) for row in all_rows(tx.execute(query), _LimitRow))


def one(tx: Connection, law: Library, actor: Actor, number: str, today: date) -> Overseen:
    """Return a late case. NotFound where it is absent, or neither late nor escalated, or the reader supervises nothing."""
    case = first_row(tx.execute(select(cases).where(cases.c.number == number, late_scope(actor))), CaseRow)
    if case is None:
        raise NotFound
    procedure, names = law.procedure(case.procedure, case.procedure_version), _offices(tx)
    own = _limits().where(cases.c.id == case.id).order_by(deadline.c.due_day, deadline.c.id)
    rows = all_rows(tx.execute(own), _LimitRow)
    past = tx.execute(
        select(event.c.at, event.c.reason)
        .where(event.c.case_id == case.id, event.c.action == EventName.ESCALATE)
        .order_by(event.c.seq)
    ).all()
    places = (("收件单位", case.receiving_id), ("认定单位", case.deciding_id), ("信息提供单位", case.provider_id))
    return Overseen(
        case.number, procedure.label, procedure.state[case.state].label,
        tuple((label, names[key]) for label, key in places if key is not None),
        tuple(_limit(law, names, row, today) for row in rows),
        tuple((row.at, row.reason or "") for row in past), may_see(actor, case),
    )  # fmt: skip


class _LimitRow(NamedTuple):
    """A limit of an office, with its case."""

    limit: str
    owner: str
    due_day: date | None
    runs: str
    number: str
    procedure: str
    procedure_version: str
    division_code: str | None
    receiving_id: int
    deciding_id: int
    provider_id: int


def _limits() -> Select[Any]:
    columns = (deadline.c.label.label("limit"), deadline.c.owner, deadline.c.due_day, deadline.c.state.label("runs"))
    joined = select(*columns, *(cases.c[name] for name in _LimitRow._fields[4:])).join(
        cases, cases.c.id == deadline.c.case_id
    )
    return joined.where(deadline.c.owner.in_(sorted(OFFICE_OF_ROLE)))


def _limit(law: Library, names: Mapping[int, str], row: _LimitRow, today: date) -> Limit:
    procedure = law.procedure(row.procedure, row.procedure_version)
    running = row.runs == "running"
    left = days_left(law.calendars.of(row.division_code), today, row.due_day) if running else None
    place = getattr(row, OFFICE_OF_ROLE[row.owner])
    return Limit(
        row.number, procedure.label, row.limit, names.get(place, ""), procedure.actor.get(row.owner, row.owner),
        row.due_day, max(0, -(left or 0)), running,
    )  # fmt: skip


def _offices(tx: Connection) -> dict[int, str]:
    return {row.id: row.name for row in tx.execute(select(office.c.id, office.c.name))}
