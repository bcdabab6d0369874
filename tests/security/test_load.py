"""Load: what one person, file or platform can ask of the site takes nothing from the others."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event, Semaphore

import pytest
from sqlalchemy import select

from repairflow import db, times
from repairflow.casework import heartbeats
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_penalties
from repairflow.casework.cases.import_penalties import Delivered, Outcome
from repairflow.db import Database
from repairflow.letters.model import LetterData, Pressed
from repairflow.records import record, subject
from repairflow.settings import Settings
from repairflow.web.shared.press import OnDemand
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.files import penalties
from tests.web.portal_visit import Visitor, make

PAPER = "/papers/records/{}/repair_application.pdf"
LONGEST_WAIT = 1.0
"""Seconds that somebody who writes may wait for an import."""


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def bring(town: Town, content: bytes) -> Outcome:
    return import_penalties.import_file(
        town.db, town.services, Delivered(content, "双公示.csv", "ENV", SYSTEM), town.now
    )


def waits(town: Town, over: Event) -> Iterator[float]:
    """How long each of somebody's small transactions waited until it had the database, while an import runs."""
    number = 0
    while not over.wait(0.02):
        number += 1
        asked = time.monotonic()
        with town.db.begin() as tx:
            heartbeats.put(tx, f"writer/{number % 5}", times.now())
            begun = time.monotonic()
        yield begun - asked


def test_others_write_while_a_file_comes_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "sleep", time.sleep)  # the import gives way indeed
    over = Event()
    with ThreadPoolExecutor(1) as threads:
        waited = threads.submit(lambda: list(waits(town, over)))
        try:
            outcome = bring(town, penalties(240))
        finally:
            over.set()
        found = waited.result()
    assert outcome.new == 240
    assert len(found) > 5
    assert max(found) < LONGEST_WAIT, sorted(found)[-5:]
    town.sound()


def test_a_batch_ends_after_its_time_and_lets_others_pass(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure above depends on the machine; this does not."""
    monkeypatch.setattr(import_penalties, "BATCH_SECONDS", 0)
    ways: list[int] = []
    batches: list[import_penalties.Batch] = []
    monkeypatch.setattr(Database, "make_way", lambda self: ways.append(1))
    import_penalties.import_file(
        town.db, town.services, Delivered(penalties(4), "双公示.csv", "ENV", SYSTEM), town.now,
        wrote=lambda tx, batch: batches.append(batch),
    )  # fmt: skip
    assert [(batch.new, batch.done, batch.total) for batch in batches] == [(1, n, 4) for n in range(1, 5)]
    assert len(ways) == 3


def test_eight_imports_of_one_file_at_once_enter_each_row_once(town: Town) -> None:
    content = penalties(12, subjects=6)
    with ThreadPoolExecutor(8) as threads:
        outcomes = [one.result() for one in [threads.submit(bring, town, content) for _ in range(8)]]
    assert sum(outcome.new for outcome in outcomes) == 12
    assert all(outcome.new + outcome.unchanged == 12 and not outcome.refused for outcome in outcomes)
    with town.db.read() as tx:
        numbers = tx.execute(select(record.c.document_number)).scalars().all()
        codes = tx.execute(select(subject.c.uscc)).scalars().all()
    assert len(numbers) == len(set(numbers)) == 12
    assert len(codes) == len(set(codes))
    town.sound()


class SlowPress:
    """A press at which every paper waits until `go` is set."""

    def __init__(self) -> None:
        self.go = Event()
        self.begun = Semaphore(0)

    def press(self, letter: LetterData) -> Pressed:
        self.begun.release()
        assert self.go.wait(60)
        return Pressed(pdf=b"%PDF-1.7", sha256="", pages=1)


def test_papers_printed_on_demand_take_few_threads(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty-four at once: as many as the press and its queue hold get theirs, the others are told when to come again."""
    press = SlowPress()
    monkeypatch.setattr(OnDemand, "press", press)
    app, number = make(town), town.record()
    visitors = [Visitor(app, town, "yunxi") for _ in range(24)]
    places = town.settings.press_workers + town.settings.press_queue
    with ThreadPoolExecutor(24) as threads:
        asked = [threads.submit(one.client.get, PAPER.format(number)) for one in visitors]
        for _ in range(places):
            assert press.begun.acquire(timeout=60)
        told = list(islice(as_completed(asked), 24 - places))
        press.go.set()
        answers = [one.result() for one in asked]
    assert {one.result().status_code for one in told} == {503}
    assert all(int(one.result().headers["Retry-After"]) > 0 for one in told)
    assert sorted(answer.status_code for answer in answers) == [200] * places + [503] * (24 - places)
    assert visitors[0].client.get(PAPER.format(number)).status_code == 200  # the places are free again
