"""Runs of an import (导入) from a page: a row says how far each is, for whoever looks, whichever process does the work.

checking → checked → running → done; failed from anywhere, dropped from checked. Only whoever moves a run on works on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from repairflow import vault
from repairflow.casework import beats
from repairflow.casework.actor import Actor
from repairflow.casework.intake import Outcome
from repairflow.gateway.penalty_row import RowProblem
from repairflow.records import import_row, import_run

WORKING = ("checking", "running")
SIGN = "import/"
MOST_TOLD = 50
"""Warnings and notes kept with a run; problems are kept whole, one row each."""


def begin(
    tx: Connection, actor: Actor, *, office_id: int, file_name: str, file_digest: str, node: str, now: datetime
) -> str:
    """A run that is being checked; gives its token. `node` says who works on it."""
    token = vault.token()
    tx.execute(
        insert(import_run).values(
            token=token,
            file_name=file_name[:200],
            file_digest=file_digest,
            office_id=office_id,
            person_id=actor.id,
            state="checking",
            message=node,
            started_at=now,
        )
    )
    beats.put(tx, SIGN + token, now)
    return token


def confirm(tx: Connection, token: str, node: str, now: datetime) -> bool:
    """A checked run begins to import; False when it is not waiting for that (pressed twice, dropped, failed)."""
    begun = tx.execute(
        update(import_run)
        .where(import_run.c.token == token, import_run.c.state == "checked")
        .values(state="running", message=node, rows_done=0, ended_at=None)
    )
    if begun.rowcount:
        beats.put(tx, SIGN + token, now)
    return begun.rowcount == 1


def advance(tx: Connection, token: str, done: int, total: int, now: datetime) -> None:
    """So many rows are through; also a sign of life."""
    tx.execute(
        update(import_run)
        .where(import_run.c.token == token, import_run.c.state.in_(WORKING))
        .values(rows_done=done, rows_total=max(done, total))
    )
    beats.put(tx, SIGN + token, now)


def end(tx: Connection, token: str, outcome: Outcome, *, state: str, now: datetime) -> None:
    """Afterwards the run shows what came of it (`state` checked or done), with every problem of every row."""
    told = [*outcome.notes, *(f"第 {w.row} 行 {w.label}：{w.reason}" for w in outcome.warnings)]
    row = tx.execute(
        update(import_run)
        .where(import_run.c.token == token)
        .values(
            state=state,
            rows_total=outcome.total,
            rows_done=outcome.total,
            rows_new=outcome.new,
            rows_same=outcome.unchanged,
            rows_refused=outcome.refused,
            message="\n".join(told[:MOST_TOLD]) or None,
            ended_at=now,
        )
        .returning(import_run.c.id)
    ).scalar_one()
    tx.execute(delete(import_row).where(import_row.c.run_id == row))
    if found := _problems(row, outcome.problems):
        tx.execute(insert(import_row), found)
    beats.drop(tx, SIGN + token)


def fail(tx: Connection, token: str, message: str, now: datetime) -> None:
    """Afterwards the run is over without result, and says why."""
    tx.execute(
        update(import_run).where(import_run.c.token == token).values(state="failed", message=message, ended_at=now)
    )
    beats.drop(tx, SIGN + token)


def drop(tx: Connection, token: str, now: datetime) -> bool:
    """A checked run is given up; False when it is not waiting."""
    dropped = tx.execute(
        update(import_run)
        .where(import_run.c.token == token, import_run.c.state == "checked")
        .values(state="dropped", ended_at=now)
    )
    return dropped.rowcount == 1


def _problems(run_id: int, problems: Iterable[RowProblem]) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run_id,
            "row": p.row,
            "field": p.label[:80],
            "reason": p.reason + (f"（填写的是“{p.shown}”）" if p.shown else ""),
        }
        for p in problems
    ]
