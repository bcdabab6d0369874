"""How the node stands: is a worker alive, what waits, how far the log is. Counts only; nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from repairflow.auditing import sequencer
from repairflow.casework import heartbeats
from repairflow.casework.outbox import UNFINISHED
from repairflow.casework.worker_pulse import SKEW, Pulse
from repairflow.records import cases, checkpoint, deadline, heartbeat, outbox


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of the whole node. `late` are running limits past their day; `unsequenced` events without a place in the log."""

    worker_alive: bool
    open_cases: int
    late: int
    waiting: int
    dead: int
    unsequenced: int
    checkpoint_size: int


def reach(tx: Connection) -> None:
    """Ask the database the least there is; raises what it raises when it does not answer."""
    tx.execute(select(heartbeat.c.name).limit(1)).first()


def worker_seen(tx: Connection, now: datetime) -> datetime | None:
    """Return when any worker last showed itself; None when none ever did. What a clock that was ahead has written is left out."""
    return max((worker.at for worker in heartbeats.workers(tx) if worker.at <= now + SKEW), default=None)


def standing(tx: Connection, pulse: Pulse, now: datetime) -> Standing:
    """Return the numbers as of `now`."""
    unfinished = outbox.c.state.in_(UNFINISHED)  # what is done only grows
    counted = tx.execute(select(outbox.c.state, func.count().label("rows")).where(unfinished).group_by(outbox.c.state))
    states: dict[str, int] = {row.state: row.rows for row in counted}
    return Standing(
        worker_alive=pulse.alive(tx, now),
        open_cases=tx.execute(select(func.count()).select_from(cases).where(cases.c.closed_at.is_(None))).scalar_one(),
        late=tx.execute(
            select(func.count()).select_from(deadline).where(deadline.c.state == "running", deadline.c.due_at <= now)
        ).scalar_one(),
        waiting=states.get("waiting", 0) + states.get("leased", 0),
        dead=states.get("dead", 0),
        unsequenced=sequencer.count_waiting(tx),
        checkpoint_size=tx.execute(select(func.max(checkpoint.c.size))).scalar() or 0,
    )
