"""A site of several processes at one port: each answers, a killed one is replaced, and the whole ends when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import httpx2
import pytest

from repairflow.cli.run import STOP_SECONDS, gunicorn_options, usual_processes
from repairflow.memory_pools import POOLS, VARIABLE
from repairflow.settings import Settings

WANTED = 2
MARGIN = 4
"""Seconds: what else the machine does meanwhile."""


def children(process: int) -> set[int]:
    """The processes that come from this one."""
    return {int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def until(seen: Callable[[], bool]) -> None:
    """Return once it is so; AssertionError when it is not within a minute."""
    pause, end = Event(), time.monotonic() + 60
    while not seen():
        assert time.monotonic() < end
        pause.wait(0.1)


def answers(site: str) -> bool:
    try:
        return httpx2.get(site, trust_env=False, timeout=10).status_code == 200
    except httpx2.TransportError:
        return False


ELSEWHERE = "postgresql+psycopg:///rf"


@pytest.mark.either_database
@pytest.mark.parametrize(("url", "here", "wanted"), [
    ("", True, 1), ("", False, 1), (ELSEWHERE, True, len(os.sched_getaffinity(0))), (ELSEWHERE, False, 3),
])  # fmt: skip
def test_how_many_processes_where_nobody_says_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str, here: bool, wanted: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    if not here:  # macOS does not say which cores a process may use
        monkeypatch.delattr(os, "sched_getaffinity")
    usual = usual_processes(replace(settings, database_url=url or "sqlite:///rf.db"))
    assert usual == wanted
    assert gunicorn_options(settings, usual)[:2] == ["--workers", str(wanted)]


def test_a_killed_process_is_replaced_and_all_end_in_time(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {
        "REPAIRFLOW_HOME": str(settings.home), "REPAIRFLOW_DATABASE_URL": settings.database_url,
        "REPAIRFLOW_PORT": str(port), "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    site = f"http://127.0.0.1:{port}/login"
    command = [sys.executable, "-m", "repairflow", "serve", "--processes", str(WANTED)]
    with subprocess.Popen(command, env={**os.environ, **given}) as server:
        try:
            until(lambda: len(children(server.pid)) == WANTED and answers(site))
            first = children(server.pid)
            assert f"{VARIABLE}={POOLS}".encode() in Path(f"/proc/{min(first)}/environ").read_bytes().split(b"\0")
            for number in range(8):  # they take turns at the socket; whoever answers has a database of its own
                assert httpx2.get(site, trust_env=False, timeout=30).status_code == 200, number
            lost = min(first)
            os.kill(lost, signal.SIGKILL)
            until(lambda: lost not in children(server.pid) and len(children(server.pid)) == WANTED)
            assert len(children(server.pid) & first) == WANTED - 1
            until(lambda: answers(site))
            with socket.create_connection(("127.0.0.1", port)) as peer:  # a client that never ends its request
                peer.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nabc")
                begun = time.monotonic()
                server.terminate()
                server.wait(30)
                assert time.monotonic() - begun < STOP_SECONDS + MARGIN
        finally:
            server.kill()
