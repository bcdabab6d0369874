"""10,000 honest histories: whatever people did in whatever order, verification of everything raises no alarm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from repairflow import times
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.verify import verify
from repairflow.casework import row_batches
from repairflow.casework.queries.audit import file_proof
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.settings import load
from tests.casework.test_walks import NAMES, wander
from tests.conftest import Clock
from tests.support import databases
from tests.support.building import Town
from tests.support.calling import signer

HISTORIES = int(os.environ.get("RF_HISTORIES", "10000"))
FIRST = int(os.environ.get("RF_FIRST_HISTORY", "0"))
"""Several runs, each from another on, make up the whole: a history depends on its number alone."""
OF_ONE_TOWN = 250

pytestmark = pytest.mark.soak


@contextmanager
def fresh_town(maker: databases.Maker, home: Path) -> Iterator[Town]:
    url = maker.migrated()
    with times.set_clock(Clock(datetime(2026, 6, 10, 2, tzinfo=UTC))):
        settings = load({"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_DATABASE_URL": url})
        made = Town(Database(url), settings)
        yield made
    made.db.dispose()
    maker.drop(url)


def test_no_honest_history_raises_an_alarm(databases_of_kind: databases.Maker, tmp_path: Path) -> None:
    done, events, rows = FIRST, 0, 0
    while done < FIRST + HISTORIES:
        with fresh_town(databases_of_kind, tmp_path / str(done)) as town:
            for number in range(done, min(done + OF_ONE_TOWN, FIRST + HISTORIES)):
                wander(town, NAMES[number % len(NAMES)], number)
            done = min(done + OF_ONE_TOWN, FIRST + HISTORIES)
            with town.db.begin() as tx:
                while row_batches.bind(tx, town.now):
                    pass
                sequencer.sequence(tx, 1_000_000)
            with town.db.begin() as tx:
                checkpoints.take(tx, signer(town), town.now)
            with town.db.read() as tx:
                report = verify(tx, FolderFiles(Path(town.settings.home) / "anchors"), signer(town).verifier)
                files = list(file_proof.prove(tx, town.services.materials, town.services.letters))
        assert (report.findings, files) == ((), []), f"histories {done - OF_ONE_TOWN} to {done}"
        assert report.leaves == report.events
        events, rows = events + report.events, rows + report.rows
        print(f"{done - FIRST} histories, {events} events, {rows} rows, no alarm", flush=True)
