"""Imports as the people of an office see them: its runs, their problems, and the offices one may import for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from repairflow.casework.access import OFFICE_OF_ROLE
from repairflow.casework.actor import Actor
from repairflow.casework.import_runs import SIGN, WORKING
from repairflow.errors import NotFound
from repairflow.records import heartbeat, import_row, import_run, office, person

QUIET = timedelta(minutes=10)
"""A run that gave no sign of life for so long is over: its process died."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run with its office and person. `quiet`: it should be at work and has given no sign for too long."""

    row: Any
    quiet: bool

    @property
    def working(self) -> bool:
        """Whether the row says that somebody works on it."""
        return self.row.state in WORKING


def offices(tx: Connection, actor: Actor) -> tuple[Any, ...]:
    """The offices whose files the actor may import: those in which the actor handles cases; by code."""
    mine = sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE})
    return tuple(tx.execute(select(office).where(office.c.id.in_(mine)).order_by(office.c.code)))


def runs(tx: Connection, actor: Actor, now: datetime, *, size: int = 30) -> tuple[Run, ...]:
    """The last runs of the actor's offices, newest first."""
    rows = tx.execute(_runs(tx, actor).order_by(import_run.c.id.desc()).limit(size))
    return tuple(_run(row, now) for row in rows)


def run(tx: Connection, actor: Actor, token: str, now: datetime) -> Run:
    """One run of the actor's offices. Raises NotFound, whether absent or foreign."""
    row = tx.execute(_runs(tx, actor).where(import_run.c.token == token)).first()
    if row is None:
        raise NotFound
    return _run(row, now)


def problems(tx: Connection, run_id: int, *, most: int | None = None) -> tuple[Any, ...]:
    """What was wrong, by row of the file: row, field, reason."""
    found = select(import_row).where(import_row.c.run_id == run_id).order_by(import_row.c.row, import_row.c.id)
    return tuple(tx.execute(found.limit(most) if most else found))


def count_problems(tx: Connection, run_id: int) -> int:
    """How many problems a run has."""
    return tx.execute(select(func.count()).select_from(import_row).where(import_row.c.run_id == run_id)).scalar_one()


def _runs(tx: Connection, actor: Actor) -> Select[Any]:
    places = [place.id for place in offices(tx, actor)]
    return (
        select(
            import_run,
            office.c.name.label("office_name"),
            office.c.code.label("office_code"),
            person.c.name.label("person_name"),
            heartbeat.c.at.label("sign"),
        )
        .join(office, office.c.id == import_run.c.office_id)
        .outerjoin(person, person.c.id == import_run.c.person_id)
        .outerjoin(heartbeat, heartbeat.c.name == SIGN + import_run.c.token)
        .where(import_run.c.office_id.in_(places))
    )


def _run(row: Any, now: datetime) -> Run:
    return Run(row, row.state in WORKING and (row.sign is None or now - row.sign > QUIET))
