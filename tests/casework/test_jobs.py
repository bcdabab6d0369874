"""The contract of jobs, on either database: once by key, in order, held by one attempt, rescued, stopped, resumed, pruned."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from repairflow.casework import jobs
from repairflow.casework.jobs import LEASE, MOST_FAILURES, MOST_RESCUES, Cancelled, Job, Lost, Order
from repairflow.db import Database
from repairflow.records import job, job_error

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
KINDS = ("count", "sort")


def put(database: Database, *keys: str, **more: int) -> None:
    with database.begin() as tx:
        for key in keys:
            jobs.put(tx, replace(Order("count", key, {"of": key}), **more), NOW)


def take(database: Database, now: datetime = NOW, kinds: tuple[str, ...] = KINDS) -> Job:
    found = take_any(database, now, kinds)
    assert found is not None
    return found


def take_any(database: Database, now: datetime = NOW, kinds: tuple[str, ...] = KINDS, node: str = "node") -> Job | None:
    with database.begin() as tx:
        return jobs.take(tx, kinds, node, now)


def state(database: Database, key: str) -> str:
    with database.read() as tx:
        row = jobs.job_of(tx, key)
    assert row is not None
    return str(row.state)


def test_asked_for_twice_it_is_one_job(database: Database) -> None:
    with database.begin() as tx:
        assert jobs.put(tx, Order("count", "a", {}), NOW)
        assert not jobs.put(tx, Order("count", "a", {"other": 1}), NOW)
    assert take(database).payload == {}
    assert take_any(database) is None


def test_greater_priority_first_then_in_order(database: Database) -> None:
    put(database, "a", "b")
    put(database, "urgent", priority=5)
    assert [take(database).key for _ in range(3)] == ["urgent", "a", "b"]


def test_other_kinds_are_left_to_others(database: Database) -> None:
    put(database, "a")
    assert take_any(database, kinds=("sort",)) is None
    assert take(database).key == "a"


def test_many_takers_share_the_jobs_and_none_gets_one_twice(database: Database) -> None:
    put(database, *(f"job {n}" for n in range(12)))

    def taker(name: int) -> list[str]:
        mine = []
        while (found := take_any(database, node=str(name))) is not None:
            mine.append(found.key)
        return mine

    with ThreadPoolExecutor(4) as threads:
        taken = [key for mine in threads.map(taker, range(4)) for key in mine]
    assert sorted(taken) == sorted(f"job {n}" for n in range(12))


def test_progress_and_result_are_kept(database: Database) -> None:
    put(database, "a")
    held = take(database)
    with database.begin() as tx:
        jobs.hold(tx, held, NOW)
        jobs.report_progress(tx, held, 3, 10)
    with database.read() as tx:
        row = jobs.job_of(tx, "a")
    assert row is not None
    assert (row.done, row.total, row.state) == (3, 10, "running")
    with database.begin() as tx:
        jobs.finish(tx, held, {"rows": 10}, NOW)
    with database.read() as tx:
        row = jobs.job_of(tx, "a")
    assert row is not None
    assert (row.state, row.result, row.ended_at, row.next_at) == ("done", {"rows": 10}, NOW, None)


def test_a_killed_workers_job_is_rescued_when_its_lease_is_over(database: Database) -> None:
    put(database, "a")
    first = take(database)
    later = NOW + timedelta(minutes=1)
    with database.begin() as tx:
        jobs.hold(tx, first, later)  # a sign of life
    assert take_any(database, NOW + LEASE) is None
    second = take(database, later + LEASE)
    assert (second.key, second.attempt, second.rescues) == ("a", 2, 1)
    with database.read() as tx:
        assert "停止了工作" in jobs.errors(tx, "a")[0]


MOVES: dict[str, Callable[[Connection, Job], object]] = {
    "hold": lambda tx, held: jobs.hold(tx, held, NOW),
    "finish": lambda tx, held: jobs.finish(tx, held, {}, NOW),
    "fail": lambda tx, held: jobs.fail(tx, held, "x", NOW, final=True),
    "stop": lambda tx, held: jobs.stop(tx, held, NOW),
    "give back": lambda tx, held: jobs.give_back(tx, held, NOW),
}


@pytest.mark.parametrize("move", MOVES)
def test_who_lost_a_job_moves_it_no_more(database: Database, move: str) -> None:
    put(database, "a")
    slow = take(database)
    quick = take(database, NOW + LEASE)
    with pytest.raises(Lost), database.begin() as tx:
        MOVES[move](tx, slow)
    with database.begin() as tx:
        jobs.report_progress(tx, slow, 99, 99)  # writes nothing
        jobs.finish(tx, quick, {}, NOW)
    with database.read() as tx:
        row = jobs.job_of(tx, "a")
    assert row is not None
    assert (row.state, row.done) == ("done", 0)


def test_a_job_that_kills_its_workers_is_hopeless(database: Database) -> None:
    put(database, "a")
    now = NOW
    for rescued in range(MOST_RESCUES + 1):
        assert not take(database, now).hopeless, rescued
        now += LEASE
    assert take(database, now).hopeless


def test_a_job_that_breaks_is_tried_again_a_few_times(database: Database) -> None:
    put(database, "a")
    now = NOW
    for failed in range(1, MOST_FAILURES + 1):
        with database.begin() as tx:
            held = jobs.take(tx, KINDS, "node", now)
            assert held is not None
            assert jobs.fail(tx, held, f"trouble {failed}", now, final=False) is (failed == MOST_FAILURES)
        assert take_any(database, now) is None  # it rests
        now += timedelta(minutes=5)
    assert state(database, "a") == "failed"
    with database.read() as tx:
        assert jobs.errors(tx, "a") == ("trouble 1", "trouble 2", "trouble 3")


def test_given_back_it_waits_for_the_next_worker(database: Database) -> None:
    put(database, "a")
    held = take(database)
    with database.begin() as tx:
        jobs.give_back(tx, held, NOW)
    again = take(database)
    assert (again.attempt, again.rescues) == (2, 0)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(database: Database) -> None:
    put(database, "a", "b")
    held = take(database)
    with database.begin() as tx:
        assert jobs.cancel(tx, "a", NOW) == "asked"
        assert jobs.cancel(tx, "b", NOW) == "cancelled"
        assert jobs.cancel(tx, "b", NOW) is None
    with pytest.raises(Cancelled), database.begin() as tx:
        jobs.hold(tx, held, NOW)
    with database.begin() as tx:
        jobs.stop(tx, held, NOW)
    assert (state(database, "a"), state(database, "b")) == ("cancelled", "cancelled")
    assert take_any(database, NOW + LEASE) is None


@pytest.mark.parametrize("how", ["failed", "cancelled"])
def test_resumed_it_waits_again(database: Database, how: str) -> None:
    put(database, "a")
    held = take(database)
    with database.begin() as tx:
        jobs.report_progress(tx, held, 4, 9)
        if how == "failed":
            jobs.fail(tx, held, "x", NOW, final=True)
        else:
            jobs.cancel(tx, "a", NOW)
            jobs.stop(tx, held, NOW)
    with database.begin() as tx:
        assert jobs.resume(tx, "a", NOW)
        assert not jobs.resume(tx, "a", NOW)
    again = take(database)
    with database.begin() as tx:
        jobs.hold(tx, again, NOW)  # the wish to stop is forgotten
        row = jobs.job_of(tx, "a")
    assert row is not None
    assert row.done == 4  # what was done stays done


def test_only_jobs_that_ended_long_ago_are_pruned_with_their_errors(database: Database) -> None:
    put(database, "old", "fresh", "waiting")
    for key, when in (("old", NOW), ("fresh", NOW + timedelta(days=40))):
        held = take(database, NOW)
        assert held.key == key
        with database.begin() as tx:
            jobs.fail(tx, held, "x", when, final=True)
    with database.begin() as tx:
        assert jobs.prune(tx, NOW + timedelta(days=30)) == 1
    with database.read() as tx:
        assert sorted(tx.execute(select(job.c.key)).scalars()) == ["fresh", "waiting"]
        assert tx.execute(select(func.count()).select_from(job_error)).scalar_one() == 1


def test_what_a_clock_that_was_ahead_put_off_is_done_once_it_is_right(database: Database) -> None:
    """A job that waits for a day in two years, and one whose worker died in two years."""
    ahead = NOW + timedelta(days=700)
    with database.begin() as tx:
        jobs.put(tx, Order("count", "died", {}), NOW)
        assert jobs.take(tx, KINDS, "node", ahead) is not None
        jobs.put(tx, Order("count", "waits", {}), ahead)
    assert [take(database).key for _ in range(2)] == ["died", "waits"]
    assert take_any(database) is None, "both are held now"
