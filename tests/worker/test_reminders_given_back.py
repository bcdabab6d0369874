"""A reminder that fired early because the clock was ahead fires once more in its time, and nobody gets a third one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from repairflow import times
from repairflow.casework import clock_guard, early_reminders
from repairflow.casework.cases import deadline_firing, deadline_recount
from repairflow.db import Database
from repairflow.records import deadline, notice, rung_fired
from repairflow.settings import Settings
from repairflow.worker.sweeps import Summary, find_due, sweep
from tests.conftest import Clock
from tests.support.building import Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_TIME = {"remind:1": date(2026, 6, 12), "yellow": date(2026, 6, 15)}
"""When the reminders of a repair filed on 10 June are due, at 09:00."""


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def look(town: Town) -> Summary:
    """One sweep as the worker makes it."""
    return sweep(town.db, find_due, lambda tx, row, now: deadline_firing.fire(tx, town.services, row, now), town.now)


def live(town: Town, until: datetime) -> None:
    """Time passes, with a sweep every hour."""
    while town.now < until:
        town.at(min(HOUR, until - town.now))
        look(town)


def jump(town: Town, by: timedelta) -> Summary:
    """The clock is set, and the worker sweeps."""
    town.at(by)
    return look(town)


def fired(town: Town) -> dict[str, tuple[datetime, int, bool]]:
    """When each rung fired the last time, how often, and whether it waits to fire again."""
    rows = town.all(select(rung_fired).where(rung_fired.c.case_id.is_not(None)))
    return {row.rung: (row.fired_at, row.times, row.returned_at is not None) for row in rows}


def told(town: Town) -> list[str]:
    """The bodies of the reminders in the inbox of who must act."""
    mine = (notice.c.person_id == town.people["acceptor@ENV"], notice.c.kind == "reminder")
    return [row.body for row in town.all(select(notice.c.body).where(*mine).order_by(notice.c.id))]


def rows(town: Town) -> list[tuple[object, ...]]:
    columns = [column for column in deadline.c if column.name != "id"]
    return [tuple(row) for row in town.all(select(*columns).order_by(deadline.c.case_id, deadline.c.clock))]


@pytest.mark.parametrize("ahead", [3 * DAY, 5 * DAY, 30 * DAY, 400 * DAY], ids=str)
def test_after_a_jump_ahead_and_back_reminders_come_in_their_time(town: Town, ahead: timedelta) -> None:
    number = town.file_repair()
    look(town)
    assert jump(town, ahead).holding
    assert "remind:1" in fired(town)
    assert not {"due", "escalate:1"} & fired(town).keys()
    sent = len(told(town))
    assert sent == (ahead < 6 * DAY), "one that the due day has overtaken is not sent"
    assert not jump(town, -ahead).holding
    row = town.dues(number)["acceptance"]
    assert (row.next_rung, row.next_at) == ("remind:1", times.at(IN_TIME["remind:1"], time(9)))
    assert row.held is None
    before = rows(town)
    with town.db.begin() as tx:
        deadline_recount.rebuild(tx, town.law, town.now)
    assert rows(town) == before, "the table of deadlines follows from the trail and the rungs, as ever"
    live(town, times.at(date(2026, 6, 15), time(10)))
    assert {rung: times.local_day(at) for rung, (at, _, _) in fired(town).items()} == IN_TIME
    assert not any(waits for _, _, waits in fired(town).values())
    assert len(told(town)) == sent + len(IN_TIME)
    assert [early_reminders.AGAIN in body for body in told(town)[: sent + 1]] == [False] * sent + [True]
    town.sound()


def test_however_often_the_clock_jumps_nobody_is_told_a_third_time(town: Town) -> None:
    town.file_repair()
    look(town)
    for _ in range(5):
        assert jump(town, 5 * DAY).holding
        jump(town, 2 * HOUR)
        assert not jump(town, -5 * DAY - 2 * HOUR).holding
    assert len(told(town)) == 1  # of the two that were due at once the last makes sense
    assert [(times_fired, waits) for _, times_fired, waits in fired(town).values()] == [(1, True), (1, True)]
    live(town, times.at(date(2026, 6, 15), time(10)))
    assert [(times_fired, waits) for _, times_fired, waits in fired(town).values()] == [(2, False), (2, False)]
    assert len(told(town)) == 3


def test_a_reminder_that_came_in_time_is_not_given_back(town: Town) -> None:
    town.file_repair()
    look(town)
    live(town, times.at(IN_TIME["remind:1"], time(9)))
    assert len(told(town)) == 1
    assert jump(town, DAY).holding
    jump(town, -DAY)
    assert fired(town)["remind:1"] == (times.at(IN_TIME["remind:1"], time(9)), 1, False)
    live(town, times.at(date(2026, 6, 15), time(8)))
    assert len(told(town)) == 1


def test_a_jump_within_the_guard_gives_nothing_back(town: Town) -> None:
    """An hour early on the same morning is no harm, and twice on it would be one."""
    town.file_repair()
    look(town)
    live(town, times.at(IN_TIME["remind:1"], time(8)))
    assert not jump(town, 2 * HOUR).holding
    assert jump(town, -2 * HOUR) == Summary()
    live(town, times.at(IN_TIME["remind:1"], time(12)))
    assert fired(town)["remind:1"][1:] == (1, False)


def test_a_time_that_was_confirmed_wrongly_gives_reminders_back_too(town: Town) -> None:
    town.file_repair()
    look(town)
    assert jump(town, 3 * DAY).holding
    with town.db.begin() as tx:
        clock_guard.confirm(tx, town.now)
    look(town)
    jump(town, -3 * DAY)
    assert fired(town)["remind:1"][1:] == (1, True)
    live(town, times.at(IN_TIME["remind:1"], time(9)))
    assert fired(town)["remind:1"] == (times.at(IN_TIME["remind:1"], time(9)), 2, False)


def test_what_a_subject_may_apply_for_is_told_in_time_too(town: Town) -> None:
    number = town.record()
    of = town.of_record(number)
    town.at(of.apply_from - 5 * DAY)
    town.turn(update(deadline).values(next_at=times.at(of.apply_from, time(9)), next_rung="may_apply"))
    look(town)
    assert jump(town, 30 * DAY).holding
    assert len(town.notices("yunxi", "may_apply")) == 1
    jump(town, -30 * DAY)
    row = town.one(select(deadline).where(deadline.c.record_id == of.id))
    assert (row.next_rung, row.next_at) == ("may_apply", times.at(of.apply_from, time(9)))
    live(town, times.at(of.apply_from, time(9)))
    assert len(town.notices("yunxi", "may_apply")) == 2


def test_escalations_wait_for_a_person_while_the_clock_cannot_be_trusted(town: Town) -> None:
    """A slip is a letter: it is not issued with a day that may not be."""
    number = town.file_repair()
    look(town)
    live(town, times.at(date(2026, 6, 16), time(8)))
    assert "due" in fired(town)
    assert jump(town, 400 * DAY).holding
    assert town.dues(number)["acceptance"].held == clock_guard.WHY
    assert "escalate:1" not in fired(town)
    jump(town, -400 * DAY)
    live(town, times.at(date(2026, 6, 16), time(9)))
    assert "escalate:1" in fired(town)
    town.sound()
