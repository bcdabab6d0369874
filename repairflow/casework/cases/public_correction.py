"""A public correction (公开更正), when the subject of an annulled record asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework.case_state import record_events
from repairflow.casework.changes import AskCorrection
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.search import own_number
from repairflow.errors import Conflict, Forbidden, NotFound
from repairflow.records import record, redress, subject
from repairflow.records.rows import RecordRow, first_row


def ask(tx: Connection, given: AskCorrection, now: datetime) -> None:
    """Ensure that everybody can read that the record was wrong, or no longer, as the subject wishes.

    Raises NotFound for a stranger's record, Conflict where nothing was annulled or it is so already, Forbidden for a person.
    """
    where = (record.c.number == own_number(given.record), record.c.subject_id.in_(sorted(given.actor.subjects)))
    row = first_row(tx.execute(select(record).where(*where).with_for_update()), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    known = tx.execute(select(redress.c.public_at).where(redress.c.record_id == row.id)).first()
    if known is None or row.annulled_at is None or (known.public_at is not None) == given.on:
        raise Conflict("这条信息没有撤销，或者已经这样处理，请刷新页面查看。")
    if tx.execute(select(subject.c.kind).where(subject.c.id == row.subject_id)).scalar_one() == "natural_person":
        raise Forbidden("自然人的信息不公示，不作公开更正。")
    values = {"public_at": now if given.on else None, "asked_by": given.actor.id}
    tx.execute(update(redress).where(redress.c.record_id == row.id).values(**values))
    event = NewEvent(
        action=EventName.ASK_CORRECTION, at=now, by=given.actor, role="applicant", content={"on": given.on}
    )
    record_events.append(tx, row, event)
