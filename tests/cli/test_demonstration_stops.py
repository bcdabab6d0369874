"""Ending the parts of a demonstration."""

from __future__ import annotations

import subprocess
import sys

import pytest

from repairflow.cli.run import stop

pytestmark = pytest.mark.either_database

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"
POLITE = "import signal; print('ready', flush=True); signal.pause()"


def test_a_part_that_does_not_end_is_killed_and_the_others_end_as_asked() -> None:
    started = [subprocess.Popen([sys.executable, "-c", what], stdout=subprocess.PIPE) for what in (DEAF, POLITE)]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        stop(started, patience=0.3)
        assert [process.poll() for process in started] == [-9, -15]
    finally:
        for process in started:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()
