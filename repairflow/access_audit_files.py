"""Who looked at what, and who signed in, on its way into the trail: lines in files of <home>/watched until the worker takes them.

A page is read without writing to the database; so what it showed is written to a file of this process, and the worker appends
it to the trail (`casework.access_audit`). A file is set aside first and read a round later, when nobody writes to it any more.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

NAME = "watched"
_ASIDE = ".aside"


def append(home: Path, line: Mapping[str, object]) -> None:
    """Afterwards the line stands in this process's file. OSError where the disk takes nothing."""
    folder = home / NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    written = (json.dumps(line, ensure_ascii=False) + "\n").encode()
    file = os.open(folder / f"{os.getpid()}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, written)
    finally:
        os.close(file)


def aside(home: Path) -> list[Path]:
    """Files set aside in a round before, oldest first; what was written since is set aside for the next."""
    folder = home / NAME
    if not folder.is_dir():
        return []
    ready = sorted(folder.glob(f"*{_ASIDE}"), key=lambda one: one.stat().st_mtime)
    for file in folder.glob("*.jsonl"):
        file.rename(folder / f"{secrets.token_hex(16)}{_ASIDE}")
    return ready


def lines(file: Path) -> Iterator[dict[str, object]]:
    """The lines of a file; one that was cut off by a crash is left out."""
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
