"""Runs of long work that a person asks for, confirms and watches: an import, a batch. A row says how far each is; two jobs of the
worker do the work, one that looks first and one that acts.

checking → checked → running → done; failed from either, and may go on; dropped before anything is done; stopped while it is
done: what is done stays done, and the run may go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, update

from repairflow.casework import jobs


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one kind: their table (with token, state, message, ended_at), and the kinds of their two jobs."""

    name: str
    table: Table
    check: str
    act: str

    @property
    def phases(self) -> Mapping[str, str]:
        """The kind of job that is at work in each state in which one is."""
        return {"checking": self.check, "running": self.act}

    def key(self, token: str, kind: str) -> str:
        """Return the key of a run's job."""
        return f"{self.name}/{token}/{kind}"

    def order(self, tx: Connection, token: str, kind: str, person_id: int | None, now: datetime) -> None:
        """Ensure that a job of the run waits for the worker."""
        jobs.put(tx, jobs.Order(kind, self.key(token, kind), {"token": token}, person_id), now)

    def move(self, tx: Connection, token: str, states: Sequence[str], values: Mapping[str, object]) -> bool:
        """Change the run where it is in one of these states; whether it was."""
        mine = update(self.table).where(self.table.c.token == token, self.table.c.state.in_(tuple(states)))
        return tx.execute(mine.values(**values)).rowcount == 1

    def drop(self, tx: Connection, token: str, now: datetime) -> bool:
        """Return a checked run is given up; False when it is not waiting."""
        return self.move(tx, token, ("checked",), {"state": "dropped", "ended_at": now})

    def stop(self, tx: Connection, token: str, state: str, now: datetime) -> bool:
        """Ask to stop a run in `state`: it ends here when nobody has begun, else after what is at hand; False when it is over."""
        if state not in self.phases:
            return False
        answer = jobs.cancel(tx, self.key(token, self.phases[state]), now)
        if answer == "cancelled":
            self.stopped(tx, token, now)
        return answer is not None

    def stopped(self, tx: Connection, token: str, now: datetime) -> None:
        """Ensure that a run whose job was cancelled says so: a check is dropped, work is stopped."""
        self.move(tx, token, ("checking",), {"state": "dropped", "ended_at": now})
        self.move(tx, token, ("running",), {"state": "stopped", "ended_at": now})

    def resume(self, tx: Connection, token: str, state: str, now: datetime) -> bool:
        """Return a run that failed or was stopped goes on from where it was; False for any other."""
        if state not in ("failed", "stopped"):
            return False
        again = "running" if jobs.job_of(tx, self.key(token, self.act)) is not None else "checking"
        if not jobs.resume(tx, self.key(token, self.phases[again]), now):
            return False
        return self.move(tx, token, ("failed", "stopped"), {"state": again, "message": None, "ended_at": None})

    def fail(self, tx: Connection, token: str, message: str, now: datetime) -> None:
        """Ensure that the run is over without result, and says why."""
        self.move(tx, token, tuple(self.phases), {"state": "failed", "message": message, "ended_at": now})
