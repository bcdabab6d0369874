"""Findings of auditors (审计意见) as auditors and the offices concerned read them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select, true

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE, SEES_ALL
from repairflow.casework.queries import paging
from repairflow.records import audit_finding, cases, office, person
from repairflow.records.rows import all_rows

SIZE = 20
STATES = {"assigned": "待答复", "answered": "已答复", "closed": "已销号"}


class Raised(NamedTuple):
    """One finding with its case, its office, who raised it, who answered and who closed it."""

    id: int
    number: str
    state: str
    text: str
    raised_at: datetime
    answer: str | None
    answered_at: datetime | None
    remark: str | None
    closed_at: datetime | None
    case: str
    office: str
    by: str
    answered_by: str | None
    closed_by: str | None


class Page(NamedTuple):
    """Findings, newest first; `next` begins the next page, empty on the last."""

    rows: tuple[Raised, ...]
    next: str


def page(tx: Connection, actor: Actor, state: str = "", after: str = "") -> Page:
    """Return one page of those the actor may see: an auditor all, an officer those of its offices. Invalid when `after` is no place
    of ours."""
    return Page(*paging.page(tx, _asked(actor, state), audit_finding.c.id, Raised, after, SIZE))


def everything(tx: Connection, actor: Actor, state: str = "") -> tuple[Raised, ...]:
    """Return all of them, oldest first: for a table to take away."""
    return tuple(all_rows(tx.execute(_asked(actor, state).order_by(audit_finding.c.id)), Raised))


def _asked(actor: Actor, state: str) -> Select[Raised]:
    columns = [audit_finding.c[name] for name in Raised._fields[:9]]
    answerer, closer = person.alias("answerer"), person.alias("closer")
    names = (answerer.c.name.label("answered_by"), closer.c.name.label("closed_by"))
    asked = (
        select(*columns, cases.c.number.label("case"), office.c.name.label("office"), person.c.name.label("by"), *names)
        .join(cases, cases.c.id == audit_finding.c.case_id)
        .join(office, office.c.id == audit_finding.c.office_id)
        .join(person, person.c.id == audit_finding.c.raised_by)
        .outerjoin(answerer, answerer.c.id == audit_finding.c.answered_by)
        .outerjoin(closer, closer.c.id == audit_finding.c.closed_by)
        .where(_scope(actor))
    )
    return asked.where(audit_finding.c.state == state) if state else asked


def _scope(actor: Actor) -> ColumnElement[bool]:
    if actor.kind == "system" or actor.has_role(*SEES_ALL):
        return true()
    return audit_finding.c.office_id.in_(sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE}))
