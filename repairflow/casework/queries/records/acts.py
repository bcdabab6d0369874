"""Administrative acts beside penalties as the public, their offices and programs read them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from repairflow.casework import search
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.act_objects import SEEN
from repairflow.casework.permissions import OFFICE_OF_ROLE, SEES_ALL, case_scope
from repairflow.casework.queries import paging
from repairflow.errors import NotFound
from repairflow.law.acts import OBJECTION, OBJECTIONABLE
from repairflow.law.document_keys import document_key
from repairflow.records import act, cases, office, person, subject
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
    note: str | None
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
    """Return one page of the acts of the actor's offices, or of the subjects it speaks for; all for who oversees."""
    query = _all()
    if actor.kind == "agent":
        return _page(tx, query.where(*_own(actor)), text, "", after)
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


def of_subject(tx: Connection, actor: Actor, subject_id: int, after: str = "") -> Page:
    """Return one page of the acts of a subject that it knows of: public ones, those that are only kept, and those that ended."""
    return _page(tx, _all().where(*_own(actor), act.c.subject_id == subject_id), "", "", after)


def own(tx: Connection, actor: Actor, number: str) -> ActLine:
    """Return one act of the subjects the actor speaks for; NotFound for any other alike."""
    row = first_row(tx.execute(_all().where(act.c.number == search.own_number(number), *_own(actor))), ActLine)
    if row is None:
        raise NotFound("没有找到这条行政许可等信息，或者您无权查看。")
    return row


def may_be_objected_to(row: ActLine, open_case: str | None) -> bool:
    """Tell whether a filing against the act is taken now: the same that the guards of an objection ask of it."""
    return row.state in OBJECTIONABLE and open_case is None


def objections(tx: Connection, actor: Actor, acts: Collection[int]) -> dict[int, str]:
    """Return the open objection of each of these acts, as far as the actor may see it."""
    where = (cases.c.act_id.in_(sorted(acts)), cases.c.procedure == OBJECTION, cases.c.closed_at.is_(None))
    rows = tx.execute(select(cases.c.act_id, cases.c.number).where(*where, case_scope(actor)).order_by(cases.c.id))
    return {row.act_id: str(row.number) for row in rows}


def cases_about(tx: Connection, actor: Actor, act_id: int) -> tuple[str, ...]:
    """Return the numbers of the cases about an act that the actor may see, newest first."""
    rows = tx.execute(
        select(cases.c.number).where(cases.c.act_id == act_id, case_scope(actor)).order_by(cases.c.id.desc())
    )
    return tuple(rows.scalars())


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (act.c.subject_id.in_(sorted(actor.subjects)), act.c.state.in_(SEEN))


def waiting(tx: Connection, actor: Actor) -> int:
    """Return how many wait for somebody of the actor's offices."""
    mine = sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE})
    where = (act.c.state == "waiting", act.c.office_id.in_(mine))
    return int(tx.execute(select(func.count()).select_from(act).where(*where)).scalar_one())


def _all() -> Select[ActLine]:
    columns = [act.c[name] for name in ActLine._fields[:19]]
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
