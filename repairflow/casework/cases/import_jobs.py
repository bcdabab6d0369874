"""Runs of an import (导入) from a page: a row says how far each is, for whoever looks; a worker's job does the work.

checking → checked → running → done; failed from either, and may be tried again; dropped before anything is written;
stopped while writing: what is written stays, and the run may go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, case, delete, insert, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.cases.import_penalties import Batch, Outcome
from repairflow.casework.job_runs import Runs
from repairflow.errors import NotFound
from repairflow.gateway.penalties.row import RowProblem
from repairflow.records import import_row, import_run, office
from repairflow.records.rows import ImportRunRow, first_row

CHECK, WRITE = "import_check", "import_write"
"""The kinds of job."""
RUNS = Runs("import", import_run, CHECK, WRITE)
MOST_TOLD = 50
"""Warnings and notes kept with a run; problems are kept whole, one row each."""


def begin(
    tx: Connection,
    actor: Actor,
    token: str,
    *,
    office_id: int,
    file_name: str,
    file_digest: str,
    now: datetime,
) -> None:
    """Ensure that a run waits for its check; its file lies under `token` already."""
    tx.execute(
        insert(import_run).values(
            token=token,
            file_name=file_name[:200],
            file_digest=file_digest,
            office_id=office_id,
            person_id=actor.id,
            state="checking",
            started_at=now,
        )
    )
    RUNS.order(tx, token, CHECK, actor.id, now)


def of_past(tx: Connection, token: str, provenance: str) -> None:
    """Ensure that the run delivers records of the past (补报历史数据), which come from there."""
    tx.execute(update(import_run).where(import_run.c.token == token).values(provenance=provenance))


def run_of(tx: Connection, token: str) -> ImportRunRow:
    """Find a run. Raises NotFound."""
    row = first_row(tx.execute(select(import_run).where(import_run.c.token == token)), ImportRunRow)
    if row is None:
        raise NotFound
    return row


def office_code(tx: Connection, run: ImportRunRow) -> str:
    """Return the code of the office that delivers a run."""
    return str(tx.execute(select(office.c.code).where(office.c.id == run.office_id)).scalar_one())


def confirm(tx: Connection, token: str, actor: Actor, now: datetime) -> bool:
    """Return a checked run begins to import; False when it is not waiting for that (pressed twice, dropped, failed)."""
    begun = {"state": "running", "rows_done": 0, "rows_new": 0, "ended_at": None}
    if not RUNS.move(tx, token, ("checked",), begun):
        return False
    RUNS.order(tx, token, WRITE, actor.id, now)
    return True


def stop(tx: Connection, token: str, now: datetime) -> bool:
    """Somebody asks to stop a run at work; see `Runs.stop`."""
    return RUNS.stop(tx, token, run_of(tx, token).state, now)


def resume(tx: Connection, token: str, now: datetime) -> bool:
    """Return a run that failed or was stopped goes on; see `Runs.resume`."""
    return RUNS.resume(tx, token, run_of(tx, token).state, now)


def advance(tx: Connection, token: str, done: int, total: int) -> None:
    """So many rows are checked."""
    RUNS.move(tx, token, ("checking",), {"rows_done": done, "rows_total": max(done, total)})


def wrote(tx: Connection, token: str, batch: Batch) -> None:
    """Note that a batch is written, in this transaction: what it brought is counted with it, however often the run is resumed.

    A resumed run passes the rows that are in once more, which is no step back.
    """
    new, before = import_run.c.rows_new + batch.new, import_run.c.rows_done
    done = case((before < batch.done, batch.done), else_=before)
    RUNS.move(tx, token, ("running",), {"rows_done": done, "rows_total": batch.total, "rows_new": new})


def end(tx: Connection, token: str, outcome: Outcome, *, state: str, now: datetime) -> dict[str, int]:
    """Ensure that the run shows what came of it (`state` checked or done), with every problem of every row; its counts."""
    told = [*outcome.notes, *(f"第 {w.row} 行 {w.label}：{w.reason}" for w in outcome.warnings)]
    row = run_of(tx, token)
    new = row.rows_new if state == "done" else outcome.new  # a resumed run has written some before this attempt
    counts = {
        "rows_total": outcome.total,
        "rows_new": new,
        "rows_same": outcome.total - outcome.refused - new,
        "rows_refused": outcome.refused,
        "rows_held": outcome.held,
    }
    ended = {"state": state, "rows_done": outcome.total, "message": "\n".join(told[:MOST_TOLD]) or None}
    tx.execute(update(import_run).where(import_run.c.id == row.id).values(ended_at=now, **ended, **counts))
    tx.execute(delete(import_row).where(import_row.c.run_id == row.id))
    if found := [*_problems(row.id, outcome.problems), *_unread(row.id, outcome.unread)]:
        tx.execute(insert(import_row), found)
    return counts


def unread(tx: Connection, token: str, headings: Sequence[str]) -> None:
    """Ensure that the run names the headings of its file that nobody knows, for its office to match."""
    row = run_of(tx, token)
    tx.execute(delete(import_row).where(import_row.c.run_id == row.id))
    if found := _unread(row.id, headings):
        tx.execute(insert(import_row), found)


def _unread(run_id: int, headings: Sequence[str]) -> list[dict[str, object]]:
    """Of the file, not of a row of it: they stand under row 0."""
    return [{"run_id": run_id, "row": 0, "field": "表头", "reason": heading[:200]} for heading in headings[:MOST_TOLD]]


def _problems(run_id: int, problems: Iterable[RowProblem]) -> list[dict[str, object]]:
    return [
        {
            "run_id": run_id,
            "row": p.row,
            "field": p.label[:80],
            "reason": p.reason + (f"（填写的是“{p.shown}”）" if p.shown else ""),
        }
        for p in problems
    ]
