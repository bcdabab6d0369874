"""Files of ours: whole or not at all, and of several writers one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from repairflow import disk

pytestmark = pytest.mark.either_database


def test_of_several_writers_the_first_stands(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "one.key"
    assert [disk.write_first(file, content) for content in (b"first", b"second")] == [True, False]
    assert file.read_bytes() == b"first"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["one.key"]  # nothing half is left


def test_what_is_written_whole_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "one"
    for content in (b"first", b"second"):
        disk.write_whole(file, content)
    assert file.read_bytes() == b"second"
    assert [one.name for one in tmp_path.iterdir()] == ["one"]
