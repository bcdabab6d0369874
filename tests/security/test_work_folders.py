"""What people handed in is worked on in folders of this account; those of a process that was killed do not stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from repairflow import times, work_folders
from repairflow.app.program import Program
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.gateway import limited_parser
from repairflow.gateway.limited_parser import Bounds
from repairflow.gateway.penalties.grid import Limits, Source, UnreadableFile
from repairflow.letters.renderer.pool import NotWritten, Press, PressFailed
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core.context import Site
from repairflow.web.shared.press import OnDemand
from repairflow.work_folders import WorkFolder
from repairflow.worker import chores
from tests.conftest import Clock
from tests.letters.letter_samples import letter
from tests.support.building import law

CHILD = """
import sys
from pathlib import Path
from repairflow.web.core.context import Site
from repairflow.web.shared.press import OnDemand
from repairflow.work_folders import WorkFolder
folder = WorkFolder("table", Path(sys.argv[1]))
(Path(folder.name) / "rows").write_text("某公司")
print(folder.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "work"


@contextmanager
def working(place: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that works in a folder there, until it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        yield child, Path(child.stdout.readline().strip())


def killed(place: Path) -> Path:
    """The folder of a process that was killed."""
    with working(place) as (child, folder):
        child.kill()
    assert folder.exists()
    return folder


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(place: Path) -> None:
    with working(place) as (child, left), WorkFolder("press", place) as mine:
        assert left.parent == place
        assert [path.stat().st_mode & 0o777 for path in (place, left)] == [0o700, 0o700]
        assert work_folders.clear(place) == 0
        assert (left / "rows").exists()
        child.kill()
        child.wait()
        assert work_folders.clear(place) == 1
        assert not left.exists()
        assert Path(mine).exists()
        assert work_folders.clear(place) == 0
    assert list(place.iterdir()) == []


def test_a_process_killed_before_it_held_its_folder(place: Path) -> None:
    (place / "table-abcd_123").mkdir(parents=True)
    assert work_folders.clear(place) == 1


@pytest.mark.parametrize(
    "name",
    ["repairflow-table-x", "repairflow-letters", "other-table-999999999-a", "repairflow-table-999999999", "table-x"],
)
def test_what_has_another_name_is_nobodys_business(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    (place / name).mkdir(parents=True)
    assert work_folders.clear(place) == 0
    assert work_folders.clear_earlier(times.now() + timedelta(days=9_000)) == 0
    assert (place / name).exists()


def test_a_link_under_such_a_name_is_not_followed(place: Path) -> None:
    kept = place / "kept"
    kept.mkdir(parents=True)
    (place / "table-abcdefgh").symlink_to(kept)
    assert work_folders.clear(place) == 0
    assert kept.exists()


@pytest.mark.parametrize(("age", "stays"), [(timedelta(hours=23), True), (timedelta(hours=25), False)], ids=str)
def test_what_earlier_versions_left_goes_after_a_day(
    age: timedelta, stays: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "repairflow-table-abcdefgh"
    folder.mkdir()
    touched = (times.now() - age).timestamp()
    os.utime(folder, (touched, touched))
    assert work_folders.clear_earlier(times.now()) == (not stays)
    assert folder.exists() is stays


def test_a_start_and_each_night_clear_them(settings: Settings, database: Database, clock: Clock) -> None:
    left = killed(settings.work)
    Program.at(settings)
    assert not left.exists()
    left = killed(settings.work)
    assert chores.clear_files(database, FolderFiles(settings.materials), settings, times.now()) == 1
    assert not left.exists()


def test_tables_and_papers_are_worked_on_in_home(settings: Settings, database: Database, clock: Clock) -> None:
    services = Services.of(law(), Vault(b"v" * 32), settings)
    grid = limited_parser.open_grid(Source("甲,乙\n1,2\n".encode(), "样例.csv"), Limits(), services.reading)
    assert [path.name.partition("-")[0] for path in settings.work.iterdir()] == ["table"]
    grid.close()
    assert list(settings.work.iterdir()) == []
    assert OnDemand(Site(settings, database, services)).press.place == settings.work


def kill_who_works_in(place: Path) -> None:
    """Whatever other process works in a folder there is killed."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            inside = link.readlink().is_relative_to(place)
        except OSError:  # it ended, or is somebody else's
            continue
        if inside and link.parent.name != str(os.getpid()):
            os.kill(int(link.parent.name), signal.SIGKILL)


def test_a_table_whose_child_was_killed_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_parser, "LOOK_SECONDS", 0.05)
    long = Source(b"a,b\n" + b"1,2\n" * 190_000, "样例.csv")
    with pytest.raises(UnreadableFile):
        limited_parser.open_grid(long, Limits(), Bounds(place=place), lambda: kill_who_works_in(place))
    assert list(place.iterdir()) == []


def test_a_press_whose_child_was_killed_leaves_nothing(place: Path) -> None:
    with Press(place=place) as press:
        press.press(letter())
        assert [path.name.partition("-")[0] for path in place.iterdir()] == ["press"]
        kill_who_works_in(place)
        with pytest.raises(PressFailed):
            press.press(letter())
        assert list(place.iterdir()) == []


def test_a_press_that_gets_no_folder_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Press(place=tmp_path / "file") as press, pytest.raises(NotWritten):
        press.press(letter())
