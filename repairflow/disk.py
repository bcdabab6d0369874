"""Files of ours: whole or not at all, for this account alone, and never half of one left behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PART = ".part"


def write_whole(path: Path, content: bytes) -> None:
    """Afterwards `content` stands on the disk under its name, readable by its owner alone.

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
