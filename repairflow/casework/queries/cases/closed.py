"""Closed cases as they went: what a draft procedure is tried on."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import history_of
from repairflow.law.procedure.library import Library
from repairflow.law.simulate import Past
from repairflow.records import cases, event


def closed(tx: Connection, law: Library, procedure: str, *, limit: int | None = None) -> Iterator[Past]:
    """Every closed case of a procedure whose version this node has, newest first, at most `limit`."""
    rows = tx.execute(
        select(cases)
        .where(cases.c.procedure == procedure, cases.c.closed_at.is_not(None))
        .order_by(cases.c.id.desc())
        .limit(limit)
    )
    for row in rows.all():
        version = law.procedures.get((row.procedure, row.procedure_version))
        if version is None:
            continue
        roles = tx.execute(
            select(event.c.actor_role)
            .where(event.c.case_id == row.id, event.c.to_state.is_not(None))
            .order_by(event.c.seq)
        ).scalars()
        yield Past(
            row.number, version, history_of(tx, row.id), tuple(roles), row.outcome, law.calendars.of(row.division_code)
        )
