"""What people handed in is worked on in folders of this account; those of a process that was killed do not stay."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from repairflow import disk

CHILD = """
import sys
from pathlib import Path
from repairflow.disk import work_folder
folder = work_folder("table")
(Path(folder.name) / "rows").write_text("某公司")
print(folder.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(place: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(place)},
    )  # fmt: skip
    with child, disk.work_folder("press") as mine:
        assert child.stdout is not None
        left = Path(child.stdout.readline().strip())
        assert left.parent == place
        assert left.stat().st_mode & 0o777 == 0o700
        assert disk.clear_work_folders() == 0
        assert (left / "rows").exists()
        child.kill()
        child.wait()
        assert disk.clear_work_folders() == 1
        assert not left.exists()
        assert Path(mine).exists()
        assert disk.clear_work_folders() == 0


@pytest.mark.parametrize(
    "name", ["repairflow-table-x", "repairflow-letters", "other-table-999999999-a", "repairflow-table-999999999"]
)
def test_what_has_another_name_is_nobodys_business(place: Path, name: str) -> None:
    (place / name).mkdir()
    assert disk.clear_work_folders() == 0
    assert (place / name).exists()


def test_a_link_under_such_a_name_is_not_followed(place: Path) -> None:
    kept = place / "kept"
    kept.mkdir()
    (place / "repairflow-table-999999999-a").symlink_to(kept)
    assert disk.clear_work_folders() == 0
    assert kept.exists()
