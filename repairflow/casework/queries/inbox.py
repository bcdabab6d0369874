"""Inbox (收件箱) of a person."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, not_, or_, select, true, update

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope, late_scope, record_scope
from repairflow.records import cases, event, notice, record
from repairflow.records.rows import all_rows

MANY = 100
LOOKED_AT = 500
"""Asked for every page: whoever has never marked a notice as read has thousands whose work is done long since."""


class Inbox(NamedTuple):
    """Notices, newest first, and the id before which the next page begins; None on the last."""

    rows: tuple[InboxLine, ...]
    next: int | None


class InboxLine(NamedTuple):
    """A notice of a person, with the number of the case or record that it is about."""

    id: int
    person_id: int
    case_id: int | None
    record_id: int | None
    kind: str
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None
    case_number: str | None
    record_number: str | None
    opens: bool
    """Whether the person may open the case."""
    opens_record: bool
    oversees: bool
    """Whether the person may open at least the case's oversight page."""
    passed: bool
    """Whether it told whose turn it was, and the case has moved on."""


def inbox(
    tx: Connection,
    actor: Actor,
    *,
    before: int | None = None,
    size: int = 30,
    passed: bool = False,
    subject: int | None = None,
) -> Inbox:
    """Return a page of a person's notices; those that have `passed` only where they are asked for, and of one `subject` where it is
    named, with those that are about nobody.

    Of `LOOKED_AT` notices a page shows what has not passed: it may be short, or empty, and others follow.
    """
    mine = [_addressed_to(actor), _about(subject), *([] if before is None else [notice.c.id < before])]
    looked = select(notice.c.id).where(*mine).order_by(notice.c.id.desc()).limit(LOOKED_AT)
    query = (
        select(
            notice, cases.c.number.label("case_number"), record.c.number.label("record_number"),
            case_scope(actor).label("opens"),
            record_scope(actor).label("opens_record"), and_(cases.c.id.is_not(None), late_scope(actor)).label("oversees"),
            _passed().label("passed"),
        )
        .outerjoin(cases, cases.c.id == notice.c.case_id)
        .outerjoin(record, record.c.id == notice.c.record_id)
        .where(notice.c.id.in_(looked), *([] if passed else [not_(_passed())]))
        .order_by(notice.c.id.desc())
        .limit(size + 1)
    )  # fmt: skip
    rows = tuple(all_rows(tx.execute(query), InboxLine))
    if len(rows) > size:
        return Inbox(rows[:size], rows[size - 1].id)
    seen = looked.subquery()
    last, count = tx.execute(select(func.min(seen.c.id), func.count())).one()
    return Inbox(rows, last if count == LOOKED_AT else None)


def unread(tx: Connection, actor: Actor, subject: int | None = None) -> int:
    """Return how many notices the person (about one `subject` where it is named) has not read, without those whose work is done;
    100 stands for that many or more, and of the unread ones the newest `LOOKED_AT` are looked at."""
    return tx.execute(counting_unread(actor, subject)).scalar_one()


def counting_unread(actor: Actor, subject: int | None = None) -> Select[int]:
    """Return the question that `unread` asks."""
    newest = (
        select(notice.c.id)
        .where(_addressed_to(actor), _about(subject), notice.c.read_at.is_(None))
        .order_by(notice.c.id.desc())
        .limit(LOOKED_AT)
    )
    waiting = select(notice.c.id).where(notice.c.id.in_(newest), not_(_passed())).limit(MANY).subquery()
    return select(func.count()).select_from(waiting)


def mark_read(tx: Connection, actor: Actor, now: datetime, subject: int | None = None) -> None:
    """Ensure that the person has no unread notice, about one `subject` where it is named."""
    mine = (notice.c.person_id == actor.id, notice.c.read_at.is_(None), _about(subject))
    tx.execute(update(notice).where(*mine).values(read_at=now))


def _about(subject: int | None) -> ColumnElement[bool]:
    """Return the notices about a subject, with those about nobody; all where none is named."""
    if subject is None:
        return true()
    return or_(
        notice.c.case_id.in_(select(cases.c.id).where(cases.c.subject_id == subject)),
        notice.c.record_id.in_(select(record.c.id).where(record.c.subject_id == subject)),
        and_(notice.c.case_id.is_(None), notice.c.record_id.is_(None)),
    )


def _addressed_to(actor: Actor) -> ColumnElement[bool]:
    """Return the person's notices; whoever came to set the installation up no longer reads of cases."""
    own = notice.c.person_id == actor.id
    return and_(own, notice.c.case_id.is_(None), notice.c.record_id.is_(None)) if actor.administrative else own


def _passed() -> ColumnElement[bool]:
    """Tell whether the notice told whose turn it was, and the case has gone to another state since."""
    moved = exists().where(
        event.c.case_id == notice.c.case_id,
        event.c.at > notice.c.created_at,
        event.c.to_state != event.c.from_state,
    )
    return and_(notice.c.kind == "turn", moved)
