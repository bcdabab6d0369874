"""While the clock is known to have been set ahead nobody's step is taken, so no trail gets a day that has not come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repairflow.casework import clock_guard
from repairflow.casework.cases import deadline_firing
from repairflow.errors import Refused
from repairflow.worker.sweeps import Summary, find_due, sweep
from tests.conftest import Clock
from tests.support.building import Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def look(town: Town, clock: Clock, witness: clock_guard.Witness) -> Summary:
    """A sweep of a worker's process, whose witness is its own."""
    town.now = clock()
    fire = deadline_firing.fire
    return sweep(town.db, find_due, lambda tx, row, now: fire(tx, town.services, row, now), town.now, witness=witness)


@pytest.mark.parametrize("ahead", [7 * HOUR, 400 * DAY], ids=str)
@pytest.mark.parametrize("end", ["set right", "confirmed"])
def test_steps_and_filings_wait_until_the_clock_is_right(town: Town, clock: Clock, ahead: timedelta, end: str) -> None:
    number, other, worker = town.file_repair(), town.record(), clock_guard.Witness()
    look(town, clock, worker)
    clock.jump(ahead)
    assert look(town, clock, worker).holding
    uploaded = {"material": 0, "row_change": 0}  # a file that was uploaded for a filing is no step
    before = town.counts() | uploaded
    for step in (lambda: town.do(number, "accept"), lambda: town.file_repair(other)):
        with pytest.raises(Refused, match="系统时间") as told:
            step()
        assert [one.code for one in told.value.refusals] == ["clock"]
    assert town.counts() | uploaded == before
    if end == "set right":
        clock.jump(-ahead)
    else:
        with town.db.begin() as tx:
            clock_guard.confirm(tx, clock())
    town.now = clock()
    town.do(number, "accept")
    look(town, clock, worker)
    if end == "set right":  # a confirmed clock may have ended the publicity of what one could file about
        town.file_repair(other)
    town.sound()


def test_an_outage_stops_nobody(town: Town, clock: Clock) -> None:
    """A worker that starts after days, or that was there while they passed, saw no clock being set."""
    number, worker = town.file_repair(), clock_guard.Witness()
    look(town, clock, worker)
    clock.travel(3 * DAY)
    assert look(town, clock, worker).holding
    assert look(town, clock, clock_guard.Witness()).holding
    town.do(number, "accept")
