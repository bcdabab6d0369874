"""期满移出: a list entry's longest stay ends by itself, through a removal case like any other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.case_state.subject_facts import since
from repairflow.casework.cases.ending_by_itself import Ending, end
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.records import list_entry
from repairflow.records.rows import ListEntryRow, RecordRow, first_row

REMOVAL = "list_removal"


def expire(tx: Connection, services: Services, row: RecordRow, now: datetime) -> bool:
    """Whether the locked record is a list entry whose end is settled here; afterwards a removal case carries it out.

    A linked person's entry ends with the subject's own. A serious entry whose duties stand unperformed is left to the
    rule for every record (届满仍未履行义务的，按行业主管部门规定办理).
    """
    entry = first_row(
        tx.execute(select(list_entry).where(list_entry.c.record_id == row.id, list_entry.c.left_on.is_(None))),
        ListEntryRow,
    )
    if entry is None:
        return False
    if entry.principal_id is not None:
        return True
    if row.severity == "serious" and row.duty_performed_on is None:
        return False
    if row.state not in {"unpublished", "published", "disputed", "restored"}:
        return False
    ended, pack = end(tx, services, Ending(REMOVAL, entry, row, of_system("expire", row.number, row.max_until)), now)
    if ended:
        return True
    # 在列期间有新的失信行为：the office looks into it, and the entry stands until it has decided
    kind = pack.list_kind.get(entry.list_kind)
    return kind is not None and kind.no_new and bool(since(tx, row))
