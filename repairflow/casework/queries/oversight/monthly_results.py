"""Measures that were carried out (联合惩戒成效): one row each month for every feedback, in the five fields of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import Connection, literal_column, select, true

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope, may_see
from repairflow.law.procedure.library import Library
from repairflow.records import cases, event, office, subject
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


def monthly_results(tx: Connection, law: Library, actor: Actor, year: int, month: int) -> tuple[Result, ...]:
    """What partners carried out in a month, oldest first; of the cases this actor may see, and for the credit office's
    supervisor, who draws up the list (每月成效清单), of all. The day is that of the measure, not of the report."""
    partner, department = office.alias(), office.alias()
    scope = true() if actor.has_role("supervisor") else case_scope(actor)
    since = at(date(year, month, 1) - AHEAD, time.min)  # what was reported earlier is of an earlier month
    reported = event.c.action == literal_column(f"'{FEEDBACK}'"), event.c.at >= since
    rows = tx.execute(
        select(
            cases.c.number, cases.c.pack, cases.c.inputs, cases.c.subject_id, cases.c.confidential, cases.c.internal,
            cases.c.receiving_id, cases.c.deciding_id, cases.c.provider_id, event.c.body, partner.c.name.label("by"),
            department.c.name.label("department"), subject.c.name.label("whom"),
        )
        .join(event, event.c.case_id == cases.c.id)
        .join(partner, partner.c.id == cases.c.provider_id)
        .join(department, department.c.id == cases.c.deciding_id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(cases.c.procedure == PROCEDURE, *reported, scope)
        .order_by(event.c.at, event.c.id)
    )  # fmt: skip
    found = []
    for row in rows:
        inputs = chain.content(row.body)["inputs"]
        day = date.fromisoformat(inputs["carried_out_on"])
        if (day.year, day.month) == (year, month):
            measure = law.packs[row.pack].measure[row.inputs["measure"]]
            matter = f"{row.whom}：{inputs['occasion']}"
            found.append(Result(row.by, measure.label, row.department, day, matter, row.number, may_see(actor, row)))
    return tuple(sorted(found, key=lambda result: (result.day, result.case)))
