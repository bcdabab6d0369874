"""An import whose worker is killed again and again: each row comes in once, with all that belongs to it, and it may be stopped."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select, update

from repairflow import times
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_jobs, import_penalties
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.db import Database
from repairflow.records import import_run, job, record
from repairflow.records.rows import ImportRunRow
from repairflow.settings import Settings, load
from tests.soak.importer import runner
from tests.support import databases
from tests.support.building import Town
from tests.support.files import penalties

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 900
TOKEN = "soak"
OF_RUNS = frozenset({"import_run", "import_row", "job", "job_error", "row_change"})
"""What belongs to the run, and not to its rows; each change of the run is proved, too."""


def begin(town: Town, content: bytes) -> ImportFiles:
    """A file that was checked and confirmed; nobody has begun to write."""
    files = ImportFiles(town.services.imports)
    files.keep(TOKEN, content)
    with town.db.begin() as tx:
        import_jobs.begin(
            tx, SYSTEM, TOKEN, office_id=town.offices["ENV"], file_name="处罚.csv", file_digest="d", now=times.now()
        )
    runner(town.db, town.services, files, import_jobs.CHECK).run_once(times.now())
    with town.db.begin() as tx:
        assert import_jobs.confirm(tx, TOKEN, SYSTEM, times.now())
    return files


def run_of(town: Town) -> ImportRunRow:
    with town.db.read() as tx:
        return import_jobs.run_of(tx, TOKEN)


def worker(town: Town) -> subprocess.Popen[bytes]:
    """A worker that goes on at once, as if the lease of the one that was killed had run out."""
    with town.db.begin() as tx:
        tx.execute(update(job).where(job.c.state == "running").values(next_at=times.now()))
    command = [sys.executable, "-m", "tests.soak.importer", str(town.settings.home), town.settings.database_url]
    return subprocess.Popen(command, cwd=ROOT)


def killed(town: Town, least: int, chance: random.Random) -> int:
    """A worker is killed at any moment after so many rows are in; how many its run shows then."""
    process, before = worker(town), run_of(town).rows_done
    end = time.monotonic() + PATIENCE_SECONDS
    try:
        while run_of(town).rows_done < least:
            assert process.poll() is None
            assert time.monotonic() < end
            assert run_of(town).rows_done >= before  # no step back
            Event().wait(0.02)
        Event().wait(chance.uniform(0, 0.3))
    finally:
        process.kill()
        process.wait()
    return run_of(town).rows_done


def ends(town: Town) -> None:
    """A worker comes by and leaves nothing to do."""
    assert worker(town).wait(timeout=PATIENCE_SECONDS) == 0


def undisturbed(maker: databases.Maker, folder: Path, content: bytes) -> dict[str, int]:
    """How many rows each table has where nobody was killed."""
    url = maker.migrated(for_town=True)
    db = Database(url)
    other = Town(db, load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url}))
    delivered = import_penalties.Delivered(content, "处罚.csv", "ENV", SYSTEM)
    import_penalties.import_file(db, other.services, delivered, times.now())
    found = other.counts()
    db.dispose()
    maker.drop(url)
    return found


@pytest.mark.soak
@pytest.mark.parametrize(("rows", "kills"), [(5_000, 10)])
def test_each_row_comes_in_once_however_often_the_worker_is_killed(
    database: Database, settings: Settings, databases_of_kind: databases.Maker, tmp_path: Path, rows: int, kills: int
) -> None:
    town, content, chance = Town(database, settings), penalties(rows), random.Random(20261130)
    begin(town, content)
    shown = [killed(town, rows * (number + 1) // (kills + 2), chance) for number in range(kills)]
    assert shown == sorted(shown)
    assert shown[-1] < rows
    with town.db.begin() as tx:  # somebody stops it while nobody is at work
        assert import_jobs.stop(tx, TOKEN, times.now())
    ends(town)
    stopped = run_of(town)
    entered = Counter(row.document_number for row in town.all(select(record)))
    assert (stopped.state, stopped.rows_new) == ("stopped", entered.total())
    with town.db.begin() as tx:
        assert import_jobs.resume(tx, TOKEN, times.now())
    ends(town)
    run = town.one(select(import_run))
    assert (run.state, run.rows_done, run.rows_new, run.rows_same, run.rows_refused) == ("done", rows, rows, 0, 0)
    entered = Counter(row.document_number for row in town.all(select(record)))
    assert (len(entered), entered.total()) == (rows, rows)
    assert town.one(select(job).where(job.c.kind == import_jobs.WRITE)).state == "done"
    counts = {name: count for name, count in town.counts().items() if name not in OF_RUNS}
    expected = undisturbed(databases_of_kind, tmp_path / "other", content)
    assert counts == {name: count for name, count in expected.items() if name not in OF_RUNS}
    town.sound()
