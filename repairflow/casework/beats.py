"""Named instants that outlive the process: who was last alive, what was last done, which clock was last trusted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from repairflow.records import heartbeat

WORKER = "worker/"
ALIVE = timedelta(minutes=1)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def get(tx: Connection, name: str) -> datetime | None:
    """The instant kept under `name`."""
    return tx.execute(select(heartbeat.c.at).where(heartbeat.c.name == name)).scalar_one_or_none()


def claim(tx: Connection, name: str, now: datetime, since: datetime) -> datetime | None:
    """Move `name` to `now` if it stands before `since`: the instant it stood at, for who got it; None for all others."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(make(heartbeat).values(name=name, at=NEVER).on_conflict_do_nothing())
    before: datetime = tx.execute(select(heartbeat.c.at).where(heartbeat.c.name == name).with_for_update()).scalar_one()
    if before >= since:
        return None
    tx.execute(update(heartbeat).where(heartbeat.c.name == name).values(at=now))
    return before


def put(tx: Connection, name: str, at: datetime) -> None:
    """Afterwards `name` stands at `at`, whatever stood there."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(
        make(heartbeat)
        .values(name=name, at=at)
        .on_conflict_do_update(index_elements=[heartbeat.c.name], set_={"at": at})
    )


def drop(tx: Connection, name: str) -> None:
    """Afterwards nothing is kept under `name`."""
    tx.execute(delete(heartbeat).where(heartbeat.c.name == name))


def alive(tx: Connection, now: datetime) -> bool:
    """Whether any worker showed itself within the last minute; else waiting things wait for it."""
    recent = select(heartbeat.c.name).where(heartbeat.c.name.startswith(WORKER), heartbeat.c.at > now - ALIVE)
    return tx.execute(recent.limit(1)).first() is not None
