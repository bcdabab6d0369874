"""Administrative acts beside penalties as the public, their offices and programs read them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, or_, select

from repairflow.casework import search
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE, SEES_ALL
from repairflow.casework.queries import paging
from repairflow.errors import NotFound
from repairflow.law.document_keys import document_key
from repairflow.records import act, office, person, subject
from repairflow.records.rows import first_row

SIZE = 20


class ActLine(NamedTuple):
    """One act with the names of its subject and office, and who entered it."""

    id: int
    number: str
    kind: str
    document_number: str
    decision_date: date
    title: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    of_person: bool
    due_day: date
    state: str
    provenance: str
    entered_by: int
    published_day: date | None
    reason: str | None
    disputed_on: date | None
    withdrawn_as: str | None
    name: str
    uscc: str | None
    office: str
    by: str


class Page(NamedTuple):
    """Acts, newest first; `next` begins the next page, empty on the last."""

    rows: tuple[ActLine, ...]
    next: str


def public(tx: Connection, text: str = "", kind: str = "", after: str = "") -> Page:
    """Return one page of what is public, of subjects that a search finds. Invalid when `after` is no place of ours."""
    return _page(tx, _all().where(act.c.state == "published"), text, kind, after)


def of_offices(tx: Connection, actor: Actor, state: str = "", text: str = "", after: str = "") -> Page:
    """Return one page of the acts of the actor's offices; all for who oversees."""
    query = _all()
    if not (actor.oversees or actor.has_role(*SEES_ALL)):
        query = query.where(act.c.office_id.in_(sorted(actor.offices)))
    if state:
        query = query.where(act.c.state == state)
    return _page(tx, query, text, "", after)


def one(tx: Connection, number: str) -> ActLine:
    """Return one public act; NotFound for any other alike."""
    where = (act.c.number == search.own_number(number), act.c.state == "published")
    row = first_row(tx.execute(_all().where(*where)), ActLine)
    if row is None:
        raise NotFound("没有查到这项公示的行政行为信息。")
    return row


def waiting(tx: Connection, actor: Actor) -> int:
    """Return how many wait for somebody of the actor's offices."""
    mine = sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE})
    where = (act.c.state == "waiting", act.c.office_id.in_(mine))
    return int(tx.execute(select(func.count()).select_from(act).where(*where)).scalar_one())


def _all() -> Select[ActLine]:
    columns = [act.c[name] for name in ActLine._fields[:18]]
    return (
        select(
            *columns, subject.c.name, subject.c.uscc, office.c.name.label("office"), person.c.name.label("by")
        )
        .join(subject, subject.c.id == act.c.subject_id)
        .join(office, office.c.id == act.c.office_id)
        .join(person, person.c.id == act.c.entered_by)
    )  # fmt: skip


def _numbered(tx: Connection, typed: str) -> list[int]:
    """Return the acts in whose decision's number what was typed stands, in whatever spelling; of very many the newest."""
    key = document_key(typed)
    pattern = "%".join(re.findall(r"\d+|[^\W\d_]+", key))  # no sign of a pattern of its own is left
    if not pattern:
        return []
    rows = tx.execute(
        select(act.c.id, act.c.document_number).where(act.c.document_number.like(f"%{pattern}%")).order_by(act.c.id.desc())
        .limit(search.COUNTED)
    )  # fmt: skip
    whole = typed.rstrip().endswith(("号", "號"))
    keys = ((row.id, document_key(row.document_number)) for row in rows)
    return [place for place, own in keys if (own.endswith(key) if whole else key in own)]


def _page(tx: Connection, query: Select[ActLine], text: str, kind: str, after: str) -> Page:
    if wanted := text.strip():
        numbers = (act.c.number == search.own_number(wanted), act.c.id.in_(_numbered(tx, wanted)))
        query = query.where(or_(search.subjects(tx, wanted), *numbers))
    if kind:
        query = query.where(act.c.kind == kind)
    return Page(*paging.page(tx, query, act.c.id, ActLine, after, SIZE))
