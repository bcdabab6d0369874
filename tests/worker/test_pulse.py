"""Whether a worker is alive: told by beats that arrive, never by what a clock that jumped has written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repairflow.casework import heartbeats
from repairflow.casework.queries.oversight.health import worker_seen
from repairflow.casework.worker_pulse import Pulse
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.worker.heartbeat import BEAT_SECONDS, beat
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import make

DAY, HOUR, MINUTE, BEAT = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=BEAT_SECONDS)
JUMPS = [-400 * DAY, -2 * DAY, -HOUR, -MINUTE, MINUTE, HOUR, 2 * DAY, 400 * DAY]


class Process:
    """A web process: what it says of the worker."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock, self.pulse = db, clock, Pulse()

    def well(self) -> bool:
        with self.db.read() as tx:
            return self.pulse.alive(tx, self.clock())


@pytest.fixture
def web(database: Database, clock: Clock) -> Process:
    return Process(database, clock)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_worker_that_beats_is_alive_whatever_the_clock_does(web: Process, clock: Clock, jump: timedelta) -> None:
    work = beat(web.db, "a")
    work()
    assert web.well()
    clock.jump(jump)
    assert web.well(), "nothing happened but the clock"
    for _ in range(10):
        clock.travel(BEAT)
        work()
        assert web.well()


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_worker_that_died_is_dead_within_a_minute_whatever_the_clock_does(
    web: Process, clock: Clock, jump: timedelta
) -> None:
    beat(web.db, "a")()
    assert web.well()
    clock.jump(jump)
    assert web.well()
    clock.travel(MINUTE)
    assert not web.well()
    for back in (-jump, jump):
        clock.jump(back)
        assert not web.well()
        clock.travel(MINUTE)


def seen(web: Process, clock: Clock) -> object:
    with web.db.read() as tx:
        return worker_seen(tx, clock())


@pytest.mark.parametrize("ahead", [MINUTE, HOUR, 2 * DAY, 400 * DAY], ids=str)
def test_a_beat_in_the_future_never_counts(web: Process, clock: Clock, ahead: timedelta) -> None:
    """The clock went ahead, the worker beat, the clock was set right, the worker died: for days it seemed well."""
    work = beat(web.db, "a")
    clock.jump(ahead)
    work()
    clock.jump(-ahead)
    for _ in range(4):
        assert not web.well()
        assert not Process(web.db, clock).well()  # nor for a process that starts now
        assert seen(web, clock) is None
        clock.travel(ahead / 5)
    work()
    assert web.well()


def test_who_starts_goes_by_the_instant_and_then_by_its_own_clock(web: Process, clock: Clock) -> None:
    beat(web.db, "a")()
    clock.travel(timedelta(seconds=40))
    assert web.well()
    clock.jump(-30 * timedelta(seconds=1))
    clock.travel(timedelta(seconds=19))
    assert web.well()
    clock.travel(timedelta(seconds=1))
    assert not web.well()


def test_who_looks_seldom_goes_by_the_instant(web: Process, clock: Clock) -> None:
    work = beat(web.db, "a")
    assert not web.well()
    for silent, well in ((timedelta(seconds=59), True), (MINUTE, False)):
        clock.travel(10 * MINUTE)
        work()
        clock.travel(silent)
        assert web.well() is well


def test_one_living_worker_is_enough_and_a_new_one_counts_at_once(web: Process, clock: Clock) -> None:
    beat(web.db, "a")()
    assert web.well()
    clock.travel(50 * timedelta(seconds=1))
    assert web.well()
    clock.jump(-2 * DAY)
    beat(web.db, "b")()
    clock.travel(30 * timedelta(seconds=1))
    assert web.well()
    clock.travel(MINUTE)
    assert not web.well()


def test_a_worker_of_another_machine_may_be_seconds_ahead(web: Process, clock: Clock) -> None:
    clock.jump(timedelta(seconds=5))
    beat(web.db, "a")()
    clock.jump(timedelta(seconds=-5))
    assert web.well()


def test_numbers_go_on_after_a_restart(database: Database, clock: Clock) -> None:
    for _ in range(3):
        beat(database, "a")()
    with database.read() as tx:
        assert [(one.name, one.beat) for one in heartbeats.workers(tx)] == [("worker/a", 3)]


def test_health_tells_the_truth_over_a_jump_and_back(database: Database, settings: Settings, clock: Clock) -> None:
    """Over HTTP: two days ahead and back, with the worker beating all along, then dead."""
    app, work = make(Town(database, settings)), beat(database, "a")
    monitor = app.test_client()

    def health() -> tuple[int, bool]:
        answer = monitor.get("/health")
        return answer.status_code, answer.get_json()["worker"]

    work()
    assert health() == (200, True)
    clock.jump(2 * DAY)
    clock.travel(BEAT)
    work()
    assert health() == (200, True)
    clock.jump(-2 * DAY)
    assert health() == (200, True)
    clock.travel(MINUTE)
    assert health() == (503, False)
