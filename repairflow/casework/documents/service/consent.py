"""Consent to electronic service (同意电子送达): given and withdrawn by who speaks for the subject, each in the trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import event_log, own_signature
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.read_once import read_once
from repairflow.records import service_consent, subject
from repairflow.records.rows import ServiceConsentRow, first_row


def of(tx: Connection, subject_id: int) -> ServiceConsentRow | None:
    """Return the consent to electronic service that stands, or None."""
    stands = (service_consent.c.subject_id == subject_id, service_consent.c.withdrawn_at.is_(None))
    asked = select(service_consent).where(*stands)
    return read_once(tx, ("service_consent", subject_id), lambda: first_row(tx.execute(asked), ServiceConsentRow))


def agree(tx: Connection, actor: Actor, subject_id: int, now: datetime) -> None:
    """Ensure that the subject consents to electronic service; nothing changes when it does already.

    Only who speaks for the subject may; NotFound otherwise.
    """
    speaks(tx, actor, subject_id)
    if of(tx, subject_id) is not None:
        return
    tx.execute(insert(service_consent).values(subject_id=subject_id, person_id=actor.id, given_at=now))
    _note_consent(tx, actor, subject_id, EventName.CONSENT, now)


def disagree(tx: Connection, actor: Actor, subject_id: int, now: datetime) -> None:
    """Ensure that the consent is withdrawn for letters to come; what was served before stays served."""
    speaks(tx, actor, subject_id)
    standing = of(tx, subject_id)
    if standing is None:
        return
    tx.execute(update(service_consent).where(service_consent.c.id == standing.id).values(withdrawn_at=now))
    _note_consent(tx, actor, subject_id, EventName.WITHDRAW_CONSENT, now)


def sign(actor: Actor, signed_by: str) -> None:
    """Invalid unless who consents signs the confirmation with its own name (行政处罚法 61(2): 签订确认书)."""
    if not own_signature.is_own(actor, signed_by):
        text = f"请填写您的姓名“{actor.name}”，作为对电子送达确认书的签署"
        raise Invalid("没有确认同意，请按提示修改。", [Problem("signed_by", text)])


def speaks(tx: Connection, actor: Actor, subject_id: int) -> None:
    """Lock the subject for who speaks for it; NotFound for anybody else."""
    if subject_id not in actor.subjects:
        raise NotFound
    # Two presses at once must not make two consents.
    tx.execute(select(subject.c.id).where(subject.c.id == subject_id).with_for_update())


def _note_consent(tx: Connection, actor: Actor, subject_id: int, action: str, now: datetime) -> None:
    stream = f"subject/{subject_id}"
    event_log.append(
        tx, stream, NewEvent(action=action, at=now, by=actor, role="agent", content={"subject": subject_id})
    )
