"""Who looked at what, and who signed in, on its way into the trail: lines in files of <home>/watched until the worker takes them.

A page is read without writing to the database; so what it showed is written to a file of this process, and the worker appends
it to the trail (`casework.access_audit`). A file is set aside first and read in a later round. However short a round is, no line
is lost: whoever writes holds the file's lock (`flock`) and makes sure that it was not set aside before; it is read when nobody does.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

NAME = "watched"
_ASIDE = ".aside"


def append(home: Path, line: Mapping[str, object]) -> None:
    """Ensure that the line stands in this process's file. OSError where the disk takes nothing."""
    folder = home / NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    written = (json.dumps(line, ensure_ascii=False) + "\n").encode()
    file = _held(folder / f"{os.getpid()}.jsonl")
    try:
        os.write(file, written)
    finally:
        os.close(file)


def _held(path: Path) -> int:
    """Return the file at `path`, open and locked: as long as it is, nobody reads and removes it."""
    while True:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_SH)  # threads of this process write beside each other
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except FileNotFoundError:
            pass  # set aside since it was opened, as in the line above
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def aside(home: Path) -> list[Path]:
    """Files set aside in a round before to which nobody writes, oldest first; what was written since is set aside for the next."""
    folder = home / NAME
    if not folder.is_dir():
        return []
    ready = sorted(folder.glob(f"*{_ASIDE}"), key=lambda one: one.stat().st_mtime)
    for file in folder.glob("*.jsonl"):
        file.rename(folder / f"{secrets.token_hex(16)}{_ASIDE}")
    return [file for file in ready if not _written_to(file)]


def _written_to(file: Path) -> bool:
    """Tell whether somebody took it up before it was set aside and has not written yet; nobody takes it up afterwards."""
    with file.open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def lines(file: Path) -> Iterator[dict[str, object]]:
    """Yield the lines of a file; one that was cut off by a crash is left out."""
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
