"""Files of ours: whole or not at all, for this account alone, and never half of one left behind."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from repairflow import times

PART = ".part"
LEFT_BEHIND = timedelta(days=1)
"""Nothing is written for so long: what is older and half was left by a process that was killed."""


def write_whole(path: Path, content: bytes) -> None:
    """Ensure that `content` stands on the disk under its name, readable by its owner alone.

    OSError when it cannot (no space, read-only, no permission): then nothing changed, and no part of it remains.
    """
    part = _written(path, content)
    try:
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _keep_names(path.parent)


def write_first(path: Path, content: bytes) -> bool:
    """Ensure that a file stands under this name: `content`, whole and readable by its owner alone, or what somebody wrote there before.

    Gives whether it is ours; of several processes that begin at once, one's is. OSError as for `write_whole`.
    """
    part = _written(path, content)
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    _keep_names(path.parent)
    return True


def _written(path: Path, content: bytes) -> Path:
    """Return a file beside `path` that holds `content` for certain."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=PART)  # mode 600
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _keep_names(folder: Path) -> None:
    """Ensure that the names of a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_left_behind(path: Path, now: datetime) -> bool:
    """Tell whether nobody has touched the file for a day; not, when it has just gone."""
    try:
        touched = path.stat().st_mtime
    except FileNotFoundError:
        return False
    return now - datetime.fromtimestamp(touched, times.SHANGHAI) > LEFT_BEHIND


def clear_parts(folder: Path, now: datetime) -> int:
    """Ensure that no half file that a killed process left behind lies in `folder` or below it; how many went."""
    left = [part for part in folder.rglob(f".*{PART}") if is_left_behind(part, now)]
    for part in left:
        part.unlink(missing_ok=True)
    return len(left)
