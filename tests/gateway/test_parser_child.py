"""The child that takes a delivered table apart knows no secret of its parent, and is not started for what is too large."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from repairflow.gateway import limited_parser
from repairflow.gateway.penalties.grid import Limits, Source, UnreadableFile
from tests.gateway import penalty_samples as samples

GOOD = samples.csv_text(samples.GOOD).encode()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The surroundings of every child that is started."""
    found: list[dict[str, str]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, env: dict[str, str], **more: Any) -> None:
            found.append(env)
            super().__init__(*args, env=env, **more)

    monkeypatch.setattr(limited_parser.subprocess, "Popen", Recorded)
    return found


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch, started: list[dict[str, str]]) -> None:
    monkeypatch.setenv("REPAIRFLOW_SECRET_KEY", "secret")
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", "postgresql://u:secret@db/x")
    limited_parser.open_grid(Source(GOOD, "样例"), Limits()).close()
    (env,) = started
    assert "secret" not in " ".join(env.values())
    assert not [name for name in env if name.startswith("REPAIRFLOW_")]


def test_no_child_is_started_for_a_file_beyond_the_limit(started: list[dict[str, str]]) -> None:
    with pytest.raises(UnreadableFile, match="文件超过"):
        limited_parser.open_grid(Source(GOOD, "样例"), Limits(bytes=len(GOOD) - 1))
    assert started == []
