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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=PART)  # mode 600
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name itself must survive a power cut
    finally:
        os.close(folder)


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
