"""The child that takes a delivered table apart knows no secret of its parent, ends when nobody waits for it any more, and is
not started for what is too large."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repairflow.gateway import limited_parser
from repairflow.gateway.limited_parser import Bounds
from repairflow.gateway.penalties.grid import Limits, Source, UnreadableFile
from tests.gateway import penalty_samples as samples
from tests.support import once

GOOD = samples.csv_text(samples.GOOD).encode()


Started = list[tuple["subprocess.Popen[bytes]", dict[str, str]]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Every child that is started, with its surroundings."""
    once.tables.clear()
    found: Started = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, env: dict[str, str], **more: Any) -> None:
            super().__init__(*args, env=env, **more)
            found.append((self, env))

    monkeypatch.setattr(limited_parser.subprocess, "Popen", Recorded)
    return found


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch, started: Started) -> None:
    monkeypatch.setenv("REPAIRFLOW_SECRET_KEY", "secret")
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", "postgresql://u:secret@db/x")
    limited_parser.open_grid(Source(GOOD, "样例"), Limits()).close()
    ((_, env),) = started
    assert "secret" not in " ".join(env.values())
    assert not [name for name in env if name.startswith("REPAIRFLOW_")]


def test_no_child_is_started_for_a_file_beyond_the_limit(started: Started) -> None:
    with pytest.raises(UnreadableFile, match="文件超过"):
        limited_parser.open_grid(Source(GOOD, "样例"), Limits(bytes=len(GOOD) - 1))
    assert started == []


@pytest.fixture
def idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that neither ends nor uses its processor time."""
    program = tmp_path / "idle"
    program.write_text("#!/bin/sh\nexec sleep 20\n")
    program.chmod(0o700)
    monkeypatch.setattr(limited_parser.sys, "executable", str(program))
    monkeypatch.setattr(limited_parser, "LOOK_SECONDS", 0.1)


@pytest.mark.usefixtures("idle")
def test_a_child_that_never_answers_is_given_up_and_ended(started: Started) -> None:
    with pytest.raises(UnreadableFile) as caught:
        limited_parser.open_grid(Source(GOOD, "样例"), Limits(), Bounds(seconds=1))
    assert limited_parser.TOO_MUCH in caught.value.message
    ((child, _),) = started
    assert child.returncode == -signal.SIGKILL


@pytest.mark.usefixtures("idle")
def test_a_child_ends_with_whoever_waited_for_it(started: Started) -> None:
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        limited_parser.open_grid(Source(GOOD, "样例"), Limits(), Bounds(seconds=60), stop)
    ((child, _),) = started
    assert child.returncode == -signal.SIGKILL


def test_the_kernel_ends_a_child_that_computes_too_long() -> None:
    """Even where nobody waits: its parent may have been killed."""
    task = {"memory_mib": 1024, "output_mib": 1, "seconds": 1}
    endless = f"from repairflow.gateway.limited_parser_child import bind; bind({task})\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", endless], timeout=60, capture_output=True, check=False)
    assert ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
