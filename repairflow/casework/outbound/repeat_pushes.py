"""Telling platforms again: those that were told of a record once and would hear nothing of what undoes it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.casework import outbox, told_periods
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.push_cause import About, Cause, To
from repairflow.casework.rows_by_id import record_of
from repairflow.law.procedure.library import Library
from repairflow.records import measure, target
from repairflow.records import outbox as outbox_rows
from repairflow.records.rows import RecordRow

KIND = "record_changed"


def push_to_all_informed(
    tx: Connection, law: Library, row: RecordRow, change: Change, cause: Cause
) -> tuple[int, list[str]]:
    """Tell those platforms of a record's change that were told of the record once, take such messages, and would hear nothing of this
    change; gives how many rows wait, and the names of all platforms that are told."""
    now = record_of(tx, row.id)
    names = pushes.target_names(tx, row, change)
    seen = {goal.id for goal in pushes.informed_targets(tx, row, change, now.authority_id)}
    lifted = set(tx.execute(select(measure.c.office_id).where(measure.c.id.in_(change.lifted))).scalars())
    once = select(outbox_rows.c.target_id).where(
        outbox_rows.c.record_id == row.id, outbox_rows.c.topic == "push", outbox_rows.c.state == "done"
    )  # fmt: skip
    told = (
        select(target.c.id, target.c.code, target.c.takes, target.c.name, target.c.office_id)
        .where(target.c.id.in_(once), target.c.active, target.c.id.not_in(seen)).order_by(target.c.id)
    )  # fmt: skip
    goals = []
    for goal in tx.execute(told):
        to = To(goal.id, goal.code, goal.takes)
        if to.has(KIND) and not (goal.office_id in lifted and to.has("measure_lift")):
            goals.append((to, goal.name))
    data, confirmed = pushes.about_record(tx, now, cause.event), told_periods.may_tell(tx, law, now)
    payload = pushes.shown(now, change, data, cause.at, confirmed=confirmed)
    about = About(row.number, row.id)
    wanted = [cause.push(to, KIND, payload, about, "redress") for to, _ in goals]
    return outbox.add(tx, cause.at, *wanted), [*names, *(name for _, name in goals if name not in names)]
