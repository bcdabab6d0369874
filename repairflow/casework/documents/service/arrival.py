"""Electronic service on arrival (民事诉讼法 90): a letter is served when it lies in the account of a subject that agreed to
electronic service, whether or not anybody opens it. The first opening is kept beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework import command_claims
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.case_state.standing_letters import standing
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.documents.addressed import reader_of
from repairflow.casework.documents.revisions import events
from repairflow.casework.documents.service import consent, limits, remedies, service
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.rows_by_id import subject_of
from repairflow.records import event
from repairflow.records.rows import LetterRow, ServiceRow
from repairflow.times import local_day

OPENED = EventName.LETTER_OPENED


def arrive(tx: Connection, services: Services, letter_id: int, now: datetime) -> ServiceRow | None:
    """Ensure that a letter that was made is served on the subject that agreed to electronic service, and its people know;
    gives the row of the service. None where it is not made, not in force, not the subject's, served before, or where
    nobody agreed, or it lacks what electronic service asks for: then it is served another way."""
    if events.of_subject(tx, letter_id):
        return None  # its subject asked for it, and no limit runs from it
    row = events.locked(tx, SYSTEM, events.token_of(tx, letter_id))
    reader = reader_of(tx, row)
    if row.pressed_at is None or not standing(tx, row) or reader is None:
        return None
    if service.of_letter(tx, row.id) is not None or consent.of(tx, reader) is None:
        return None
    if remedies.lacks_channel(
        remedies.pack_of(tx, services, row), row
    ):  # 复议法 22(2): consent came after it was composed
        return None
    if service.all_of_letter(tx, row.id):  # taken back: a person decides how it is served anew
        return None
    command_id = command_claims.free(tx, of_system("arrived", row.number, 1), "served", now)
    given = service.Service(
        row.token, "electronic", SYSTEM, command_id, subject_of(tx, reader).name, now, note="到达受送达人账户"
    )
    written = service.write(tx, row, given, "system", None, local_day(now), now)
    body = f"《{row.title}》（{row.number}）已经到达您的账户，即为电子送达，有关期限从次日起计算。请及时打开。"
    told = Notice("letter_served", f"电子送达：{row.number}", body, now, row.case_id, row.record_id)
    inbox.notify_subject(tx, reader, told)
    limits.count(tx, services.law, row, now)
    return written


def opened(tx: Connection, actor: Actor, row: LetterRow, now: datetime) -> None:
    """Ensure that the trail says that the addressee opened a letter served on arrival: the first time, and once."""
    if first_opened(tx, row) is None:
        events.note(tx, row, NewEvent(action=OPENED, at=now, by=actor, role="agent"))


def first_opened(tx: Connection, row: LetterRow) -> datetime | None:
    """Return when the addressee first opened a letter that was served on arrival; None while nobody has."""
    column, of = (event.c.case_id, row.case_id) if row.case_id is not None else (event.c.record_id, row.record_id)
    rows = tx.execute(
        select(event.c.at, event.c.body).where(column == of, event.c.action == OPENED).order_by(event.c.seq)
    )
    for one in rows:
        if chain.content(one.body)["letter"]["number"] == row.number:
            at: datetime = one.at
            return at
    return None
