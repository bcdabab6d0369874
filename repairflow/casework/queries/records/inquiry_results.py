"""Questions about many organisations (批量查询), as those who asked see them, and those who see to the exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import jobs
from repairflow.casework.actor import Actor
from repairflow.casework.cases.inquiry_runs import ANSWER, RUNS
from repairflow.casework.queries.records.credit_inquiry import Standing, unpacked
from repairflow.errors import NotFound
from repairflow.records import inquiry_part, inquiry_run, person
from repairflow.records.rows import InquiryPartRow, InquiryRunRow, all_rows, first_row

MOST = 100
GONE = "没有这次批量查询，或者结果已过保留期。"


@dataclass(frozen=True, slots=True)
class Run:
    """A run, and whether it has been asked to stop."""

    row: InquiryRunRow
    stopping: bool

    @property
    def working(self) -> bool:
        """Whether the worker still answers."""
        return self.row.state == "running"


class Asked(NamedTuple):
    """What those who see to the exchange learn of a run: whose it is and how far, and no answer."""

    token: str
    who: str
    login: str
    purpose: str
    state: str
    done: int
    total: int
    faulty: int
    message: str | None
    started_at: datetime
    ended_at: datetime | None


class Answered(NamedTuple):
    """One row of the answers: its number, what stands, and when that was looked up."""

    number: int
    standing: Standing
    at: datetime


def own(tx: Connection, actor: Actor) -> list[InquiryRunRow]:
    """Return the actor's runs, newest first."""
    mine = select(inquiry_run).where(inquiry_run.c.person_id == actor.id).order_by(inquiry_run.c.id.desc())
    return all_rows(tx.execute(mine.limit(MOST)), InquiryRunRow)


def one(tx: Connection, actor: Actor, token: str) -> Run:
    """Return one of the actor's runs. Raises NotFound, whether absent or foreign."""
    mine = select(inquiry_run).where(inquiry_run.c.token == token, inquiry_run.c.person_id == actor.id)
    row = first_row(tx.execute(mine), InquiryRunRow)
    if row is None:
        raise NotFound(GONE)
    job = jobs.job_of(tx, RUNS.key(token, ANSWER))
    return Run(row, job is not None and job.cancel_at is not None)


def answers(tx: Connection, run_id: int) -> Iterator[Answered]:
    """Yield the rows answered so far, in the order asked."""
    parts = select(inquiry_part).where(inquiry_part.c.run_id == run_id, inquiry_part.c.at.is_not(None))
    for part in all_rows(tx.execute(parts.order_by(inquiry_part.c.first)), InquiryPartRow):
        if part.answers is None or part.at is None:
            continue
        rows = zip(part.asked, part.problems, part.answers, strict=True)
        for number, (code, problem, kept) in enumerate(rows, part.first):
            yield Answered(number, unpacked(code, problem, kept), part.at)


def everybodys(tx: Connection) -> list[Asked]:
    """Return the newest runs of all accounts, for those who see to the exchange."""
    query = (
        select(
            inquiry_run.c.token, person.c.name.label("who"), person.c.login, inquiry_run.c.purpose, inquiry_run.c.state,
            inquiry_run.c.done, inquiry_run.c.total, inquiry_run.c.faulty, inquiry_run.c.message,
            inquiry_run.c.started_at, inquiry_run.c.ended_at,
        )
        .join(person, person.c.id == inquiry_run.c.person_id)
        .order_by(inquiry_run.c.id.desc())
    )  # fmt: skip
    return all_rows(tx.execute(query.limit(MOST)), Asked)
