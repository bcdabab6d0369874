"""Examples (典型案例) as the public and their offices read them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.casework.queries import paging
from repairflow.records import example, office, person

SIZE = 20


class Example(NamedTuple):
    """One example with its office, and who wrote it."""

    id: int
    number: str
    kind: str
    title: str
    text: str
    state: str
    published_day: date | None
    reason: str | None
    office: str
    by: str
    proposed_by: int

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text, line by line."""
        return tuple(line for line in self.text.splitlines() if line.strip())


class Page(NamedTuple):
    """Examples, newest first; `next` begins the next page, empty on the last."""

    rows: tuple[Example, ...]
    next: str


def public(tx: Connection, kind: str = "", after: str = "") -> Page:
    """Return one page of what is published. Invalid when `after` is no place of ours."""
    query = _all().where(example.c.state == "published")
    if kind:
        query = query.where(example.c.kind == kind)
    return Page(*paging.page(tx, query, example.c.id, Example, after, SIZE))


def of_offices(tx: Connection, actor: Actor, after: str = "") -> Page:
    """Return one page of those of the actor's offices. Invalid when `after` is no place of ours."""
    mine = sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE})
    return Page(*paging.page(tx, _all().where(example.c.office_id.in_(mine)), example.c.id, Example, after, SIZE))


def _all() -> Select[Example]:
    columns = [example.c[name] for name in Example._fields[:8]]
    return (
        select(*columns, office.c.name.label("office"), person.c.name.label("by"), example.c.proposed_by)
        .join(office, office.c.id == example.c.office_id)
        .join(person, person.c.id == example.c.proposed_by)
    )
