"""Which law a new case or record follows: that of its day, of the field (领域) and code of the authority it belongs to, and of
the place (行政区划) of the office that decides it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.rows_by_id import office_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.records import office


class Belonging(NamedTuple):
    """Where an authority belongs: its field, its code, and the division code of its place."""

    domain: str = "general"
    code: str = ""
    division: str | None = None


def rules_for(
    tx: Connection, law: Library, name: str, day: date, authority_id: int | None, first: str = ""
) -> tuple[Procedure, RulePack]:
    """The procedure version and rule pack a case opened on `day` is pinned to. Refused when none covers that day.

    A case about an earlier one (of the procedure `first`) follows the place whose rules that one followed.
    """
    of = belonging(tx, authority_id)
    place = law.governing(first or name, of.division, centre_division(tx))
    return law.in_force(name, day, of.domain, of.code, place, first), law.pack_on(day, of.domain, place)


def centre_division(tx: Connection) -> str | None:
    """The place of the credit centre that decides what no authority decides; None without one."""
    found = select(office.c.division_code).where(office.c.kind == "credit_office").order_by(office.c.id).limit(1)
    return tx.execute(found).scalar()


def belonging(tx: Connection, authority_id: int | None) -> Belonging:
    """Where an authority belongs; to no field and no place without one."""
    if authority_id is None:
        return Belonging()
    row = office_of(tx, authority_id)
    return Belonging(row.domain, row.code, row.division_code)
