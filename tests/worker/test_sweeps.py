"""Due deadlines fire once each, oldest first, however long nobody looked, and not when the clock cannot be trusted."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select

from repairflow.casework import clock_guard
from repairflow.db import Database
from repairflow.records import deadline, rung_fired
from repairflow.worker.sweeps import RETRY, Summary, find_due, sweep
from tests.conftest import Clock
from tests.worker.worker_samples import Ladder, add_case, add_deadline, add_record, ground

HOUR, DAYS = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def db(database: Database, clock: Clock) -> Database:
    ground(database)
    return database


def run(db: Database, ladder: Ladder, now: datetime, limit: int = 500) -> Summary:
    return sweep(db, find_due, ladder, now, limit)


def held(db: Database) -> int:
    with db.read() as tx:
        return tx.execute(select(func.count()).where(deadline.c.held.is_not(None))).scalar_one()


def due(db: Database, n: int, at: datetime, rung: str = "remind:1") -> int:
    return add_deadline(db, add_case(db, n), at, rung)


def test_what_is_due_fires_once(db: Database, clock: Clock) -> None:
    row, ladder = due(db, 1, clock()), Ladder()
    assert run(db, ladder, clock()) == Summary(fired=1)
    assert run(db, ladder, clock()) == Summary()
    assert ladder.fired == [(row, "remind:1")]


def test_what_is_not_due_or_has_nothing_more_to_fire_stays(db: Database, clock: Clock) -> None:
    due(db, 1, clock() + HOUR)
    add_deadline(db, add_case(db, 2), None)
    assert run(db, Ladder(), clock()) == Summary()


def test_deadlines_of_records_fire_too(db: Database, clock: Clock) -> None:
    add_deadline(db, None, clock(), record_id=add_record(db, 1))
    assert run(db, Ladder(), clock()).fired == 1


@pytest.mark.parametrize("outage", [HOUR, 3 * DAYS, 30 * DAYS])
def test_an_outage_loses_nothing_and_keeps_the_order(db: Database, clock: Clock, outage: timedelta) -> None:
    names, gap = ("remind:3", "remind:1", "due", "escalate:1"), outage / 5
    first = clock() + gap
    rows = [due(db, n, first + gap * n / 4, "remind:3") for n in range(4)]
    run(db, Ladder(), clock())
    now = clock.travel(outage)
    missed = sorted(
        (first + gap * n / 4 + gap * k, rows[n], name)
        for n in range(4)
        for k, name in enumerate(names)
        if first + gap * n / 4 + gap * k <= now
    )
    ladder = Ladder(tuple((name, gap) for name in names))
    if run(db, ladder, now).holding:  # longer than six hours: a person confirms the time first
        assert {name for _, name in ladder.fired} == {"remind:3", "remind:1"}
        with db.begin() as tx:
            clock_guard.confirm(tx, now)
        run(db, ladder, now)
    else:
        assert outage == HOUR
    assert run(db, ladder, now) == Summary()
    assert sorted(ladder.fired) == sorted((row, name) for _, row, name in missed)
    for stage in ({"remind:3", "remind:1"}, {"due", "escalate:1"}):
        assert [one for one in ladder.fired if one[1] in stage] == [(r, n) for _, r, n in missed if n in stage]


def test_rungs_of_many_deadlines_fire_in_the_order_they_were_due(db: Database, clock: Clock) -> None:
    a = due(db, 1, clock() - 5 * HOUR, "remind:3")
    b = due(db, 2, clock() - 3 * HOUR, "remind:3")
    ladder = Ladder((("remind:3", HOUR), ("remind:2", 3 * HOUR), ("remind:1", HOUR)))
    run(db, ladder, clock())
    assert ladder.fired == [
        (a, "remind:3"), (b, "remind:3"), (a, "remind:2"), (a, "remind:1"), (b, "remind:2"),
    ]  # fmt: skip


def test_a_small_batch_keeps_the_order_too(db: Database, clock: Clock) -> None:
    a = due(db, 1, clock() - 5 * HOUR, "remind:3")
    b = due(db, 2, clock() - 3 * HOUR, "remind:3")
    ladder = Ladder((("remind:3", HOUR), ("remind:2", 4 * HOUR)))
    while run(db, ladder, clock(), limit=1).fired:
        pass
    assert ladder.fired == [(a, "remind:3"), (b, "remind:3"), (a, "remind:2")]


def test_one_that_breaks_is_put_off_and_stops_no_other(db: Database, clock: Clock) -> None:
    bad, good = due(db, 1, clock() - HOUR), due(db, 2, clock())
    ladder = Ladder(broken={bad})
    assert run(db, ladder, clock()) == Summary(fired=1, failed=1)
    assert run(db, ladder, clock()) == Summary()
    ladder.broken.clear()
    assert run(db, ladder, clock.travel(RETRY)) == Summary(fired=1)
    assert ladder.fired == [(good, "remind:1"), (bad, "remind:1")]


def test_one_that_breaks_while_the_clock_is_ahead_is_not_put_off_by_that_clock(db: Database, clock: Clock) -> None:
    """Put off by it, the deadline would fire nothing, not even its last rung, until that day has really come."""
    run(db, Ladder(), clock())
    bad = due(db, 1, clock() + HOUR)
    clock.travel(700 * DAYS)
    assert run(db, Ladder(broken={bad}), clock()).failed == 1
    clock.travel(-700 * DAYS + HOUR)
    assert run(db, Ladder(), clock()).fired == 1


def test_a_failure_leaves_nothing_behind(db: Database, clock: Clock) -> None:
    due(db, 1, clock())
    ladder = Ladder()

    def half(tx: Connection, row: int, now: datetime) -> str:
        ladder(tx, row, now)
        raise RuntimeError("half done")

    assert sweep(db, find_due, half, clock()).failed == 1
    with db.read() as tx:
        assert tx.execute(select(func.count()).select_from(rung_fired)).scalar_one() == 0


def test_four_sweeps_at_once_fire_each_once(db: Database, clock: Clock) -> None:
    rows = [due(db, n, clock() - timedelta(minutes=n)) for n in range(1, 41)]
    ladders, start, problems = [Ladder() for _ in range(4)], threading.Barrier(4), []

    def work(ladder: Ladder) -> None:
        try:
            start.wait(10)
            run(db, ladder, clock())
        except BaseException as error:  # noqa: BLE001  # a thread's failure is the test's
            problems.append(error)

    threads = [threading.Thread(target=work, args=(ladder,)) for ladder in ladders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    assert sorted(row for ladder in ladders for row, _ in ladder.fired) == rows
    assert run(db, Ladder(), clock()) == Summary()


def test_a_clock_that_jumps_ahead_holds_what_cannot_be_undone(db: Database, clock: Clock) -> None:
    now = clock()
    run(db, Ladder(), now)
    lapse, reminder = due(db, 1, now + DAYS, "due"), due(db, 2, now + DAYS)
    ladder = Ladder((("remind:1", HOUR), ("due", HOUR)))
    far = now + 400 * DAYS
    summary = run(db, ladder, far)
    assert summary.holding
    assert ladder.fired == [(reminder, "remind:1")]
    for later in (far, far + HOUR, far + 100 * DAYS):
        assert run(db, ladder, later).fired == 0  # asking again does not make the clock right
    assert held(db) == 2
    with db.read() as tx:
        assert clock_guard.holding(tx, far)
    with db.begin() as tx:
        assert clock_guard.confirm(tx, far) == 2
    assert not run(db, ladder, far).holding
    assert ladder.fired[1:] == [(lapse, "due"), (reminder, "due")]


def test_a_clock_that_comes_back_lets_go_and_fires_nothing(db: Database, clock: Clock) -> None:
    now = clock()
    run(db, Ladder(), now)
    due(db, 1, now + DAYS, "due")
    ladder = Ladder((("due", HOUR),))
    run(db, ladder, now + 2 * DAYS)
    assert held(db) == 1
    assert run(db, ladder, now + HOUR) == Summary()
    assert held(db) == 0
    # Swept all along, the day comes by itself.
    for hour in range(2, 25, 4):
        run(db, ladder, now + hour * HOUR)
    assert run(db, ladder, now + DAYS).fired == 1


def test_a_clock_that_runs_backwards_fires_nothing_twice(db: Database, clock: Clock) -> None:
    now = clock()
    due(db, 1, now, "due")
    ladder = Ladder((("due", HOUR),))
    assert run(db, ladder, now).fired == 1
    for back in (now - HOUR, now - 400 * DAYS, now, now + HOUR):
        assert run(db, ladder, back) == Summary()


def test_a_hold_of_another_kind_is_not_ours_to_end(db: Database, clock: Clock) -> None:
    add_deadline(db, add_case(db, 1), clock(), "due", held="义务未履行")
    run(db, Ladder(), clock())
    run(db, Ladder(), clock() + 10 * HOUR)
    with db.begin() as tx:
        assert clock_guard.confirm(tx, clock() + 10 * HOUR) == 0
    assert held(db) == 1


@pytest.mark.parametrize(
    ("gap", "is_jump"),
    [
        (timedelta(), False),
        (6 * HOUR, False),
        (6 * HOUR + timedelta(seconds=1), True),
        (400 * DAYS, True),
        (-DAYS, False),
    ],
)
def test_what_counts_as_a_jump(clock: Clock, gap: timedelta, is_jump: bool) -> None:
    assert clock_guard.jumped(clock(), clock() + gap) is is_jump
    assert clock_guard.jumped(None, clock() + gap) is False


@given(some.lists(some.integers(-30, 30), max_size=30))
def test_small_steps_are_never_a_jump(steps: list[int]) -> None:
    """Whoever sweeps often sees no jump, forwards or backwards, as long as no single step is one."""
    last = now = datetime.fromisoformat("2026-06-10T02:00:00+00:00")
    for step in steps:
        now = max(last, now + step * timedelta(minutes=10))
        assert not clock_guard.jumped(last, now)
        last = max(last, now)


def test_an_idle_sweep_writes_nothing(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    run(db, Ladder(), clock())
    monkeypatch.setattr(db, "begin", None)
    assert run(db, Ladder(), clock() + timedelta(seconds=5)) == Summary()
