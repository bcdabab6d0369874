"""Four sweepers, killed at random in the middle of what they do: every due rung fires exactly once, each case in order."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from repairflow.db import Database
from repairflow.records import cases, deadline, notice, office, person, rung_fired, subject
from tests.soak.sweeper import RUNGS

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
SWEEPERS = 4
PATIENCE_SECONDS = 900


def fill(db: Database, count: int) -> None:
    """`count` cases whose acceptance is overdue; written past the door, for nothing of them is business."""
    day = date(2026, 6, 1)
    with db.engine.begin() as tx:
        tx.execute(insert(office).values(id=1, code="ENV", name="a", short_name="a", mark="a", kind="authority"))
        tx.execute(insert(subject).values(id=1, kind="organisation", name="a", uscc="91230500MA1B3N1N2M"))
        tx.execute(insert(person).values(id=1, login="a", name="a", kind="staff"))
        tx.execute(
            insert(cases),
            [
                {
                    "id": n, "number": f"XF-2026-{n:06d}", "procedure": "repair", "procedure_version": "2026-04",
                    "procedure_digest": "d", "pack": "p", "subject_id": 1, "receiving_id": 1, "deciding_id": 1,
                    "provider_id": 1, "state": "submitted", "version": 1, "chain_head": "h", "channel": "portal",
                    "filed_day": day, "filed_at": NOW, "inputs": {},
                }
                for n in range(1, count + 1)
            ],
        )  # fmt: skip
        tx.execute(
            insert(deadline),
            [
                {
                    "case_id": n, "clock": "acceptance", "label": "受理期限", "owner": "acceptor", "state": "running",
                    "started_on": day, "due_day": day, "provisional": False, "days_total": 3, "next_rung": RUNGS[0],
                    "next_at": NOW - timedelta(seconds=count - n),
                }
                for n in range(1, count + 1)
            ],
        )  # fmt: skip


def start(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.soak.sweeper", url, NOW.isoformat()], cwd=ROOT)


def finished(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def kill_at_random(url: str, kills: int, chance: random.Random) -> int:
    """Run the sweepers and kill `kills` of them, each replaced at once; how many were really cut off at work."""
    running = [start(url) for _ in range(SWEEPERS)]
    cut = 0
    try:
        for _ in range(kills):
            victim = running[chance.randrange(SWEEPERS)]
            if not finished(victim, chance.uniform(0.05, 1.2)):
                victim.kill()
                cut += 1
            victim.wait()
            running[running.index(victim)] = start(url)
        for process in running:
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
    finally:
        for process in running:
            process.kill()
            process.wait()
    return cut


@pytest.mark.parametrize(
    ("count", "kills"), [pytest.param(300, 6, id="300"), pytest.param(20_000, 60, id="20000", marks=pytest.mark.soak)]
)
def test_each_rung_fires_exactly_once_whoever_is_killed(database_url: str, count: int, kills: int) -> None:
    db = Database(database_url)
    fill(db, count)
    cut = kill_at_random(database_url, kills, random.Random(20260610))
    with db.read() as tx:
        fired = Counter((row.case_id, row.rung) for row in tx.execute(select(rung_fired.c.case_id, rung_fired.c.rung)))
        marks = tx.execute(select(notice.c.case_id, notice.c.kind).order_by(notice.c.id)).all()
        left = tx.execute(select(deadline.c.id).where(deadline.c.next_at.is_not(None))).all()
    db.dispose()
    assert left == []
    everything = {(case, rung): 1 for case in range(1, count + 1) for rung in RUNGS}
    assert fired == everything
    assert Counter((row.case_id, row.kind) for row in marks) == everything
    order: dict[int, list[str]] = {}
    for row in marks:
        order.setdefault(row.case_id, []).append(row.kind)
    assert all(tuple(one) == RUNGS for one in order.values())
    assert cut > 0
