"""The verification on several cores says what the verification on one says, whatever was changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from repairflow.app import parallel_verification as parallel
from repairflow.app.parallel_verification import Cores, cut, verify_everything
from repairflow.auditing import walk
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from tests.auditing.trail_builder import Trail

MANY = Cores(2, fewest=1)
DAMAGES = (
    "UPDATE event SET seq = seq WHERE id = 1",
    "UPDATE event SET seq = seq + 10 WHERE id = 20",
    "UPDATE event SET prev = 'sha256:0' WHERE id = 20",
    "UPDATE event SET action = 'invented' WHERE id = 3",
    "DELETE FROM event WHERE id = 7",
    "DELETE FROM event WHERE id = 24",
    "UPDATE log_leaf SET event_id = event_id + 1000 WHERE position = 2",
    "UPDATE event_personal SET event_id = 99999 WHERE id = 1",
    "UPDATE event_personal SET salt = 'x' WHERE id = 1",
)
SQLITE_DAMAGES = (
    "UPDATE event SET reason = x'6869' WHERE id = 3",
    "UPDATE event SET reason = CAST(x'ff' AS TEXT) WHERE id = 3",
    "UPDATE event SET actor_id = 'x' WHERE id = 3",
    "UPDATE event SET at = 7 WHERE id = 3",
)


@pytest.fixture
def trail(database: Database, tmp_path: Path) -> Trail:
    made = Trail(database, tmp_path)
    for number in range(6):
        made.case(f"XF-{number}")
    made.log()
    return made


def test_stretches_meet_and_the_last_is_open(trail: Trail) -> None:
    with trail.db.read() as tx:
        parts = cut(tx, MANY)
        assert len(cut(tx, Cores(1, fewest=1))) == len(cut(tx, Cores(2))) == 1
    assert len(parts) == 8
    assert [one.upto for one in parts[:-1]] == [one.after for one in parts[1:]]
    assert parts[-1].upto is None


def test_stretches_together_find_what_one_walk_finds(trail: Trail) -> None:
    for damage in DAMAGES + (SQLITE_DAMAGES if trail.db.is_sqlite else ()):
        with trail.burglar() as tx:
            assert tx.execute(text(damage)).rowcount == 1, damage
            whole = walk.walk(tx)
            parts = walk.joined([walk.stretch(tx, one) for one in cut(tx, MANY)])
            tx.rollback()
        assert sorted(map(repr, parts.findings)) == sorted(map(repr, whole.findings)), damage
        assert bool(whole.findings) == (damage not in {DAMAGES[0], DAMAGES[6]}), damage  # that one the signed log shows
        assert (parts.events, parts.leaves, parts.heads) == (whole.events, whole.leaves, whole.heads)


def test_tasks_together_say_what_one_process_says(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads here, which start at once; the long runs start processes."""
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", lambda cores, **_: ThreadPoolExecutor(cores))
    _compare(trail)


@pytest.mark.soak
def test_processes_together_say_what_one_says(trail: Trail) -> None:
    _compare(trail)


def _compare(trail: Trail) -> None:
    with trail.db.engine.begin() as tx:  # by hand
        tx.execute(text("UPDATE office SET mark = 'x'"))
        tx.execute(text("DELETE FROM search_part"))
    alone = trail.verify()
    assert {one.table for one in alone.findings} == {"office", "search_part"}
    assert verify_everything(trail.db, FolderFiles(trail.home / "anchors"), trail.signer.verifier, cores=MANY) == alone


def test_without_processes_it_is_verified_all_the_same(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(parallel, "ProcessPoolExecutor", refused)
    found = verify_everything(trail.db, FolderFiles(trail.home / "anchors"), trail.signer.verifier, cores=MANY)
    assert found == trail.verify()
