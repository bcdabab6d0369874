"""期满移出: a list entry's longest stay ends by itself, through a removal case like any other.

Where it may not end yet, for new dishonesty stands or a letter waits for its office, the worker looks again each night.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, not_, select

from repairflow.casework.case_state.beyond_last_day import beyond_last_day, stands_over
from repairflow.casework.cases.expiry_case import EXPIRY, Ending, end
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.law.sectors import lists_without_new
from repairflow.records import cases, list_entry, record
from repairflow.records.rows import ListEntryRow, RecordRow, first_row, one_row
from repairflow.times import local_day

REMOVAL = "list_removal"
ENDS_FROM = frozenset({"unpublished", "published", "disputed", "restored", "held"})
"""States of a record from which its entry ends by lapse of time."""


def expire(tx: Connection, services: Services, row: RecordRow, now: datetime) -> bool:
    """Tell whether the locked record is a list entry whose end is settled here; afterwards a removal case carries it out.

    A linked person's entry ends with the subject's own.
    """
    entry = first_row(
        tx.execute(select(list_entry).where(list_entry.c.record_id == row.id, list_entry.c.left_on.is_(None))),
        ListEntryRow,
    )
    if entry is None:
        return False
    if entry.principal_id is not None:
        return True
    if row.state not in ENDS_FROM:
        return False
    ended, pack = end(tx, services, Ending(REMOVAL, entry, row, of_system("expire", row.number, row.max_until)), now)
    if ended:
        return True
    # 在列期间有新的失信行为：the office looks into it, and the entry stands until it has decided
    kind = pack.list_kind.get(entry.list_kind)
    return kind is not None and stands_over(tx, row, entry, kind.no_new)


def due(tx: Connection, services: Services, now: datetime) -> tuple[int, ...]:
    """Ids of records of entries whose last day is over, which nothing keeps any more and no office looks into."""
    today = local_day(now)
    of_record = cases.c.record_id == record.c.id, cases.c.procedure == REMOVAL, cases.c.kind == EXPIRY
    rows = tx.execute(
        select(record.c.id, cases.c.procedure_version, cases.c.state)
        .join(list_entry, list_entry.c.record_id == record.c.id)
        .outerjoin(cases, and_(*of_record, cases.c.closed_at.is_(None)))
        .where(
            list_entry.c.left_on.is_(None), list_entry.c.principal_id.is_(None), record.c.max_until < today,
            record.c.state.in_(sorted(ENDS_FROM)), not_(beyond_last_day(lists_without_new(services.law, today))),
        )
        .order_by(record.c.id)
    )  # fmt: skip
    # an office has taken the case up where it stands no more where it began
    began = {version.version: version.initial for version in services.law.versions(REMOVAL)}
    return tuple(int(row.id) for row in rows if row.state is None or row.state == began[row.procedure_version])


def look_again(tx: Connection, services: Services, record_id: int, now: datetime) -> bool:
    """Tell whether the entry, which was `due`, has left its list: no new dishonesty stands any more, and nothing else stands against it.

    Where it may still not end, nothing is written for it: the case that waits, or the decision that kept it, stands as it is.
    """
    row = one_row(tx.execute(select(record).where(record.c.id == record_id).with_for_update()), RecordRow)
    entry = first_row(
        tx.execute(select(list_entry).where(list_entry.c.record_id == row.id, list_entry.c.left_on.is_(None))),
        ListEntryRow,
    )
    today = local_day(now)
    if entry is None or row.state not in ENDS_FROM:
        return False
    if stands_over(tx, row, entry, entry.list_kind in lists_without_new(services.law, today)):
        return False
    ended, _ = end(
        tx, services, Ending(REMOVAL, entry, row, of_system("expire", row.number, row.max_until, today)), now
    )
    return ended
