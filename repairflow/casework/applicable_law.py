"""Which law a new case or record follows: that of its day, of the field (领域) and code of the authority it belongs to, and of
the place (行政区划) of the office that decides it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from repairflow.casework.rows_by_id import centre, office_of
from repairflow.law.calendar.regions import holding
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack


class Belonging(NamedTuple):
    """Where an authority belongs: its field, its code, and the division code of its place."""

    domain: str = "general"
    code: str = ""
    division: str | None = None


def rules_for(
    tx: Connection, law: Library, name: str, day: date, authority_id: int | None, first: str = ""
) -> tuple[Procedure, RulePack]:
    """Return the procedure version and rule pack a case opened on `day` is pinned to. Refused when none covers that day.

    A case about an earlier one (of the procedure `first`) follows the place whose rules that one followed, and of a place's
    rules for reviews (复核) only those that bind the reviewing office, too: 浙江 31(1) binds the department of the province.
    """
    of = belonging(tx, authority_id)
    place = law.governing(first or name, of.division, centre_division(tx))
    if law.reviewed_by_superior(name, first):
        place = _narrower(place, _superior_of_centre(tx))
    return law.in_force(name, day, of.domain, of.code, place, first), law.pack_on(day, of.domain, place)


def centre_division(tx: Connection) -> str | None:
    """Return the place of the credit centre that decides what no authority decides; None without one."""
    found = centre(tx)
    return found.division_code if found is not None else None


def _superior_of_centre(tx: Connection) -> str | None:
    """Return the place of the office above the credit centre; None without one."""
    found = centre(tx)
    return office_of(tx, found.parent_id).division_code if found is not None and found.parent_id is not None else None


def _narrower(place: str | None, other: str | None) -> str | None:
    """Of a place and another within or above it the narrower; the other one where neither holds the other."""
    return place if other is None or other in holding(place) else other


def belonging(tx: Connection, authority_id: int | None) -> Belonging:
    """Return where an authority belongs; to no field and no place without one."""
    if authority_id is None:
        return Belonging()
    row = office_of(tx, authority_id)
    return Belonging(row.domain, row.code, row.division_code)
