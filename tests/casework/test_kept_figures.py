"""What pages would count anew is kept, and says the same as a count."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select, text, update

from repairflow import times
from repairflow.auditing import sequencer
from repairflow.casework.queries.audit import log_status
from repairflow.casework.queries.audit.log_status import TrailState
from repairflow.casework.queries.oversight import timeliness as queries
from repairflow.casework.queries.oversight.timeliness import Timeliness
from repairflow.casework.queries.records import list_registry
from repairflow.records import event, kept_figure, letter, record, uninformed, uninformed_triggers
from repairflow.worker import chores
from tests.conftest import Clock
from tests.support.building import Town


def timeliness(town: Town, who: str) -> Timeliness:
    with town.db.read() as tx:
        return queries.timeliness(tx, town.law, town.actor(who), town.today)


def figures(found: Timeliness) -> tuple[object, ...]:
    return found.offices, found.late, found.count


def trail(town: Town) -> TrailState:
    with town.db.read() as tx:
        return log_status.trail_state(tx)


def test_what_the_worker_counted_of_publication_is_what_a_page_counts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.record(date(2026, 5, 6))
    town.record(date(2026, 5, 20), entered=times.at(date(2026, 6, 5), time(10)))
    people = ("supervisor@CREDIT", "examiner@ENV", "examiner@MARKET")
    counted = {who: figures(timeliness(town, who)) for who in people}
    assert counted["supervisor@CREDIT"][2]
    assert chores.keep_figures(town.db, town.services, town.now) == 2  # few: each page counts them
    assert {row.name for row in town.all(select(kept_figure))} == {log_status.TRAIL, list_registry.FIGURE}
    monkeypatch.setattr(queries, "FEW", 1)
    assert chores.keep_figures(town.db, town.services, town.now, everything=True) > 3
    kept = {who: timeliness(town, who) for who in people}
    assert {who: figures(found) for who, found in kept.items()} == counted
    assert {found.counted_at for found in kept.values()} == {town.now}

    town.record(date(2026, 5, 21))
    assert figures(timeliness(town, people[0])) == counted[people[0]]  # until it is counted again
    assert chores.keep_figures(town.db, town.services, town.now + timedelta(minutes=9)) == 0
    assert chores.keep_figures(town.db, town.services, town.now + timedelta(minutes=11))
    again = figures(timeliness(town, people[0]))
    assert again != counted[people[0]]
    town.turn(kept_figure.delete())
    assert figures(timeliness(town, people[0])) == again


def test_the_trail_is_counted_on_from_what_was_counted(town: Town, clock: Clock) -> None:
    town.file_repair()
    town.now = clock.travel(timedelta(hours=2))
    town.file_repair()
    chores.keep_figures(town.db, town.services, town.now)
    town.file_repair()
    with town.db.begin() as tx:
        sequencer.sequence(tx, 3)
    with town.db.read() as tx:
        kept = tx.execute(select(kept_figure.c.content).where(kept_figure.c.name == log_status.TRAIL)).scalar_one()
        events, streams = tx.execute(select(func.count(), func.count(func.distinct(event.c.stream)))).one()
    found = trail(town)
    assert 0 < kept["events"] < events  # those of the last hour are not settled
    assert (found.events, found.streams, found.leaves, found.waiting) == (events, streams, 3, events - 3)
    town.now = clock.travel(timedelta(hours=2))
    for everything in (False, True):
        chores.keep_figures(town.db, town.services, town.now, everything=everything)
        assert (trail(town).events, trail(town).streams) == (events, streams)


def test_a_figure_that_differs_from_its_recount_is_corrected_at_night(town: Town, clock: Clock) -> None:
    town.file_repair()
    town.now = clock.travel(timedelta(hours=2))
    chores.keep_figures(town.db, town.services, town.now)
    right = trail(town).events
    wrong = {"events": 1, "streams": 1, "checkpoints": 0, "last event": 10**6, "last checkpoint": 0}
    town.turn(update(kept_figure).values(content=wrong))
    assert trail(town).events == 1
    chores.keep_figures(town.db, town.services, town.now, everything=True)
    assert trail(town).events == right


def test_records_without_their_letter_are_kept_with_every_change(town: Town) -> None:
    def kept() -> set[int]:
        with town.db.read() as tx:
            found = set(tx.scalars(select(uninformed.c.record_id)))
            query = uninformed_triggers.FILLING.removeprefix("INSERT INTO uninformed (record_id) ")
            assert found == set(tx.scalars(text(query)))
        return found

    one, other = (town.of_record(town.record(date(2026, 5, day))).id for day in (6, 7))
    assert kept() == set()
    town.turn(update(letter).where(letter.c.record_id == one).values(state="withdrawn"))
    assert kept() == {one}
    town.turn(update(record).where(record.c.id == one).values(state="ceased"))
    assert kept() == set()
    town.turn(update(record).where(record.c.id == one).values(state="published"))
    assert kept() == {one}
    town.turn(update(letter).where(letter.c.record_id == one).values(state="in_force"))
    town.turn(update(letter).where(letter.c.record_id == other).values(state="superseded"))
    assert kept() == set()
