"""Which law a new case or record follows: that of its day, and of the field (领域) of the authority it belongs to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.records import office


def pack_for(tx: Connection, law: Library, day: date, authority_id: int | None) -> RulePack:
    """The rule pack of an authority's field on a day; the general one without an authority. Refused when none covers it."""
    domain, _ = _place(tx, authority_id)
    return law.pack_on(day, domain)


def rules_for(
    tx: Connection, law: Library, name: str, day: date, authority_id: int | None
) -> tuple[Procedure, RulePack]:
    """The procedure version and rule pack a case opened on `day` is pinned to. Refused when none covers that day."""
    domain, code = _place(tx, authority_id)
    return law.in_force(name, day, domain, code), law.pack_on(day, domain)


def _place(tx: Connection, authority_id: int | None) -> tuple[str, str]:
    if authority_id is None:
        return "general", ""
    row = tx.execute(select(office.c.domain, office.c.code).where(office.c.id == authority_id)).one()
    return row.domain, row.code
