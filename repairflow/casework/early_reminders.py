"""Reminders that fired before their time because the clock was ahead: they are given back, and fire once more in time.

A reminder given back waits while the clock waits to be confirmed, so nobody gets the same one more than twice however
often the clock jumps; the second says why it comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, or_, select, update

from repairflow.records import deadline, rung_fired
from repairflow.records.rows import DeadlineRow, RungFiredRow, all_rows

AGAIN = "系统时间曾有误，此前如已收到同一提醒，以本次为准。"

_reminders = or_(
    rung_fired.c.rung == "yellow", *(rung_fired.c.rung.startswith(kind) for kind in ("remind", "may_apply"))
)
"""These only tell people; what did more than that happened, and stands."""

was_given_back: ColumnElement[bool] = exists(
    select(rung_fired.c.id).where(
        or_(rung_fired.c.case_id == deadline.c.case_id, rung_fired.c.record_id == deadline.c.record_id),
        rung_fired.c.clock == deadline.c.clock,
        rung_fired.c.due_day == deadline.c.due_day,
        rung_fired.c.rung == deadline.c.next_rung,
        rung_fired.c.returned_at.is_not(None),
    )
)
"""Whether a deadline's next rung fired before its time and waits to fire again."""


def give_back(tx: Connection, now: datetime) -> int:
    """Ensure that every reminder whose time is yet to come is due at its time, fired or not; how many had fired."""
    early = select(rung_fired).where(rung_fired.c.fired_at > now, rung_fired.c.returned_at.is_(None), _reminders)
    count = 0
    for row in all_rows(tx.execute(early), RungFiredRow):
        planned = (row.fired_at - timedelta(seconds=row.late)).replace(microsecond=0)
        if planned <= now:
            continue  # it came late, as it would have without the jump
        tx.execute(update(rung_fired).where(rung_fired.c.id == row.id).values(returned_at=now))
        sooner = or_(deadline.c.next_at.is_(None), deadline.c.next_at > planned)
        of = and_(_owner(deadline, row), deadline.c.clock == row.clock, deadline.c.due_day == row.due_day)
        tx.execute(
            update(deadline)
            .where(of, deadline.c.state == "running", sooner)
            .values(next_at=planned, next_rung=row.rung)
        )
        count += 1
    return count


def fire_again(tx: Connection, row: DeadlineRow, now: datetime, late: int) -> bool:
    """Tell whether the next rung of a deadline had been given back; then it has fired once more."""
    here = and_(_owner(rung_fired, row), rung_fired.c.clock == row.clock, rung_fired.c.due_day == row.due_day)
    again = (
        update(rung_fired)
        .where(here, rung_fired.c.rung == row.next_rung, rung_fired.c.returned_at.is_not(None))
        .values(fired_at=now, late=late, returned_at=None, times=rung_fired.c.times + 1)
    )
    return tx.execute(again).rowcount == 1


def _owner(table: Table, row: DeadlineRow | RungFiredRow) -> ColumnElement[bool]:
    """Return the case or the record that a row is about."""
    owner: ColumnElement[bool] = (
        table.c.case_id == row.case_id if row.case_id is not None else table.c.record_id == row.record_id
    )
    return owner
