"""Whether the public is to see, or see again, a penalty whose class or days were set anew; whoever sets them anew asks here."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from repairflow.casework.credit_records.held_rows import OPEN
from repairflow.records import held_row, subject
from repairflow.records.rows import RecordRow

PUBLISH, RESTORE = ("publish",), ("restore_record", "resume_sharing")


def effects(tx: Connection, row: RecordRow, last: date | None, today: date) -> tuple[str, ...]:
    """Return the effects by which a record begins to be public, or begins again; none for what is public, a person's, or over by `last`."""
    if row.state not in ("unpublished", "ceased") or row.minor or last is None or today > last:
        return ()
    holder = tx.execute(select(subject.c.kind).where(subject.c.id == row.subject_id)).scalar_one()
    asked = select(held_row.c.id).where(
        held_row.c.record_id == row.id, held_row.c.kind == "publish", held_row.c.state.in_((*OPEN, "refused"))
    )
    if holder == "natural_person" or tx.execute(asked.limit(1)).first() is not None:
        return ()
    return PUBLISH if row.state == "unpublished" else RESTORE


def ended_by_its_class(row: RecordRow) -> bool:
    """Tell whether publicity ended only because the class became a provisional one that is not public."""
    return row.class_waits_for is not None and row.severity == "minor" and not row.minor


def corrected(tx: Connection, before: RecordRow, after: RecordRow, today: date) -> tuple[str, ...]:
    """Return the effects that follow a correction by which a penalty has days of publicity that it had not."""
    begins = before.publish_from is None and after.publish_from is not None
    if not begins or before.kind != "penalty" or (before.state == "ceased" and not ended_by_its_class(before)):
        return ()
    return effects(tx, after, after.max_until, today)
