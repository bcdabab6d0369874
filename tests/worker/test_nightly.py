"""What the worker of a node is put together of: each duty reaches what it is for, with the bounds of the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.casework import clock_guard, jobs
from repairflow.casework.jobs import Order
from repairflow.db import Database
from repairflow.gateway import signing
from repairflow.gateway.platform import Transient
from repairflow.records import attempt, job, material, outbox, target, web_session
from repairflow.settings import Settings
from repairflow.worker.heartbeat import Tick
from tests.conftest import Clock
from tests.support.building import Town

DAY = timedelta(days=1)


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def duties(town: Town, platform: Any = None, **changes: Any) -> dict[str, Tick]:
    """The worker's ticks by name."""
    program = Program(replace(town.settings, **changes), town.db, town.services)
    return {tick.name: tick for tick in ticks(program, platform, None)}  # type: ignore[arg-type]  # no letter is made


LEFT = {
    "loose": (material, 8), "attempts": (attempt, 1), "jobs_gone": (job, 91), "sessions": (web_session, 191),
}  # fmt: skip
"""What each nightly duty forgets, and after how many days."""


@pytest.mark.parametrize("name", LEFT)
def test_a_night_forgets_what_nobody_needs_and_nothing_before(town: Town, clock: Clock, name: str) -> None:
    table, days = LEFT[name]
    with town.db.begin() as tx:
        town.receive(tx, "evidence", town.actor("yunxi"))
        tx.execute(insert(attempt).values(key="k", began_at=town.now, until=town.now + timedelta(hours=1), taken=1))
        jobs.put(tx, Order("check", "k", {}), town.now)
        jobs.cancel(tx, "k", town.now)
        person = town.people["acceptor@ENV"]
        tx.execute(insert(web_session).values(
            token_digest="d", person_id=person, created_at=town.now, seen_at=town.now, expires_at=town.now,
        ))  # fmt: skip
    tick = duties(town, unclaimed_days=7)[name]
    tick()
    assert len(town.all(select(table))) == 1
    for _ in range(days):
        town.now = clock.travel(DAY)
        with town.db.begin() as tx:
            clock_guard.confirm(tx, town.now)
    tick()
    assert town.all(select(table)) == []


@pytest.mark.parametrize(("lanes", "together"), [(2, True), (1, False)])
def test_platforms_are_spoken_to_as_many_at_once_as_the_settings_say(town: Town, lanes: int, together: bool) -> None:
    case = town.file_repair(town.record(measured=True))
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    assert len({row.target_id for row in town.pushes(case)}) >= 2
    town.turn(update(target).values(secret=town.vault.seal(signing.new_secret())))
    met = Barrier(2)
    found: list[bool] = []

    class Platform:
        def push(self, *_: object) -> None:
            try:
                met.wait(2)
                found.append(True)
            except BrokenBarrierError:
                found.append(False)
            raise Transient("稍后")

    duties(town, Platform(), push_lanes=lanes)["push"]()
    assert (True in found) is together
    assert town.all(select(outbox.c.id).where(outbox.c.topic == "push", outbox.c.attempts > 0))
