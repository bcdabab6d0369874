"""Named instants that outlive the process: who was last alive, what was last done, which clock was last trusted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from repairflow.prepared import Prepared
from repairflow.records import heartbeat

WORKER = "worker/"
TOLD_UNSIGNED = "log/told-unsigned"
"""When a letter or a push last named an event that could not be signed for."""
WITNESS_DIFFERS = "log/witness-differs"
"""When a witness last held another log than ours; its key's id follows."""
BEGUN = -1
"""Instead of a number of beats: the work of that day has begun and is not done."""
KEPT = timedelta(days=800)
"""Longer than any jump forward that a person would not notice at once: whoever comes back finds the days that are done."""

_workers = select(heartbeat.c.name, heartbeat.c.at, heartbeat.c.beat).where(heartbeat.c.name.startswith(WORKER))


class _At(NamedTuple):
    at: datetime


_BY_NAME = Prepared(select(heartbeat.c.at).where(heartbeat.c.name == bindparam("name")), _At)


def get(tx: Connection, name: str) -> datetime | None:
    """Return the instant kept under `name`."""
    kept = _BY_NAME.run(tx, name=name).first
    return kept.at if kept is not None else None


def was_done(tx: Connection, job: str, day: date) -> bool:
    """Tell whether the work of `day` is done; on SQLite, where nobody can tell a worker at work from one that was killed, begun."""
    beat = tx.execute(select(heartbeat.c.beat).where(heartbeat.c.name == _of_day(job, day))).scalar_one_or_none()
    return beat is not None and (beat != BEGUN or tx.dialect.name == "sqlite")


def ever_done(tx: Connection, job: str) -> bool:
    """Tell whether the work of any day is done."""
    return tx.execute(select(heartbeat.c.name).where(*_days(job)).limit(1)).first() is not None


def take_day(tx: Connection, job: str, day: date, now: datetime) -> bool:
    """Tell whether the work of `day` is the caller's to do in this transaction: true for one, once, however often the clock goes
    back and forth."""
    tx.execute(delete(heartbeat).where(*_days(job), heartbeat.c.at < now - KEPT))
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    mine = make(heartbeat).values(name=_of_day(job, day), at=now).on_conflict_do_nothing()
    return tx.execute(mine.returning(heartbeat.c.name)).first() is not None


def begin_day(tx: Connection, job: str, day: date, now: datetime) -> bool:
    """As `take_day`, for work that outlives this transaction: `finish_day` when it is done, `give_back` when it failed.

    On PostgreSQL the caller holds the lock of this job (`Database.alone`): a day that is begun already was left by a
    worker that is gone, and is the caller's.
    """
    if tx.dialect.name != "sqlite" and not was_done(tx, job, day):
        give_back(tx, job, day)
    if not take_day(tx, job, day, now):
        return False
    tx.execute(update(heartbeat).where(heartbeat.c.name == _of_day(job, day)).values(beat=BEGUN))
    return True


def finish_day(tx: Connection, job: str, day: date) -> None:
    """Ensure that the work of `day` is done."""
    tx.execute(update(heartbeat).where(heartbeat.c.name == _of_day(job, day)).values(beat=0))


def give_back(tx: Connection, job: str, day: date) -> None:
    """Ensure that the work of `day` is to be done again."""
    drop(tx, _of_day(job, day))


def forget_days(tx: Connection, job: str) -> None:
    """Ensure that no day of `job` counts as done."""
    tx.execute(delete(heartbeat).where(*_days(job)))


def _of_day(job: str, day: date) -> str:
    return f"{job}/{day.isoformat()}"


def _days(job: str) -> tuple[ColumnElement[bool], ...]:
    return (heartbeat.c.name.startswith(f"{job}/", autoescape=True),)


def put(tx: Connection, name: str, at: datetime) -> None:
    """Ensure that `name` stands at `at`, whatever stood there."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(
        make(heartbeat)
        .values(name=name, at=at)
        .on_conflict_do_update(index_elements=[heartbeat.c.name], set_={"at": at})
    )


def drop(tx: Connection, name: str) -> None:
    """Ensure that nothing is kept under `name`."""
    tx.execute(delete(heartbeat).where(heartbeat.c.name == name))


def show(tx: Connection, node: str, now: datetime) -> None:
    """Ensure that the worker of `node` has shown itself once more."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(
        make(heartbeat)
        .values(name=WORKER + node, at=now, beat=1)
        .on_conflict_do_update(index_elements=[heartbeat.c.name], set_={"at": now, "beat": heartbeat.c.beat + 1})
    )


def workers(tx: Connection) -> Sequence[Row[str, datetime, int]]:
    """Name, instant and number of the last beat of every worker there ever was."""
    return tx.execute(_workers).all()
