"""Days pass, clocks jump, servers stand in other zones, nobody sweeps for a month: no wrong due day, no second firing."""

from __future__ import annotations

import random
import time as clock_room
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from repairflow import times
from repairflow.auditing import chain
from repairflow.casework import clock_guard, deadline_table
from repairflow.casework.cases import deadline_firing
from repairflow.db import Database
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.count import due
from repairflow.law.deadlines.ladder import rungs
from repairflow.law.deadlines.runs import Step
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.records import rung_fired
from repairflow.settings import Settings
from repairflow.worker.sweeps import Summary, find_due, sweep
from tests.conftest import Clock
from tests.support.building import Town, law

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server stands in this zone."""
    monkeypatch.setenv("TZ", request.param)
    clock_room.tzset()
    yield request.param
    monkeypatch.undo()
    clock_room.tzset()


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def run(town: Town, *, confirm: bool = False) -> Summary:
    """The worker's own sweep at the town's time; with `confirm` a person has said that the clock is right."""
    if confirm:
        with town.db.begin() as tx:
            clock_guard.confirm(tx, town.now)
    total = Summary()
    while True:
        done = sweep(
            town.db, find_due, lambda tx, row, now: deadline_firing.fire(tx, town.services, row, now), town.now
        )
        assert done.failed == 0
        total.fired += done.fired
        total.holding = done.holding
        if not done.fired:
            return total


def fired(town: Town) -> list[tuple[int | None, int | None, str, date, str]]:
    """Case, record, clock, due day and rung of every firing, in the order of firing."""
    rows = town.all(select(rung_fired).order_by(rung_fired.c.id))
    return [(row.case_id, row.record_id, row.clock, row.due_day, row.rung) for row in rows]


def ladder(town: Town, numbers: list[str]) -> list[tuple[datetime, int, str, str]]:
    """Every rung of the cases as they stand, by the law alone: when, which case, clock and rung; by time."""
    found = []
    for number in numbers:
        case, procedure = town.case(number), town.procedure(number)
        history = (Step(case.filed_at, "file", case.state, dict(case.inputs)),)
        for name in procedure.clock:
            one = due(procedure, name, history, town.law.calendar)
            if one is not None:
                assert procedure.clock[name].overdue == "escalate"
                steps = rungs(one, procedure.clock[name], town.law.calendar)
                found += [(rung.at, case.id, name, deadline_table.rung_name(rung)) for rung in steps]
    return sorted(found)


@pytest.mark.parametrize("count", [3, pytest.param(150, marks=pytest.mark.soak)])
@pytest.mark.parametrize("outage", [HOUR, 3 * DAY, 30 * DAY], ids=["1 h", "3 d", "30 d"])
def test_what_an_outage_missed_fires_once_and_in_order(town: Town, outage: timedelta, count: int) -> None:
    chance = random.Random(count)
    numbers = []
    for _ in range(count):
        town.at(timedelta(minutes=chance.randrange(1, 20)))
        numbers.append(town.file_repair() if chance.random() < 0.5 else town.file_objection())
    run(town, confirm=True)
    town.at(outage)
    if run(town).holding:
        assert outage > clock_guard.JUMP
        run(town, confirm=True)
    expected = [(case, clock, rung) for when, case, clock, rung in ladder(town, numbers) if when <= town.now]
    done = [(case, clock, rung) for case, _, clock, _, rung in fired(town) if case is not None]
    assert Counter(done) == Counter(dict.fromkeys(expected, 1))
    # Reminders go on while irreversible steps wait for a person: each of the two sweeps keeps the order of its own.
    for kinds in (("remind", "yellow"), ("due", "escalate")):
        assert [one for one in done if one[2].startswith(kinds)] == [
            one for one in expected if one[2].startswith(kinds)
        ]
    assert run(town).fired == 0
    town.sound()


@pytest.mark.parametrize(
    "jumps",
    [
        (HOUR, -HOUR, HOUR),
        (DAY, -DAY, DAY, -DAY),
        (timedelta(days=400), timedelta(days=-400), timedelta(days=400)),
        (-timedelta(days=400), timedelta(days=402)),
        (timedelta(days=3), -HOUR, timedelta(days=2), -DAY, timedelta(days=30)),
    ],
    ids=["1 h", "1 d", "400 d", "backwards", "mixed"],
)
def test_a_clock_that_jumps_never_fires_twice(town: Town, jumps: tuple[timedelta, ...]) -> None:
    numbers = [town.file_repair(), town.file_objection()]
    run(town, confirm=True)
    for jump in jumps:
        town.at(jump)
        if run(town).holding:
            assert jump > clock_guard.JUMP
        run(town, confirm=True)
        assert run(town).fired == 0
    done = fired(town)
    assert len(set(done)) == len(done)
    told = [
        (row.stream, chain.content(row.body)["clock"], chain.content(row.body)["rung"])
        for number in numbers
        for row in town.trail(number)
        if row.action == "escalate"
    ]
    assert len(set(told)) == len(told)
    town.sound()


def test_a_jump_far_ahead_ends_nothing_before_a_person_confirms(town: Town) -> None:
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    run(town, confirm=True)
    town.at(timedelta(days=400))
    assert run(town).holding
    assert town.case(number).closed_at is None
    assert town.dues(number)["supplement"].held == clock_guard.WHY
    town.at(timedelta(days=-400))  # the clock was wrong, and is right again
    assert not run(town).holding
    assert town.dues(number)["supplement"].held is None
    assert town.case(number).closed_at is None


def oracle(calendar: Calendar, filed: datetime, days: int) -> date:
    """By hand: the Shanghai day of filing, then one day after the other until enough worked days have passed."""
    day = (filed.astimezone(UTC) + timedelta(hours=8)).date()  # no summer time since 1991
    while days:
        day += DAY
        days -= calendar.is_working(day)
    return day


def working(law: Library) -> list[tuple[Procedure, str, int]]:
    """Clocks in working days that begin with the filing."""
    found = []
    for name in ("repair", "objection"):
        procedure = law.versions(name)[-1]
        for clock, spec in procedure.clock.items():
            if procedure.initial in spec.runs_in and spec.days and spec.days.unit == "working" and not spec.days.input:
                found.append((procedure, clock, spec.days.count))
    assert found
    return found


EDGES = (
    datetime(2028, 2, 28, 16, tzinfo=UTC),  # 29 February 2028 begins in Shanghai
    datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC),  # the year ends in Shanghai
    datetime(2026, 12, 31, 16, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York changes its clocks
    datetime(2026, 11, 1, 6, tzinfo=UTC),
)


def wrong_days(count: int) -> list[str]:
    """Filings at random instants (and at the edges) whose due day or end is not what counting by hand gives."""
    chance, calendar, clocks = random.Random(20280229), law().calendar, working(law())
    first, span = (
        datetime(2004, 1, 2, tzinfo=UTC),
        (datetime(2029, 1, 1, tzinfo=UTC) - datetime(2004, 1, 2, tzinfo=UTC)),
    )
    wrong = []
    for number in range(count):
        filed = (
            EDGES[number]
            if number < len(EDGES)
            else first + timedelta(seconds=chance.randrange(int(span.total_seconds())))
        )
        procedure, clock, days = chance.choice(clocks)
        one = due(procedure, clock, (Step(filed, "file", procedure.initial),), calendar)
        expected = oracle(calendar, filed, days)
        end = datetime.combine(expected + DAY, datetime.min.time(), tzinfo=UTC) - timedelta(hours=8)
        if one is None or one.due_day != expected or one.due_at != end or times.local_day(filed) > expected:
            wrong.append(f"{filed} {clock} {one and one.due_day} {expected}")
    return wrong


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_no_due_day_is_wrong_wherever_the_server_stands(zone: str, count: int) -> None:
    assert (clock_room.timezone == 0) is (zone == "UTC")
    assert wrong_days(count) == []


def test_rows_say_the_same_wherever_the_server_stands(zone: str, town: Town) -> None:
    town.at(date(2026, 6, 10), times.local(datetime(2026, 6, 10, 15, 59, 59, tzinfo=UTC)).time())
    late = town.file_repair()
    row = next(iter(town.dues(late).values()))
    assert (row.started_on, row.due_at) == (date(2026, 6, 10), times.end_of_day(row.due_day))
    town.at(timedelta(seconds=1))
    row = next(iter(town.dues(town.file_repair()).values()))
    assert row.started_on == date(2026, 6, 11)  # after 24:00 it is the next day
