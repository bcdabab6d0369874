"""Half-sent requests against the site as it is served: they cost it no thread, and are given up in time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event

import httpx2
import pytest

from repairflow.cli.run import gunicorn_options
from repairflow.settings import Settings, load

HALF_BODY = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\nabc"
HALF_HEAD = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a"
LAST = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
BAD = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
MANY = 60
"""More than the site has threads."""


@pytest.fixture
def site(settings: Settings) -> Iterator[str]:
    """The address of the site in a process of its own; a request must be here within four seconds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {
        "REPAIRFLOW_HOME": str(settings.home), "REPAIRFLOW_DATABASE_URL": settings.database_url,
        "REPAIRFLOW_PORT": str(port), "REPAIRFLOW_RECEIVE_SECONDS": "4",
    }  # fmt: skip
    options = gunicorn_options(load(given))
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "repairflow.app.web:create()"], env={**os.environ, **given}
    ) as server:
        try:
            _until_it_answers(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    pause = Event()
    for _ in range(600):
        assert server.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            pause.wait(0.1)
        else:
            return
    raise AssertionError("the site did not start")


def sent(stack: ExitStack, site: str, start: bytes) -> socket.socket:
    """A connection on which so much was sent and no more."""
    host, _, port = site.removeprefix("http://").partition(":")
    peer = stack.enter_context(socket.create_connection((host, int(port)), 20))
    peer.sendall(start)
    return peer


def test_many_half_sent_requests_stop_nobody_and_are_given_up(site: str) -> None:
    with ExitStack() as stack, httpx2.Client(trust_env=False, timeout=30) as visitor:
        assert visitor.get(f"{site}/login").status_code == 200  # the application is made by now
        halves = [sent(stack, site, start) for start in (HALF_BODY, HALF_HEAD, b"") for _ in range(MANY // 2)]
        begun = time.monotonic()
        assert visitor.get(f"{site}/login").status_code == 200
        assert time.monotonic() - begun < 4  # at once, and not when the others were given up
        for peer, start in ((halves[0], HALF_BODY), (halves[MANY // 2], HALF_HEAD), (halves[-1], b"")):
            assert peer.recv(1000).startswith(b"HTTP/1.1 408" if start else b"")
        assert time.monotonic() - begun < 30
    with httpx2.Client(trust_env=False, timeout=30) as visitor:
        form = visitor.post(f"{site}/login", content=b"a" * 300_000, headers={"content-type": "text/plain"})
        assert form.status_code in (400, 403)  # a whole body, and no token in it
        for _ in range(2):  # the second over the connection kept
            assert visitor.get(f"{site}/login").status_code == 200


def test_what_cannot_be_waited_for_is_refused(site: str) -> None:
    with ExitStack() as stack:
        chunked = sent(stack, site, b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert chunked.recv(1000).startswith(b"HTTP/1.1 411")
        huge = sent(stack, site, b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999\r\n\r\nabc")
        assert huge.recv(1000).startswith(b"HTTP/1.1 4")
        waits = sent(
            stack, site,
            b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
        )  # fmt: skip
        assert waits.recv(1000).startswith(b"HTTP/1.1 100")
        # Who was answered and does not close the connection keeps nobody else waiting, however many they are.
        begun = time.monotonic()
        stay = [sent(stack, site, start) for start in (LAST, BAD) for _ in range(10)]
        for peer in stay:
            assert peer.recv(1000).startswith(b"HTTP/1.1 ")
        for _ in range(8):
            assert httpx2.get(f"{site}/ready", trust_env=False, timeout=60).status_code == 200
        assert time.monotonic() - begun < 15
        for peer in stay:
            while peer.recv(100_000):  # the whole answer, and then the end
                pass
