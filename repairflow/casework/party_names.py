"""Names of subjects and offices: the present one, and those before it, by which deliveries and searches still find them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, exists, insert, or_, select, update

from repairflow.law.names import initials, plain_name
from repairflow.read_once import read_once
from repairflow.records import office, office_name, subject, subject_name
from repairflow.times import local_day

SHORTEST_INITIALS = 2
"""A single letter finds too much."""


def rename(tx: Connection, subject_id: int, name: str, until: date, now: datetime) -> str:
    """Ensure that the subject has this name and is still found by the one before, which is given back.

    Nothing changes where it has the name already. A name it had before and takes again is a former one no more.
    """
    before = str(tx.execute(select(subject.c.name).where(subject.c.id == subject_id)).scalar_one())
    if before == name:
        return before
    mine = subject_name.c.subject_id == subject_id
    tx.execute(subject_name.delete().where(mine, subject_name.c.name.in_((before, name))))
    tx.execute(insert(subject_name).values(subject_id=subject_id, name=before, until=until, at=now))
    read = {"plain_name": plain_name(name), "initials": initials(name)}
    tx.execute(update(subject).where(subject.c.id == subject_id).values(name=name, **read))
    return before


def restore(tx: Connection, subject_id: int, name: str, until: date | None, now: datetime) -> None:
    """Ensure that the subject has this name again, and was never called what it is called now; but where it bore that name
    earlier, `until` that day, it stays a former one."""
    wrong = str(tx.execute(select(subject.c.name).where(subject.c.id == subject_id)).scalar_one())
    rename(tx, subject_id, name, until or local_day(now), now)
    if until is None:
        mine = (subject_name.c.subject_id == subject_id, subject_name.c.name == wrong)
        tx.execute(subject_name.delete().where(*mine))


def former(tx: Connection, subject_id: int) -> tuple[str, ...]:
    """Return the names a subject had before, the last one first."""
    found = select(subject_name.c.name).where(subject_name.c.subject_id == subject_id)
    found = found.order_by(subject_name.c.until.desc(), subject_name.c.id.desc())
    return read_once(tx, ("former_names", subject_id), lambda: tuple(tx.execute(found).scalars()))


def same_name(one: str, other: str) -> bool:
    """Tell whether two spellings are one name."""
    return plain_name(one) == plain_name(other)


def named_like(typed: str) -> ColumnElement[bool]:
    """Subjects whose present or former name holds what somebody typed, or begins its words with these letters."""
    part = plain_name(typed)
    if not part:
        return subject.c.name.contains(typed, autoescape=True)
    found = [subject.c.plain_name.contains(part, autoescape=True)]
    before = [subject_name.c.plain_name.contains(part, autoescape=True)]
    if part.isascii() and part.isalpha() and len(part) >= SHORTEST_INITIALS:
        found.append(subject.c.initials.contains(part, autoescape=True))
        before.append(subject_name.c.initials.contains(part, autoescape=True))
    return or_(*found, exists().where(subject_name.c.subject_id == subject.c.id, or_(*before)))


def keep_office_name(tx: Connection, office_id: int, before: str, now_called: str, now: datetime) -> None:
    """Ensure that an office that gets another name is still found by the one before."""
    mine = office_name.c.office_id == office_id
    tx.execute(office_name.delete().where(mine, office_name.c.name.in_((before, now_called))))
    tx.execute(insert(office_name).values(office_id=office_id, name=before, until=local_day(now), at=now))


def office_called(name: str) -> ColumnElement[bool]:
    """Return the office with this name, now or before."""
    return or_(
        office.c.name == name, office.c.id.in_(select(office_name.c.office_id).where(office_name.c.name == name))
    )
