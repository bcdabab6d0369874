"""期满退出 of favourable lists: their entries have no record whose days would end them, so the worker looks each night."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, select

from repairflow.casework.actor import SYSTEM
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.cases.opening import Opening, offices, open_case
from repairflow.casework.cases.transition import try_system
from repairflow.casework.command_ids import following, of_system
from repairflow.casework.context import Services
from repairflow.law.publicity import list_days
from repairflow.records import case_link, cases, list_entry
from repairflow.records.rows import CaseRow, ListEntryRow, all_rows, one_row
from repairflow.times import local_day

EXIT = "honour_exit"


def due(tx: Connection, services: Services, now: datetime) -> tuple[int, ...]:
    """Ids of favourable entries that stand beyond their longest stay, and whose exit nobody is handling."""
    later = cases.alias()
    handled = exists().where(
        case_link.c.from_id == list_entry.c.case_id, case_link.c.to_id == later.c.id, later.c.procedure == EXIT,
        later.c.closed_at.is_(None),
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


def expire(tx: Connection, services: Services, entry_id: int, now: datetime) -> bool:
    """Afterwards a case of the system ends the entry, or waits for the office where a letter may not be issued yet."""
    found = all_rows(
        tx.execute(
            select(list_entry).where(list_entry.c.id == entry_id, list_entry.c.left_on.is_(None)).with_for_update()
        ),
        ListEntryRow,
    )
    if not found:
        return False
    entry = found[0]
    listing = one_row(tx.execute(select(cases).where(cases.c.id == entry.case_id)), CaseRow)
    procedure, pack = rules_for(tx, services.law, EXIT, local_day(now), listing.deciding_id)
    receiving, deciding, provider = offices(tx, procedure, None, SYSTEM, listing)
    command = of_system(EXIT, entry.id, entry.listed_on)
    made = open_case(
        tx,
        services,
        Opening(
            procedure=procedure, pack=pack, subject_id=entry.subject_id, record=None, receiving_id=receiving,
            deciding_id=deciding, provider_id=provider, actor=SYSTEM, role="system", command_id=command,
            channel="chain", kind="expiry", parent=listing, by_action="expire",
        ),
        now,
    )  # fmt: skip
    return try_system(tx, services, made.case, "opened", following(command, "opened"), now) is not None
