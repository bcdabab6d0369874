"""Files of materials whose row was never written: the upload was refused after all, or its process was killed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from repairflow import disk
from repairflow.casework.case_state import materials
from repairflow.records import material

_hexed = re.compile(r"[0-9a-f]{64}")


def untouched(folder: Path, now: datetime) -> Iterator[list[str]]:
    """Yield the digests of files nobody has touched for a day, a folder at a time, with a row or without."""
    for place in sorted(folder.iterdir()) if folder.exists() else ():
        old = [path.name for path in place.iterdir() if disk.is_left_behind(path, now)] if place.is_dir() else []
        if found := [f"sha256:{name}" for name in sorted(old) if _hexed.fullmatch(name)]:
            yield found


def clear(tx: Connection, folder: Path, digests: Sequence[str]) -> int:
    """Ensure that no file with one of these digests remains which no row names; how many went."""
    named = set(tx.execute(select(material.c.digest).where(material.c.digest.in_(digests))).scalars())
    gone = [digest for digest in digests if digest not in named]
    materials.clear(tx, folder, gone)
    return len(gone)
