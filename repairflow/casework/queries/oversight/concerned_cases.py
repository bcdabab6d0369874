"""Open cases that follow certain versions or packs: whom a change of the law concerns."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from repairflow.law.freshness.uses import Use
from repairflow.records import cases


def concerned(tx: Connection, rules: Iterable[Use]) -> tuple[str, ...]:
    """Return the numbers of the open cases that follow any of these rules, in the order of filing."""
    wanted = tuple(rules)
    always = frozenset[tuple[str, str]]().union(*(use.versions for use in wanted if not use.pack))
    under = {(use.pack, version) for use in wanted if use.pack for version in use.versions}
    rows = tx.execute(
        select(cases.c.number, cases.c.procedure, cases.c.procedure_version, cases.c.pack)
        .where(cases.c.closed_at.is_(None))
        .order_by(cases.c.id)
    )
    found = []
    for number, procedure, version, pack in rows:
        key = (procedure, version)
        if key in always or (pack, key) in under:
            found.append(number)
    return tuple(found)
