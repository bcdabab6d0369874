"""An event never stands before the one it follows, whatever the clock says."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from repairflow.auditing import chain
from repairflow.casework import clock_guard
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.cases import calendar_loading
from repairflow.records import event, letter
from repairflow.times import local_day
from tests.support.building import Town

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def disorder(town: Town) -> list[str]:
    """Every event that stands before its predecessor in the same stream."""
    rows = town.all(select(event).order_by(event.c.stream, event.c.seq))
    return [f"{b.stream} {b.seq}" for a, b in pairwise(rows) if a.stream == b.stream and b.at < a.at]


@pytest.mark.parametrize("back", [SECOND, HOUR, DAY, 30 * DAY, 400 * DAY], ids=str)
def test_a_step_after_the_clock_was_set_back_stands_where_the_last_one_does(town: Town, back: timedelta) -> None:
    number = town.file_repair()
    before = town.trail(number)[-1].at
    town.at(-back)
    made = town.do(number, "accept")
    last = town.trail(number)[-1]
    assert (last.at, made.at) == (before, before)
    assert chain.content(last.body) is not None
    # All that follows from the step goes by the same time.
    issued = town.one(select(letter).where(letter.c.case_id == town.case(number).id, letter.c.event_seq == last.seq))
    assert issued.issued_at == before
    assert min(row.started_on for row in town.dues(number).values()) >= local_day(before)
    town.at(back + HOUR)
    town.do(number, "report_verification")
    assert town.trail(number)[-1].at == before + HOUR
    assert disorder(town) == []
    town.sound()


def test_a_whole_case_under_a_clock_that_runs_backwards_is_in_order(town: Town) -> None:
    number = town.file_repair()
    for action in ("accept", "report_verification", "propose_grant", "grant"):
        town.at(-DAY)
        town.do(number, action)
    assert disorder(town) == []
    town.sound()


def test_events_of_deadlines_and_of_records_are_in_order_too(town: Town) -> None:
    """Not only steps: escalations, the record's own events, and those of streams without a case."""
    number = town.file_repair()
    town.at(town.dues(number)["acceptance"].due_at.date() + 2 * DAY)
    town.sweep()
    late = town.trail(number)[-1].at
    town.at(-HOUR)
    town.do(number, "accept")
    assert town.trail(number)[-1].at == late
    town.steps(number, "report_verification", "propose_grant", "grant")
    operator = Actor(None, "命令行", "system")
    for year, back in ((2027, timedelta()), (2028, HOUR)):
        town.at(-back)
        with town.db.begin() as tx:
            text = f'year = {year}\npublished = true\nsource = "试"\n\n[[holiday]]\nname = "元旦"\nfrom = {year}-01-01\nto = {year}-01-01\n'
            calendar_loading.load(tx, town.services.law_store, text, f"{year}.toml", operator, "operator", town.now)
    assert len(town.all(select(event).where(event.c.stream == calendar_loading.STREAM))) == 2
    assert disorder(town) == []
    town.sound()


def test_the_time_of_the_predecessor_may_be_given(town: Town) -> None:
    """Whoever gives it spares the look; whoever does not is held to it all the same."""
    appended = []
    for at in (town.now, town.now - DAY, town.now + DAY):
        with town.db.begin() as tx:
            seq, head = chain.heads(tx, clock_guard.STREAM)
            chain.append(
                tx,
                chain.Entry(
                    stream=clock_guard.STREAM,
                    at=at,
                    action="test",
                    actor_name=SYSTEM.name,
                    actor_role="system",
                    content={},
                ),
                chain.Appended(seq, head),
            )
            appended.append(seq + 1)
    rows = {row.seq: row.at for row in town.all(select(event).where(event.c.stream == clock_guard.STREAM))}
    assert [rows[seq] for seq in appended] == [town.now, town.now, town.now + DAY]
    town.sound()
