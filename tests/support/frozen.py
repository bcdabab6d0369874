"""A PostgreSQL server whose processes are stopped as by `kill -STOP`: the kernel takes its calls, nobody answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def frozen(database_url: str, *, backends: bool = True) -> Iterator[None]:
    """The server of this run stands still for as long as the block lasts; without `backends`, only what takes new calls."""
    first = _postmaster(database_url)
    os.kill(first, signal.SIGSTOP)  # before its children: it can start no more of them
    stopped = [first, *(_children(first) if backends else ())]
    try:
        for process in stopped[1:]:
            _send(process, signal.SIGSTOP)
        yield
    finally:
        for process in reversed(stopped):
            _send(process, signal.SIGCONT)


def _postmaster(database_url: str) -> int:
    folder = database_url.partition("host=")[2]
    return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            after_name = entry.read_text().rpartition(")")[2].split()
            if int(after_name[1]) == parent:
                found.append(int(entry.parent.name))
    return found


def _send(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)
