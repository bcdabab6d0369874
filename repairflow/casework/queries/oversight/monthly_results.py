"""Measures that were carried out (联合惩戒成效): one row each month for every feedback, in the five fields of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select, true

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope, may_see
from repairflow.casework.queries.standing_steps import stands
from repairflow.law.procedure.library import Library
from repairflow.prepared import constant
from repairflow.records import cases, event, office, subject
from repairflow.records.rows import all_rows
from repairflow.times import at

PROCEDURE, FEEDBACK = "joint_measure", "feed_back"
AHEAD = timedelta(days=92)
"""How long before the day it names a measure may have been reported: before 0.2.0 nothing refused days to come."""
SHOWN = 100
"""Results on the page of a month; the table to take away has them all."""


@dataclass(frozen=True, slots=True)
class Result:
    """执行主体、措施、部门、时间、事项."""

    carried_out_by: str
    measure: str
    department: str
    day: date
    matter: str
    case: str
    visible: bool  # whether the actor may open the case


class _Feedback(NamedTuple):
    """A feedback with the case it belongs to."""

    number: str
    pack: str
    inputs: Mapping[str, Any]
    subject_id: int
    confidential: bool
    internal: bool
    receiving_id: int
    deciding_id: int
    provider_id: int
    intake_id: int | None
    body: bytes
    by: str
    department: str
    whom: str


class Tally(NamedTuple):
    """How often one partner carried a measure out for one department in a month: what the public reads, without names of subjects."""

    month: date
    carried_out_by: str
    measure: str
    department: str
    times: int


def monthly_results(tx: Connection, law: Library, actor: Actor, year: int, month: int) -> tuple[Result, ...]:
    """Return what partners carried out in a month, oldest first; of the cases this actor may see, and for the credit office's
    supervisor, who draws up the list (每月成效清单), of all. The day is that of the measure, not of the report."""
    scope = true() if actor.has_role("supervisor") else case_scope(actor)
    found = []
    for row, inputs, day in _reported(tx, date(year, month, 1), scope):
        measure = law.packs[row.pack].measure[row.inputs["measure"]]
        matter = f"{row.whom}：{inputs['occasion']}"
        found.append(Result(row.by, measure.label, row.department, day, matter, row.number, may_see(actor, row)))
    return tuple(sorted(found, key=lambda result: (result.day, result.case)))


def published(tx: Connection, law: Library, first: date) -> tuple[Tally, ...]:
    """Return the same month for everybody: counted, without a subject's name, for whose record may have ended since; and without
    natural persons, internal lists and what is confidential."""
    open_cases = and_(cases.c.confidential.is_(False), cases.c.internal.is_(False), subject.c.kind != "natural_person")
    counted: Counter[tuple[str, str, str]] = Counter()
    for row, _, _ in _reported(tx, first, open_cases):
        counted[row.by, law.packs[row.pack].measure[row.inputs["measure"]].label, row.department] += 1
    return tuple(Tally(first, *key, counted[key]) for key in sorted(counted))


def _reported(
    tx: Connection, first: date, scope: ColumnElement[bool]
) -> Iterator[tuple[_Feedback, Mapping[str, Any], date]]:
    """Yield each feedback on a measure of the month that begins with `first`: its case, what was reported, and the measure's day."""
    partner, department = office.alias(), office.alias()
    since = at(first - AHEAD, time.min)  # what was reported earlier is of an earlier month
    reported = event.c.action == constant(FEEDBACK), event.c.at >= since
    rows = tx.execute(
        select(
            cases.c.number, cases.c.pack, cases.c.inputs, cases.c.subject_id, cases.c.confidential, cases.c.internal,
            cases.c.receiving_id, cases.c.deciding_id, cases.c.provider_id, cases.c.intake_id, event.c.body, partner.c.name.label("by"),
            department.c.name.label("department"), subject.c.name.label("whom"),
        )
        .join(event, event.c.case_id == cases.c.id)
        .join(partner, partner.c.id == cases.c.provider_id)
        .join(department, department.c.id == cases.c.deciding_id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(cases.c.procedure == PROCEDURE, *reported, stands(), scope)
        .order_by(event.c.at, event.c.id)
    )  # fmt: skip
    for row in all_rows(rows, _Feedback):
        inputs = chain.content(row.body)["inputs"]
        day = date.fromisoformat(inputs["carried_out_on"])
        if (day.year, day.month) == (first.year, first.month):
            yield row, inputs, day
