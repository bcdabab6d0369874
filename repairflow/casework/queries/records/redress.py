"""Redress as the subject, its offices and the public read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import record_scope
from repairflow.casework.queries import paging
from repairflow.records import office, outbox, record, redress, subject, target
from repairflow.records.rows import all_rows, first_row

SIZE = 50
_FURTHEST = ("dead", "waiting", "leased", "waived", "done")
"""States of a message, those that leave most to do first."""


class Redress(NamedTuple):
    """One annulled record: whose, by whom, who was told, and whether the correction is public."""

    id: int
    record_id: int
    number: str
    document_number: str
    decision_date: date
    name: str
    uscc: str | None
    authority: str
    annulled_at: datetime | None
    begun_at: datetime
    told: Sequence[str]
    public_at: datetime | None


class Page(NamedTuple):
    """Redress, newest first; `next` begins the next page, empty on the last."""

    rows: tuple[Redress, ...]
    next: str


class Receipt(NamedTuple):
    """A platform that was told, and whether it answered."""

    number: str
    name: str
    state: str


def of_record(tx: Connection, record_id: int) -> Redress | None:
    """Return the redress of one record, where there is one."""
    return first_row(tx.execute(_all().where(redress.c.record_id == record_id)), Redress)


def of_offices(tx: Connection, actor: Actor, after: str = "") -> Page:
    """Return one page of those that the actor may see. Invalid when `after` is no place of ours."""
    return Page(*paging.page(tx, _all().where(record_scope(actor)), redress.c.id, Redress, after, SIZE))


def receipts(tx: Connection, rows: Sequence[Redress]) -> tuple[Receipt, ...]:
    """Return what platforms answered since the redress began: one line a platform, however many messages it was sent, with the message
    that is furthest from its receipt."""
    query = (
        select(record.c.number, target.c.name, outbox.c.state)
        .join(target, target.c.id == outbox.c.target_id)
        .join(record, record.c.id == outbox.c.record_id)
        .join(redress, redress.c.record_id == outbox.c.record_id)
        .where(
            outbox.c.record_id.in_([one.record_id for one in rows]), outbox.c.topic == "push",
            outbox.c.created_at >= redress.c.begun_at,
        )
        .order_by(outbox.c.id)
    )  # fmt: skip
    found: dict[tuple[str, str], Receipt] = {}
    for one in all_rows(tx.execute(query), Receipt):
        known = found.setdefault((one.number, one.name), one)
        if _FURTHEST.index(one.state) < _FURTHEST.index(known.state):
            found[one.number, one.name] = one
    return tuple(found.values())


def public(tx: Connection, after: str = "") -> Page:
    """Return one page of the public corrections. Invalid when `after` is no place of ours."""
    where = (redress.c.public_at.is_not(None), subject.c.kind != "natural_person", record.c.annulled_at.is_not(None))
    return Page(*paging.page(tx, _all().where(*where), redress.c.id, Redress, after, SIZE))


def _all() -> Select[Redress]:
    return (
        select(
            redress.c.id, redress.c.record_id, record.c.number, record.c.document_number, record.c.decision_date, subject.c.name,
            subject.c.uscc, office.c.name.label("authority"), record.c.annulled_at, redress.c.begun_at, redress.c.told,
            redress.c.public_at,
        )
        .join(record, record.c.id == redress.c.record_id)
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
    )  # fmt: skip
