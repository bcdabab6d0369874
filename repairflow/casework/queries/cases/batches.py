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
from repairflow.prepared import compared
from repairflow.records import batch, batch_case, cases, subject
from repairflow.records.rows import BatchRow, CaseRow, all_rows, one_row
from repairflow.times import local_day

ASKED = 20
"""Cases of a group that are asked what may be done in them: what none of them allows is not offered."""
SHOWN = 100
"""Cases of a batch that one page lists."""
NAMED = 100
"""Cases of a group that are listed before a step is chosen."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one procedure in one state, and the steps the actor may take in many of them at once."""

    procedure: str
    version: str
    label: str
    state: str
    state_label: str
    numbers: tuple[str, ...]
    named: tuple[tuple[str, str], ...]  # the first of them, with their subjects' names
    steps: tuple[Option, ...]

    @property
    def code(self) -> str:
        """What tells it from the other groups of a page."""
        return f"{self.procedure}-{self.version}-{self.state}"


def groups(
    tx: Connection, services: Services, actor: Actor, numbers: Sequence[str], now: datetime
) -> tuple[Group, ...]:
    """Return the chosen cases the actor may see, by procedure and state; those that ask for something of each case are left out."""
    found: dict[tuple[str, str, str], list[CaseRow]] = {}
    wanted = select(cases).where(cases.c.number.in_(numbers), compared(case_scope(actor))).order_by(cases.c.id)
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
                and not option.entered  # one subject after another comes to the window
                and not option.inputs
                and not option.brings_materials
                and (option.open or option.name not in steps)
            ):
                steps[option.name] = option
    shown = rows[:NAMED]
    holders = select(subject.c.id, subject.c.name).where(subject.c.id.in_({row.subject_id for row in shown}))
    names = {row.id: row.name for row in tx.execute(holders)}
    return Group(
        first.procedure, first.procedure_version, procedure.label, first.state, procedure.state[first.state].label,
        tuple(row.number for row in rows), tuple((row.number, names[row.subject_id]) for row in shown),
        tuple(steps.values()),
    )  # fmt: skip


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
    ground: str  # what its ground is called; empty where it has none
    counts: Mapping[str, int]
    done: int
    stopping: bool

    @property
    def working(self) -> bool:
        """Whether the worker has something to do."""
        return self.row.state in batch_acts.RUNS.phases


def view(tx: Connection, services: Services, actor: Actor, token: str) -> BatchView:
    """Return one's own batch. Raises NotFound."""
    row = batch_acts.own_batch(tx, actor, token)
    kind = batch_acts.RUNS.phases.get(row.state)
    job = jobs.job_of(tx, batch_acts.RUNS.key(token, kind)) if kind else None
    stopping = job is not None and job.cancel_at is not None
    ground = _ground(tx, services, row) if row.ground else ""
    return BatchView(row, ground, batch_acts.counts(tx, token), job.done if job else 0, stopping)


def _ground(tx: Connection, services: Services, row: BatchRow) -> str:
    """Return what the ground of a batch is called in the rule pack of its first case."""
    first = select(cases).join(batch_case, batch_case.c.case_id == cases.c.id).where(batch_case.c.batch_id == row.id)
    one = one_row(tx.execute(first.order_by(batch_case.c.id).limit(1)), CaseRow)
    procedure, pack = services.law.procedure(one.procedure, one.procedure_version), services.law.packs[one.pack]
    known = pack.lists.get(procedure.ground_list(row.action), {}).get(row.ground or "")
    return known.label if known is not None else row.ground or ""


def lines(tx: Connection, actor: Actor, token: str, page: int | None) -> tuple[Line, ...]:
    """Return a page of the cases of one's own batch, those that something stands against first; all of them without a page.
    Raises NotFound."""
    row = batch_acts.own_batch(tx, actor, token)
    against = case((batch_case.c.state.in_(("refused", "excepted", "left_out")), 0), else_=1)
    query = (
        select(cases.c.number, subject.c.name, batch_case.c.state, batch_case.c.message)
        .join(cases, cases.c.id == batch_case.c.case_id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(batch_case.c.batch_id == row.id)
        .order_by(against, batch_case.c.id)
    )
    some = query if page is None else query.limit(SHOWN).offset((page - 1) * SHOWN)
    return tuple(Line(*found) for found in tx.execute(some))


def own(tx: Connection, actor: Actor, most: int = 30) -> tuple[BatchRow, ...]:
    """Return the batches the actor asked for, newest first."""
    query = select(batch).where(batch.c.person_id == actor.id).order_by(batch.c.id.desc()).limit(most)
    return tuple(all_rows(tx.execute(query), BatchRow))
