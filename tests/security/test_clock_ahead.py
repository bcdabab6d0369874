"""A clock that is far ahead throws nothing away: what lies here for days or months is counted by days that have come."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.casework import clock_guard
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.db import Database
from repairflow.records import api_token, attempt, command_claim, job, material, notice, web_session
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town, png

CHORES = ("sessions", "attempts", "jobs_gone", "claims", "loose", "strays", "tokens", "files")
TABLES = (web_session, attempt, job, command_claim, material)


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def leave_everything(town: Town) -> None:
    """One of each thing that is thrown away in time, or told of."""
    now, later, person = town.now, town.now + timedelta(hours=1), town.people["yunxi"]
    rows: list[tuple[Any, dict[str, Any]]] = [
        (web_session, {"token_digest": "s", "person_id": person, "created_at": now, "seen_at": now, "expires_at": later}),
        (attempt, {"key": "k", "began_at": now, "until": later, "taken": 7}),
        (
            job,
            {
                "kind": "x", "key": "j", "payload": {}, "priority": 0, "state": "done", "done": 0, "total": 0, "attempt": 1,
                "rescues": 0, "failures": 0, "created_at": now, "ended_at": now,
            },
        ),
        (command_claim, {"command_id": "api/1/c", "body": "b", "at": now}),
        (
            api_token,
            {
                "digest": "t", "person_id": person, "label": "财务系统", "created_at": now,
                "expires_at": now + timedelta(days=90),
            },
        ),
    ]  # fmt: skip
    with town.db.begin() as tx:
        for table, values in rows:
            tx.execute(insert(table).values(**values))
        sent = materials.looked_at(SentFile("performance_proof", "回单.png", png()), town.services.max_upload)
        materials.receive(tx, town.services.materials, town.actor("yunxi"), sent, now=now)
        clock_guard.settle(tx, clock_guard.read_clock(tx, now))
    ImportFiles(town.services.imports).keep("waits", b"rows")
    half = (town.settings.materials / materials.name_of("ab" * 32)).with_name(".half.part")
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"half")
    for path in (half, town.settings.imports / "waits"):
        os.utime(path, (now.timestamp(), now.timestamp()))


def here(town: Town) -> dict[str, int]:
    """How many there are of each."""
    with town.db.read() as tx:
        found = {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES}
        told = tx.execute(select(func.count()).select_from(notice).where(notice.c.title.contains("即将到期")))
        found["told"] = told.scalar_one()
    files = [path for path in town.settings.home.rglob("*") if path.is_file() and "keys" not in path.parts]
    return found | {"files": len([path for path in files if path.suffix != ".db"])}


def work(town: Town) -> None:
    every = ticks(Program(town.settings, town.db, town.services), None, None)  # type: ignore[arg-type]  # neither is used
    for tick in every:
        if tick.name in CHORES:
            tick.run()


def test_a_clock_that_is_ahead_throws_nothing_away_until_somebody_says_it_is_right(town: Town, clock: Clock) -> None:
    leave_everything(town)
    work(town)
    before = here(town)
    clock.travel(timedelta(days=250))
    work(town)
    clock.travel(-timedelta(days=250))
    work(town)
    assert here(town) == before
    clock.travel(timedelta(days=80))  # 80 days have passed, and the office has said so
    with town.db.begin() as tx:
        clock_guard.confirm(tx, clock())
    work(town)
    left = here(town)
    assert left["told"] == 1
    assert left["files"] == before["files"] - 3, "the material, the half file and the table that waited"
    clock.travel(timedelta(days=170))
    with town.db.begin() as tx:
        clock_guard.confirm(tx, clock())
    work(town)
    assert [here(town)[table.name] for table in TABLES] == [0] * len(TABLES)
