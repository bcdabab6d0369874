"""Batches (批量办理) for their pages: what may be done in many cases at once, and what became of each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, select

from repairflow.casework import jobs
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import batch_acts
from repairflow.casework.cases.options import Option, options
from repairflow.casework.context import Services
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.cases.queue import waiting_for
from repairflow.records import batch, batch_case, cases, subject
from repairflow.records.rows import BatchRow, CaseRow, all_rows
from repairflow.times import local_day

ASKED = 20
"""Cases of a group that are asked what may be done in them: what none of them allows is not offered."""
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one procedure in one state, and the steps the actor may take in many of them at once."""

    procedure: str
    label: str
    state: str
    state_label: str
    numbers: tuple[str, ...]
    steps: tuple[Option, ...]


def groups(
    tx: Connection, services: Services, actor: Actor, numbers: Sequence[str], now: datetime
) -> tuple[Group, ...]:
    """Return the chosen cases the actor may see, by procedure and state; those that ask for something of each case are left out."""
    found: dict[tuple[str, str, str], list[CaseRow]] = {}
    wanted = select(cases).where(cases.c.number.in_(numbers), case_scope(actor)).order_by(cases.c.id)
    for row in all_rows(tx.execute(wanted), CaseRow):
        found.setdefault((row.procedure, row.procedure_version, row.state), []).append(row)
    return tuple(_group(tx, services, actor, rows, now) for rows in found.values())


def _group(tx: Connection, services: Services, actor: Actor, rows: Sequence[CaseRow], now: datetime) -> Group:
    first = rows[0]
    procedure = services.law.procedure(first.procedure, first.procedure_version)
    steps: dict[str, Option] = {}
    for row in rows[:ASKED]:
        at = situation(tx, services.law, row, local_day(now))
        for option in options(tx, services.law, at, actor, now):
            if (
                option.mine
                and not option.inputs
                and not option.brings_materials
                and (option.open or option.name not in steps)
            ):
                steps[option.name] = option
    numbers = tuple(row.number for row in rows)
    label = procedure.state[first.state].label
    return Group(first.procedure, procedure.label, first.state, label, numbers, tuple(steps.values()))


def numbers_waiting(
    tx: Connection, services: Services, actor: Actor, procedure: str, state: str, *, own: bool
) -> tuple[str, ...]:
    """Return the numbers of all cases of a procedure in a state that wait for the actor, at most so many as a batch takes."""
    query = select(cases.c.number).where(
        case_scope(actor),
        waiting_for(services.law, actor, own=own),
        cases.c.procedure == procedure,
        cases.c.state == state,
    )
    return tuple(tx.execute(query.order_by(cases.c.due_day, cases.c.id).limit(batch_acts.MOST)).scalars())


class Line(NamedTuple):
    """A case of a batch for its page."""

    number: str
    subject: str
    state: str
    message: str | None


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch for its page."""

    row: BatchRow
    counts: Mapping[str, int]
    done: int
    stopping: bool

    @property
    def working(self) -> bool:
        """Whether the worker has something to do."""
        return self.row.state in batch_acts.RUNS.phases


def view(tx: Connection, actor: Actor, token: str) -> BatchView:
    """Return one's own batch. Raises NotFound."""
    row = batch_acts.own_batch(tx, actor, token)
    kind = batch_acts.RUNS.phases.get(row.state)
    job = jobs.job_of(tx, batch_acts.RUNS.key(token, kind)) if kind else None
    stopping = job is not None and job.cancel_at is not None
    return BatchView(row, batch_acts.counts(tx, token), job.done if job else 0, stopping)


def lines(tx: Connection, actor: Actor, token: str, most: int | None = SHOWN) -> tuple[Line, ...]:
    """Return the cases of one's own batch, those that something stands against first. Raises NotFound."""
    row = batch_acts.own_batch(tx, actor, token)
    against = case((batch_case.c.state.in_(("refused", "excepted", "left_out")), 0), else_=1)
    query = (
        select(cases.c.number, subject.c.name, batch_case.c.state, batch_case.c.message)
        .join(cases, cases.c.id == batch_case.c.case_id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(batch_case.c.batch_id == row.id)
        .order_by(against, batch_case.c.id)
    )
    return tuple(Line(*found) for found in tx.execute(query if most is None else query.limit(most)))


def own(tx: Connection, actor: Actor, most: int = 30) -> tuple[BatchRow, ...]:
    """Return the batches the actor asked for, newest first."""
    query = select(batch).where(batch.c.person_id == actor.id).order_by(batch.c.id.desc()).limit(most)
    return tuple(all_rows(tx.execute(query), BatchRow))
