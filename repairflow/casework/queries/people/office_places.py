"""Where the offices of this installation are: their division codes, with whom each is of."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from repairflow.records import office


def places_of_offices(tx: Connection) -> Mapping[str, tuple[str, ...]]:
    """By division code, the short names of the offices that are there and not closed, the first registered first."""
    rows = select(office.c.division_code, office.c.short_name).where(office.c.closed_on.is_(None)).order_by(office.c.id)
    found: dict[str, list[str]] = {}
    for code, name in tx.execute(rows):
        if code:
            found.setdefault(str(code), []).append(str(name))
    return {code: tuple(names) for code, names in found.items()}
