"""Uploaded files are taken apart by a child process with limits: a PDF of 16 KiB can cost minutes, a picture gigabytes.

Few children run at a time, and few requests wait for one; who comes beyond that is asked to come again. What is not an
upload brings a `Gate` of its own, so that it never keeps an upload out.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from repairflow.errors import TooMany

SECONDS = 10
"""Of processor; an honest PDF of 20 MiB takes about one."""
PATIENCE = 30
"""Seconds by the clock: for a child, and for those before it."""
MEMORY_MIB = 1536
AT_A_TIME = 2
WAITING = 4
AGAIN = 10
BUSY = "现在上传的文件较多，这份文件还没有收下，请过十几秒再上传。"


class Gate:
    """Lets `at_a_time` children of this process run and `waiting` more requests wait, each for `patience` seconds; `busy`
    is said to whoever comes beyond that."""

    def __init__(self, at_a_time: int, waiting: int, patience: float, busy: str) -> None:
        self.running, self.here = BoundedSemaphore(at_a_time), BoundedSemaphore(at_a_time + waiting)
        self._patience, self._busy = patience, busy

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside, the caller may run a child. Raises TooMany when too many others do or wait."""
        if not self.here.acquire(blocking=False):
            raise TooMany(AGAIN, self._busy)
        try:
            if not self.running.acquire(timeout=self._patience):
                raise TooMany(AGAIN, self._busy)
            try:
                yield
            finally:
                self.running.release()
        finally:
            self.here.release()


UPLOADS = Gate(AT_A_TIME, WAITING, PATIENCE, BUSY)


def ran(code: str, content: bytes, seconds: float | None = None, gate: Gate | None = None) -> bytes | None:
    """Return what a child that runs `code` makes of `content`, let in by `gate` (that of uploads); None where it broke, took too
    much or took too long.

    Raises TooMany as `Gate.turn` does.
    """
    with (gate or UPLOADS).turn():
        try:
            done = subprocess.run(
                [sys.executable, "-c", code], input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=PATIENCE if seconds is None else seconds, check=False,
                env={
                    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1",
                    "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
                },
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
    return done.stdout if done.returncode == 0 else None


def limit_this_process(seconds: int = SECONDS) -> None:
    """Ensure that this process, a child, can take no more than it should; it writes no file."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_MIB * 1024 * 1024),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
