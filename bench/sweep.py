"""What a sweep costs: idle beside the bare query, and 10,000 due among 1,000,000 open beside 10,000 among 100,000.

    .venv/bin/python bench/sweep.py [sqlite|postgresql]

Prints one JSON line a path: name, limit and ours in ms, ratio, goal (of the ratio, or in ms where it says so).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import Connection, bindparam, insert, select, text, update

sys.path.insert(0, str(Path(__file__).parent.parent))

from repairflow.db import Database
from repairflow.records import deadline, rung_fired
from repairflow.worker.sweeps import find_due, sweep
from tests.support import databases

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
DUE = 10_000
SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 200
BARE = "SELECT id FROM deadline WHERE next_at <= {} AND held IS NULL ORDER BY next_at, id LIMIT 500"

_row = select(deadline).where(deadline.c.id == bindparam("row"))
_done = update(deadline).where(deadline.c.id == bindparam("row")).values(next_at=None, next_rung=None)


def main(kind: str) -> None:
    with made(kind) as (small, large):
        fill(small, SMALL)
        fill(large, LARGE)
        idle(large)
        pairs = [[spent(lambda db=db: find(db)) for db in (small, large)] for _ in range(20)]
        say("find 10,000 due at 1M open beside 100k", *(median(times) for times in zip(*pairs, strict=True)), "1.5")
        say("fire 10,000 due at 1M open beside 100k", *everything(small, large), "1.5")


def idle(db: Database) -> None:
    """Nothing is due: the whole sweep, with its look at the clock, beside the one query it cannot do without."""
    early = NOW - timedelta(days=2)
    sweep(db, find_due, nothing, early)
    with db.engine.connect() as tx:
        raw = tx.connection.driver_connection
        stamp = early.replace(tzinfo=None).isoformat(" ") if db.is_sqlite else early
        query = BARE.format("?" if db.is_sqlite else "%s")
        limit = best(lambda: raw.execute(query, (stamp,)).fetchall(), ROUNDS)
    say("idle sweep at 1M open", limit, best(lambda: sweep(db, find_due, nothing, early), ROUNDS), "1 ms")


def find(db: Database) -> None:
    with db.read() as tx:
        assert len(find_due(tx, NOW, DUE)) == DUE


def everything(*dbs: Database) -> list[float]:
    """The milliseconds each takes to fire all that is due, sweep by sweep in turn: both meet the same disk."""
    done, taken = [0 for _ in dbs], [0.0 for _ in dbs]
    while min(done) < DUE:
        for n, db in enumerate(dbs):
            start = time.perf_counter()
            done[n] += sweep(db, find_due, fire, NOW - timedelta(hours=43)).fired
            taken[n] += (time.perf_counter() - start) * 1000
    assert done == [DUE for _ in dbs]
    return taken


def nothing(tx: Connection, row: int, now: datetime) -> None:
    raise AssertionError("nothing is due")


def fire(tx: Connection, row: int, now: datetime) -> str:
    """The least a firing does: the rung is kept, the deadline moves on."""
    one = tx.execute(_row, {"row": row}).one()
    tx.execute(
        insert(rung_fired),
        {
            "case_id": one.case_id, "clock": one.clock, "started_on": one.started_on, "due_day": one.due_day,
            "rung": one.next_rung, "fired_at": now, "late": 0,
        },
    )  # fmt: skip
    tx.execute(_done, {"row": row})
    return str(one.next_rung)


def fill(db: Database, count: int) -> None:
    """`count` open deadlines, of which DUE came due within the last two days; the cases they hang on are left out."""
    with db.engine.connect() as tx:
        if db.is_sqlite:
            tx.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        with tx.begin():
            if not db.is_sqlite:
                tx.execute(text("SET LOCAL session_replication_role = replica"))
            for start in range(0, count, 50_000):
                tx.execute(
                    insert(deadline),
                    [
                        {
                            "case_id": n + 1, "clock": "acceptance", "label": "受理期限", "owner": "registrar",
                            "state": "running", "started_on": NOW.date(), "due_day": NOW.date(), "provisional": False,
                            "days_total": 5, "next_rung": "remind:1",
                            "next_at": NOW - timedelta(hours=47) + timedelta(seconds=n / DUE * 3600 * 4)
                            if n < DUE
                            else NOW + timedelta(minutes=n),
                        }
                        for n in range(start, start + 50_000)
                    ],
                )  # fmt: skip
    with db.engine.connect() as tx:  # what filling left to do is not done while firing is measured
        raw = tx.connection.driver_connection
        if db.is_sqlite:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("PRAGMA foreign_keys=OFF")  # nor are there the cases the rows would refer to
        else:
            tx.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE deadline"))
            tx.execute(text("CHECKPOINT"))


@contextmanager
def made(kind: str) -> Iterator[tuple[Database, Database]]:
    """Two empty databases of a kind, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            maker = databases.SQLite(Path(folder))
            yield Database(maker.migrated()), Database(maker.migrated())
        else:
            with databases.postgresql() as server:
                pair = Database(server.migrated()), Database(server.migrated())
                for db in pair:
                    with db.begin() as tx:
                        for name in ("case_id_cases", "record_id_record"):
                            tx.execute(text(f"ALTER TABLE rung_fired DROP CONSTRAINT fk_rung_fired_{name}"))
                yield pair
                for db in pair:
                    db.dispose()


def spent(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def best(work: Callable[[], object], rounds: int) -> float:
    """The median of many, in milliseconds."""
    return median(spent(work) for _ in range(rounds))


def say(name: str, limit: float, ours: float, goal: str) -> None:
    line = {
        "name": name,
        "limit": round(limit, 3),
        "ours": round(ours, 3),
        "ratio": round(ours / limit, 2),
        "goal": goal,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    main(sys.argv[1] if len(sys.argv) > 1 else "sqlite")
