"""Jobs: every way a job can go, seen in its row and in what its handler was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import heartbeats, jobs
from repairflow.casework.jobs import Job, Order
from repairflow.db import Database
from repairflow.errors import Invalid
from repairflow.worker.jobs import JobRun, JobRunner
from tests.conftest import Clock


class Counting:
    """Counts to five, a step each; `at` does something before a step."""

    def __init__(self, database: Database, at: Mapping[int, Callable[[], None]] | None = None) -> None:
        self.database, self.at = database, dict(at or {})
        self.steps: list[int] = []
        self.told: list[str] = []
        self.over: list[str] = []

    def work(self, hand: JobRun) -> Callable[[Connection], Mapping[str, Any]]:
        with self.database.read() as tx:
            row = jobs.job_of(tx, hand.job.key)
        assert row is not None
        for number in range(row.done + 1, 6):
            self.at.pop(number, lambda: None)()
            with hand.step() as tx:
                jobs.report_progress(tx, hand.job, number, 5)
                heartbeats.put(tx, f"step {number}", times.now())
            self.steps.append(number)
        return lambda tx: {"counted": 5}

    def failed(self, tx: Connection, job: Job, message: str, now: datetime) -> None:
        self.told.append(f"failed: {message}")

    def cancelled(self, tx: Connection, job: Job, now: datetime) -> None:
        self.told.append("cancelled")

    def ended(self, job: Job) -> None:
        with self.database.read() as tx:
            row = jobs.job_of(tx, job.key)
        assert row is not None
        self.over.append(row.state)


def put(database: Database) -> None:
    with database.begin() as tx:
        jobs.put(tx, Order("count", "a", {}), times.now())


def row(database: Database) -> Any:
    with database.read() as tx:
        return jobs.job_of(tx, "a")


def breaks(error: BaseException) -> Callable[[], None]:
    def broken() -> None:
        raise error

    return broken


def test_done_with_its_result(database: Database, clock: Clock) -> None:
    handler = Counting(database)
    put(database)
    runner = JobRunner(database, {"count": handler}, "node")
    assert runner.run_once(times.now()) == 1
    assert runner.run_once(times.now()) == 0
    assert (row(database).state, row(database).result, handler.steps) == ("done", {"counted": 5}, [1, 2, 3, 4, 5])
    assert handler.over == ["done"]


def test_after_a_fault_it_goes_on_from_there(database: Database, clock: Clock) -> None:
    handler = Counting(database, {3: breaks(OSError("the disk of 320830199001011234 is full"))})
    put(database)
    runner = JobRunner(database, {"count": handler}, "node")
    runner.run_once(times.now())
    assert (row(database).state, handler.told) == ("waiting", [])
    clock.travel(timedelta(minutes=1))
    runner.run_once(times.now())
    assert (row(database).state, handler.steps) == ("done", [1, 2, 3, 4, 5])
    with database.read() as tx:
        assert jobs.errors(tx, "a") == ("处理时系统出现故障，没有完成。（OSError）",)  # no word of what was in the file


def test_a_refusal_is_final_and_told(database: Database, clock: Clock) -> None:
    handler = Counting(database, {2: breaks(Invalid("这不是表格。"))})
    put(database)
    JobRunner(database, {"count": handler}, "node").run_once(times.now())
    assert (row(database).state, handler.told) == ("failed", ["failed: 这不是表格。"])
    assert handler.over == ["failed"]


def test_a_killed_worker_loses_nothing_it_committed(database: Database, clock: Clock) -> None:
    handler = Counting(database, {4: breaks(KeyboardInterrupt())})
    put(database)
    runner = JobRunner(database, {"count": handler}, "node")
    with pytest.raises(KeyboardInterrupt):  # as good as a kill: nothing is said to the database any more
        runner.run_once(times.now())
    assert (row(database).state, row(database).done) == ("running", 3)
    assert runner.run_once(times.now()) == 0
    clock.travel(jobs.LEASE)
    runner.run_once(times.now())
    assert (row(database).state, row(database).rescues, handler.steps) == ("done", 1, [1, 2, 3, 4, 5])


def test_a_job_that_kills_every_worker_stops(database: Database, clock: Clock) -> None:
    handler = Counting(database)
    runner = JobRunner(database, {"count": handler}, "node")
    put(database)
    for _ in range(jobs.MOST_RESCUES + 1):
        handler.at[1] = breaks(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            runner.run_once(times.now())
        clock.travel(jobs.LEASE)
    runner.run_once(times.now())
    assert row(database).state == "failed"
    assert "多次中断" in handler.told[0]


def test_a_job_that_gets_further_is_rescued_however_often(database: Database, clock: Clock) -> None:
    put(database)
    for number in range(1, 3 * (jobs.MOST_RESCUES + 1)):
        with database.begin() as tx:
            held = jobs.take(tx, ["count"], "node", times.now())
            assert held is not None
            assert not held.hopeless
            jobs.report_progress(tx, held, 1, 20, lasting=True)  # what is done already, once more: no step back
            jobs.report_progress(tx, held, number, 20, lasting=True)
        assert (row(database).done, row(database).rescues) == (number, 0)
        clock.travel(jobs.LEASE)


def test_cancelled_between_two_steps(database: Database, clock: Clock) -> None:
    def cancel() -> None:
        with database.begin() as tx:
            assert jobs.cancel(tx, "a", times.now()) == "asked"

    handler = Counting(database, {3: cancel})
    put(database)
    JobRunner(database, {"count": handler}, "node").run_once(times.now())
    assert (row(database).state, handler.steps, handler.told) == ("cancelled", [1, 2], ["cancelled"])
    assert handler.over == ["cancelled"]
    with database.read() as tx:
        assert heartbeats.get(tx, "step 3") is None  # the step that met the wish wrote nothing


def test_a_stopping_worker_gives_its_job_back(database: Database, clock: Clock) -> None:
    stop = Event()
    handler = Counting(database, {3: stop.set})
    put(database)
    runner = JobRunner(database, {"count": handler}, "node", stop)
    runner.run_once(times.now())
    assert (row(database).state, row(database).failures, handler.steps) == ("waiting", 0, [1, 2])
    assert JobRunner(database, {"count": handler}, "next").run_once(times.now()) == 1
    assert (row(database).state, handler.steps) == ("done", [1, 2, 3, 4, 5])


def test_who_lost_the_job_writes_nothing_more(database: Database, clock: Clock) -> None:
    other = Counting(database)

    def overtaken() -> None:
        clock.travel(jobs.LEASE)
        JobRunner(database, {"count": other}, "other").run_once(times.now())

    handler = Counting(database, {3: overtaken})
    put(database)
    JobRunner(database, {"count": handler}, "node").run_once(times.now())
    assert (handler.steps, other.steps, handler.told) == ([1, 2], [3, 4, 5], [])
    assert (row(database).state, row(database).node) == ("done", "other")


def test_a_runner_says_whether_it_is_at_work(database: Database, clock: Clock) -> None:
    seen: list[bool] = []
    handler = Counting(database, {3: lambda: seen.append(runner.at_work), 5: breaks(RuntimeError())})
    runner = JobRunner(database, {"count": handler}, "node")
    put(database)
    runner.run_once(times.now())
    assert (seen, runner.at_work) == ([True], False)  # also after one that broke
