"""期满退出 of favourable lists: their entries have no record whose days would end them, so the worker looks each night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, select

from repairflow.casework.cases.expiry_case import EXPIRY, Ending, end
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.rows_by_id import standing_still
from repairflow.law.publicity import list_days
from repairflow.records import case_link, cases, list_entry
from repairflow.records.rows import ListEntryRow, all_rows
from repairflow.times import local_day

EXIT = "honour_exit"


def due(tx: Connection, services: Services, now: datetime) -> tuple[int, ...]:
    """Ids of favourable entries that stand beyond their longest stay, and whose exit no office is handling."""
    later = cases.alias()
    handled = exists().where(
        case_link.c.from_id == list_entry.c.case_id, case_link.c.to_id == later.c.id, later.c.procedure == EXIT,
        later.c.closed_at.is_(None), later.c.kind != EXPIRY,
    )  # fmt: skip
    rows = tx.execute(
        select(list_entry.c.id, list_entry.c.list_kind, list_entry.c.listed_on, cases.c.pack)
        .join(cases, cases.c.id == list_entry.c.case_id)
        .where(list_entry.c.record_id.is_(None), list_entry.c.left_on.is_(None), ~handled)
        .order_by(list_entry.c.id)
    )
    today = local_day(now)
    return tuple(
        int(row.id)
        for row in rows
        if list_days(services.law.packs[row.pack].list_kind[row.list_kind], row.listed_on).max_until < today
    )


def expire(tx: Connection, services: Services, entries: Sequence[int], now: datetime) -> int:
    """Afterwards each of these entries that still stands has left its list by a case of the system, or that case waits for the
    office where a letter may not be issued yet, and is looked at again the next night; gives how many left."""
    standing = select(list_entry).where(list_entry.c.id.in_(entries), list_entry.c.left_on.is_(None))
    rows = all_rows(tx.execute(standing.order_by(list_entry.c.id).with_for_update()), ListEntryRow)
    with standing_still(tx):
        return sum(end(tx, services, ending_of(entry), now)[0] for entry in rows)


def ending_of(entry: ListEntryRow) -> Ending:
    """What ends a favourable entry: it has no record."""
    return Ending(EXIT, entry, None, of_system(EXIT, entry.id, entry.listed_on))
