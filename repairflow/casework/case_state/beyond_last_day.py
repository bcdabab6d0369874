"""What stands beyond its last day: lapse of time alone does not end it, somebody decides.

One condition for the worker, which ends everything else, and for pages, which show nothing else on the day after the last one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.records import list_entry, record
from repairflow.records.rows import ListEntryRow, RecordRow

_ENTRY, _LATER, _OF_LATER = list_entry.alias("own_entry"), record.alias("later"), list_entry.alias("of_later")
MOST = 20


def since(tx: Connection, row: RecordRow) -> tuple[str, ...]:
    """Numbers of the subject's records of decisions later than a list entry, that still stand and are no entries."""
    newer = select(_LATER.c.number).where(*_newer(row.subject_id, row.decision_date))
    return tuple(tx.execute(newer.order_by(_LATER.c.id).limit(MOST)).scalars())


def stands_over(tx: Connection, row: RecordRow, entry: ListEntryRow, no_new: bool) -> bool:
    """Tell whether this entry's record stands beyond its last day; `no_new` says whether its list looks for new dishonesty."""
    stands = beyond_last_day({entry.list_kind} if no_new else set())
    return tx.execute(select(record.c.id).where(record.c.id == row.id, stands)).first() is not None


def shown_until(no_new: Collection[str], today: date) -> ColumnElement[bool]:
    """State that a record's last day is not over on this day, or that it stands beyond it.

    What an earlier version kept public (`held`) is shown until the worker ends it, the night after the upgrade.
    """
    kept = record.c.state == "held"
    return or_(record.c.max_until.is_(None), record.c.max_until >= today, kept, beyond_last_day(no_new))


def beyond_last_day(no_new: Collection[str]) -> ColumnElement[bool]:
    """State that a row of `record` does not end by lapse of time alone; `no_new` are the lists that look for new dishonesty first.

    An entry of such a list waits for its office where new dishonesty stands. Nothing else stands beyond its last day: no
    article that anybody has read keeps a record public because duties are not performed.
    """
    entry = (_ENTRY.c.subject_id == record.c.subject_id, _ENTRY.c.record_id == record.c.id, _ENTRY.c.left_on.is_(None))
    return and_(
        exists().where(*entry, _ENTRY.c.list_kind.in_(sorted(no_new))),
        exists().where(*_newer(record.c.subject_id, record.c.decision_date)),
    )


def _newer(
    subject_id: ColumnElement[int] | int, decided_on: ColumnElement[date] | date
) -> tuple[ColumnElement[bool], ...]:
    return (
        _LATER.c.subject_id == subject_id, _LATER.c.decision_date > decided_on, _LATER.c.annulled_at.is_(None),
        _LATER.c.state.not_in(sorted(OFF_LIST)), ~exists().where(_OF_LATER.c.record_id == _LATER.c.id),
    )  # fmt: skip
