"""Whom citizens may ask (咨询、监督): the offices that take part, with the address and telephone they registered."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, case, select

from repairflow.records import office
from repairflow.records.rows import all_rows

ASKED, SUPERVISING = ("authority", "regulator"), "credit_office"


class Contact(NamedTuple):
    """An office one may ask; `contact` is what it printed on its letters, `kind` what it does here."""

    name: str
    contact: str
    kind: str

    @property
    def supervises(self) -> bool:
        """Whether it supervises the others (信用主管部门)."""
        return self.kind == SUPERVISING


def contacts(tx: Connection) -> tuple[Contact, ...]:
    """Offices that registered where they can be reached: those that supervise first, then those that decide."""
    query = (
        select(office.c.name, office.c.contact, office.c.kind)
        .where(office.c.closed_on.is_(None), office.c.contact != "", office.c.kind.in_((SUPERVISING, *ASKED)))
        .order_by(case((office.c.kind == SUPERVISING, 0), else_=1), office.c.id)
    )
    return tuple(all_rows(tx.execute(query), Contact))
