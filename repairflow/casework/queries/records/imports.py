"""Imports as the people of an office see them: its runs, their problems, and the offices one may import for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.cases.import_jobs import CHECK, RUNS, WRITE
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import NotFound
from repairflow.records import import_row, import_run, job, office, person


@dataclass(frozen=True, slots=True)
class Run:
    """A run with its office and person. `waits`: no worker has begun with it; `worked`: a worker is running at all."""

    row: Any
    worked: bool

    @property
    def working(self) -> bool:
        """Whether a worker has it, or will."""
        return self.row.state in RUNS.phases

    @property
    def waits(self) -> bool:
        """Whether it still waits for a worker."""
        return self.working and self.row.job_state == "waiting"

    @property
    def stopping(self) -> bool:
        """Whether somebody has asked to stop it."""
        return self.working and self.row.cancel_at is not None


def offices(tx: Connection, actor: Actor) -> tuple[Any, ...]:
    """Return the offices whose files the actor may import: those in which the actor handles cases; by code."""
    mine = sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE})
    return tuple(tx.execute(select(office).where(office.c.id.in_(mine)).order_by(office.c.code)))


def runs(tx: Connection, actor: Actor, *, worked: bool, size: int = 30) -> tuple[Run, ...]:
    """Return the last runs of the actor's offices, newest first; `worked` says whether a worker is alive."""
    rows = tx.execute(_runs(tx, actor).order_by(import_run.c.id.desc()).limit(size))
    return tuple(Run(row, worked) for row in rows)


def run(tx: Connection, actor: Actor, token: str, *, worked: bool) -> Run:
    """Return one run of the actor's offices. Raises NotFound, whether absent or foreign."""
    row = tx.execute(_runs(tx, actor).where(import_run.c.token == token)).first()
    if row is None:
        raise NotFound
    return Run(row, worked)


def problems(tx: Connection, run_id: int, *, most: int | None = None) -> tuple[Any, ...]:
    """Return what was wrong, by row of the file: row, field, reason."""
    found = (
        select(import_row)
        .where(import_row.c.run_id == run_id, import_row.c.row > 0)
        .order_by(import_row.c.row, import_row.c.id)
    )
    return tuple(tx.execute(found.limit(most) if most else found))


def unread(tx: Connection, run_id: int) -> list[str]:
    """Headings of a run's file that nobody knows."""
    found = select(import_row.c.reason).where(import_row.c.run_id == run_id, import_row.c.row == 0)
    return list(tx.execute(found.order_by(import_row.c.id)).scalars())


def count_problems(tx: Connection, run_id: int) -> int:
    """Return how many problems a run has."""
    return tx.execute(
        select(func.count()).select_from(import_row).where(import_row.c.run_id == run_id, import_row.c.row > 0)
    ).scalar_one()


def _runs(tx: Connection, actor: Actor) -> Select[Any]:
    places = [place.id for place in offices(tx, actor)]
    kind = case((import_run.c.state == "running", WRITE), else_=CHECK)
    key = "import/" + import_run.c.token + "/" + kind
    return (
        select(
            import_run,
            office.c.name.label("office_name"),
            office.c.code.label("office_code"),
            person.c.name.label("person_name"),
            job.c.state.label("job_state"),
            job.c.cancel_at,
        )
        .join(office, office.c.id == import_run.c.office_id)
        .outerjoin(person, person.c.id == import_run.c.person_id)
        .outerjoin(job, job.c.key == key)
        .where(import_run.c.office_id.in_(places))
    )
