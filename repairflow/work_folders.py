"""Folders for work on what people handed in: for this account alone, each held by a lock that ends with its process.

A lock and not the number of a process: in a container every process that starts anew has the number of the one that was
killed, and several nodes may share <home>.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from repairflow.disk import is_left_behind

HELD = ".held"
_OURS = re.compile(r"(?:table|press)-\w{8}")
_EARLIER = re.compile(r"repairflow-(?:table|press)-(?:\d+-)?\w{8}")


class WorkFolder:
    """One folder, there until `cleanup`; as a context manager, for as long as its block lasts."""

    def __init__(self, purpose: str, place: Path | None = None) -> None:
        """Make it in `place`; without one, among the system's temporary files, where nobody clears it up for a killed process."""
        if place is not None:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(place):
            self._folder = tempfile.TemporaryDirectory(prefix=f"{purpose}-", dir=place and place.absolute())  # mode 700
            self._held: IO[bytes] = (Path(self.name) / HELD).open("wb")
            with suppress(OSError):  # a disk without locks
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @property
    def name(self) -> str:
        """Its absolute path."""
        return self._folder.name

    def cleanup(self) -> None:
        """Ensure that it is gone; safe to call twice."""
        self._folder.cleanup()
        self._held.close()

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *_: object) -> None:
        self.cleanup()


def clear(place: Path) -> int:
    """Ensure that no folder of a process that was killed is left in `place`; how many went. Those of living ones stay."""
    if not place.is_dir():
        return 0
    with _alone(place):
        left = [path for path in place.iterdir() if _OURS.fullmatch(path.name) and _is_our_folder(path)]
        return sum(_gone(path) for path in left if not _is_held(path))


def clear_earlier(now: datetime) -> int:
    """Ensure that nothing that earlier versions left among the system's temporary files is older than a day; how many went."""
    there = Path(tempfile.gettempdir()).glob("repairflow-*")
    left = [path for path in there if _EARLIER.fullmatch(path.name) and _is_our_folder(path)]
    return sum(_gone(path) for path in left if is_left_behind(path, now))


@contextmanager
def _alone(place: Path | None) -> Iterator[None]:
    """Nobody clears `place` while a folder in it is not held yet."""
    if place is None:
        yield
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_our_folder(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return not path.is_symlink() and path.is_dir() and path.stat().st_uid == os.getuid()
    return False


def _is_held(folder: Path) -> bool:
    """Tell whether a process works in it. Where the disk knows no locks nobody can tell, and it stays."""
    try:
        with (folder / HELD).open("rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False  # its process was killed before it could hold it
    except OSError:
        return True
    return False


def _gone(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
