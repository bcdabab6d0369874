"""Consents to electronic service, for the page on which they are given and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.documents.service import consent
from repairflow.records import person, subject


@dataclass(frozen=True, slots=True)
class Consent:
    """A subject and who agreed for it, when; both None where nobody did."""

    subject_id: int
    name: str
    given_by: str | None
    given_at: datetime | None


def of_visitor(tx: Connection, actor: Actor) -> tuple[Consent, ...]:
    """Return the consent of each subject the actor speaks for."""
    columns = select(subject.c.id, subject.c.name).where(subject.c.id.in_(sorted(actor.subjects)))
    found = []
    for subject_id, name in tx.execute(columns.order_by(subject.c.id)):
        standing = consent.of(tx, subject_id)
        by = standing and tx.execute(select(person.c.name).where(person.c.id == standing.person_id)).scalar_one()
        found.append(Consent(subject_id, name, by, standing.given_at if standing else None))
    return tuple(found)
