"""Which steps still stand: a query that counts or shows events of cases leaves out those that were taken back (撤回上一步)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, select

from repairflow.casework.event_names import EventName
from repairflow.records import event


def stands() -> ColumnElement[bool]:
    """Of an event of a case in `event`: it is no taking back, and the next step of its case is none either (which takes back the
    step before it and no other)."""
    later, back = event.alias("later"), event.alias("back")
    following = (
        select(func.min(later.c.seq))
        .where(later.c.case_id == event.c.case_id, later.c.seq > event.c.seq, later.c.to_state.is_not(None))
        .correlate(event)
        .scalar_subquery()
    )
    undone = exists().where(
        back.c.case_id == event.c.case_id, back.c.seq == following, back.c.action == EventName.UNDO_STEP
    )
    return and_(event.c.action != EventName.UNDO_STEP, ~undone.correlate(event))
