"""What a request may be and how many are worked on: each bound by itself, without a server and without waiting long."""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn, ThreadWorker
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from repairflow import trouble
from repairflow.app.program import SQLITE_KEPT, Program, hasty, patient
from repairflow.app.web import make_app
from repairflow.casework.context import Services
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.errors import Trouble, Unreadable
from repairflow.file_store.folder import FolderFiles
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.api import json_body
from repairflow.web.core import access, arguments, concurrency, receiver
from repairflow.web.core.concurrency import Lane
from repairflow.web.core.outgoing import Outgoing
from repairflow.web.core.receiver import Connection, Receiver
from repairflow.web.core.security import MIB
from repairflow.web.public import health
from repairflow.web.public.probe import Probe
from tests.conftest import Clock
from tests.support import frame
from tests.support.building import law

pytestmark = pytest.mark.either_database


@pytest.fixture
def client(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    frame.people(database)
    return frame.make(settings, database).test_client()


# What a request brings


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"a": 9223372036854775807}', None),
        (b'{"a": -9223372036854775807, "b": [1.5, "x"]}', None),
        (b'{"a": 9223372036854775808}', BadRequest),
        (b'{"a": [{"b": -9223372036854775809}]}', BadRequest),
        (b'{"a": 1e999}', BadRequest),
        (b'{"a": NaN}', BadRequest),
        (b'{"a": 1, "a": 2}', BadRequest),
        (b'{"x": {"a": 1, "a": 1}}', BadRequest),
        (b"[1]", BadRequest),
        (b"[" * 100_000, BadRequest),
        (b'{"a": "' + b"x" * MIB + b'"}', RequestEntityTooLarge),
        (b'{"a": "\\u0000"}', Unreadable),
        (b'{"a": [{"b": ["\\ud800"]}]}', Unreadable),
        (b'{"\\u0000": 1}', Unreadable),
    ],
    ids=lambda value: value[:40].decode() if isinstance(value, bytes) else None,
)
def test_a_body_every_program_reads_alike(body: bytes, fault: type[Exception] | None) -> None:
    app = Flask("bodies")
    arguments.install(app)
    with app.test_request_context("/", method="POST", data=body, content_type="application/json"):
        if fault is None:
            json_body.check()
        else:
            with pytest.raises(fault):
                json_body.check()


@pytest.mark.parametrize("kind", ["multipart/form-data", arguments.URLENCODED])
@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({f"field{n}": "x" for n in range(499)}, 200),
        ({f"field{n}": "x" for n in range(501)}, 413),
        ({"word": "x" * (MIB - 1000)}, 200),
        ({"word": "x" * (MIB + 1)}, 413),
    ],
    ids=["many fields", "too many fields", "a long field", "too long a field"],
)
def test_a_form_has_an_end(client: FlaskClient, kind: str, form: dict[str, str], status: int) -> None:
    """Whichever way it is sent: Flask bounds one of the two ways alone."""
    frame.log_in(client, "zhou")
    given = {"csrf_token": frame.csrf_of(client.get("/say")), **form}
    body = urlencode(given).encode() if kind == arguments.URLENCODED else _multipart(given)
    kind += "; boundary=-" if kind != arguments.URLENCODED else ""
    assert client.post("/do", data=body, content_type=kind).status_code == status


def _multipart(form: dict[str, str]) -> bytes:
    parts = [f'---\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    return ("".join(parts) + "-----\r\n").encode()


def test_a_form_session_fixed_before_login_is_worth_nothing_after(client: FlaskClient) -> None:
    """Whoever planted the cookie of his own form session in a browser knows its token; after login it opens nothing."""
    token = frame.csrf_of(client.get("/login"))
    planted = client.get_cookie("repairflow-form")
    assert planted is not None
    frame.log_in(client, "zhou")
    with client.session_transaction() as kept:
        assert "csrf_token" not in kept, "what was there before login is gone"
    client.set_cookie("repairflow-form", planted.value)
    assert client.post("/do", data={"csrf_token": token}).status_code == 400


# How many are worked on


def test_a_lane_that_is_stuck_tells_the_next_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "PATIENCE", 0.3)
    lane, waited = Lane(1), []
    lane.enter()
    for _ in range(2):
        begun = time.monotonic()
        with pytest.raises(Trouble):
            lane.enter()
        waited.append(time.monotonic() - begun)
    assert waited[0] >= 0.3 > waited[1]
    lane.leave()
    lane.enter()


class Node:
    """A receiver without its server: connections come in, nothing is answered by a thread."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.worker = object.__new__(Receiver)
        parts = {
            "_receiving": {}, "_sending": {}, "_leaving": {}, "_largest": MIB, "_tables": {}, "_patience": 20.0, "nr_conns": 0,
            "alive": True,
            "poller": stack.enter_context(selectors.DefaultSelector()),
        }  # fmt: skip
        for name, part in parts.items():
            setattr(self.worker, name, part)
        stack.callback(self._close)

    def _close(self) -> None:
        for incoming, _ in self.worker._receiving.values():
            incoming.close()

    def come(self, start: bytes = b"") -> socket.socket:
        """A client that has sent so much."""
        here, there = socket.socketpair()
        self._stack.enter_context(here)
        self._stack.enter_context(there)
        there.settimeout(5)
        conn = TConn(Config(), here, ("127.0.0.1", 1), ("127.0.0.1", 2))
        self.worker._receive(conn)
        there.sendall(start)
        if start:
            self.worker._more(conn, here)
        return there

    def answered(self) -> socket.socket:
        """A client that was answered for the last time and does not close its connection."""
        here, there = socket.socketpair()
        self._stack.enter_context(here)
        self._stack.enter_context(there)
        conn = Connection(Config(), here, ("127.0.0.1", 1), ("127.0.0.1", 2))
        conn.leave = self.worker._leave
        conn.close(graceful=True)
        return there

    def takes_nothing(self, answer: bytes) -> tuple[socket.socket, Connection]:
        """A client that has an answer and takes none of it yet; the thread that wrote it is free."""
        here, there = socket.socketpair()
        self._stack.enter_context(there)
        conn = Connection(Config(), here, ("127.0.0.1", 1), ("127.0.0.1", 2))
        self._stack.callback(conn.close)
        self.worker.nr_conns += 1
        here.settimeout(1)

        def application(_worker: Receiver, conn: Connection) -> None:
            conn.sock.sendall(b"head")
            conn.sock.sendall(answer)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(ThreadWorker, "handle", application)
            self.worker.handle(conn)
        assert conn.sock is here
        answered: Future[object] = Future()
        answered.set_result(False)
        self.worker.finish_request(conn, answered)
        return there, conn


def hears_the_end(client: socket.socket) -> bool:
    client.settimeout(0.05)
    return client.recv(100) == b""


@pytest.fixture
def node() -> Iterator[Node]:
    with ExitStack() as stack:
        yield Node(stack)


def gave_up(client: socket.socket) -> bool:
    """Whether the client was told so; one that is still waited for hears nothing."""
    client.settimeout(0.05)
    try:
        return client.recv(100).startswith(b"HTTP/1.1 503")
    except TimeoutError:
        return False


def test_of_too_many_on_their_way_in_the_oldest_is_given_up(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MOST_RECEIVED", 3)
    clients = [node.come() for _ in range(5)]
    assert [gave_up(client) for client in clients] == [True, True, False, False, False]


def test_bodies_on_their_way_in_have_a_bound_together(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MOST_HELD", 1000)
    half = b"POST / HTTP/1.1\r\nContent-Length: 400\r\n\r\nabc"
    clients = [node.come(half) for _ in range(4)]
    assert [gave_up(client) for client in clients] == [False, False, True, True]


def test_who_was_answered_and_stays_is_closed_in_its_time(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MOST_LEAVING", 3)
    monkeypatch.setattr(node.worker, "pending_conns", deque(), raising=False)
    clients = [node.answered() for _ in range(5)]
    assert [hears_the_end(client) for client in clients] == [True] * 5
    assert node.worker.nr_conns == len(node.worker._leaving) == 3
    clients[4].close()  # one goes by itself, one says more and is listened to
    clients[3].send(b"more")
    node.worker.wait_for_and_dispatch_events(0)
    node.worker.murder_pending()
    assert node.worker.nr_conns == 2
    monkeypatch.setattr(receiver, "LINGER_SECONDS", 0)
    node.answered()
    node.worker.murder_pending()
    assert node.worker.nr_conns == 2
    with monkeypatch.context() as later:
        now = time.monotonic()
        later.setattr(receiver.time, "monotonic", lambda: now + 10)
        node.worker.murder_pending()
    assert (node.worker.nr_conns, node.worker._leaving) == (0, {})


LARGE = bytes(range(256)) * 12_000


def taken(node: Node, client: socket.socket) -> bytes:
    """All that the client gets when it takes it after all."""
    client.settimeout(0.05)
    got = bytearray()
    with suppress(TimeoutError):
        while data := client.recv(300_000):
            got += data
            node.worker.wait_for_and_dispatch_events(0)
    return bytes(got)


def test_an_answer_waits_for_its_client_beside_the_threads(node: Node) -> None:
    slow, _ = node.takes_nothing(LARGE)
    assert (node.worker.nr_conns, len(node.worker._sending)) == (1, 1)
    assert taken(node, slow) == b"head" + LARGE
    assert node.worker._sending == {}
    gone, _ = node.takes_nothing(LARGE)
    gone.close()
    node.worker.wait_for_and_dispatch_events(0)
    assert node.worker._sending == {}


@pytest.mark.parametrize(("name", "most"), [("MOST_SENDING", 2), ("MOST_HELD", 2 * len(LARGE))])
def test_answers_that_wait_have_a_bound(node: Node, monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(receiver, name, most)
    clients = [node.takes_nothing(LARGE)[0] for _ in range(3)]
    assert node.worker.nr_conns == len(node.worker._sending) == 2
    assert taken(node, clients[0]) != b"head" + LARGE
    assert taken(node, clients[2]) == b"head" + LARGE


@pytest.mark.parametrize(("seconds", "takes", "stays"), [
    (29, False, True), (31, False, False), (31, True, True), (200, True, False),
])  # fmt: skip
def test_who_takes_nothing_or_very_slowly_is_given_up(
    node: Node, monkeypatch: pytest.MonkeyPatch, seconds: int, takes: bool, stays: bool
) -> None:
    """The whole of it has 30 seconds and what a slow line needs: here 94."""
    monkeypatch.setattr(node.worker, "pending_conns", deque(), raising=False)
    client, _ = node.takes_nothing(LARGE)
    now = time.monotonic() + seconds
    with monkeypatch.context() as later:
        later.setattr(receiver.time, "monotonic", lambda: now)
        if takes:
            client.recv(300_000)
            node.worker.wait_for_and_dispatch_events(0)
        node.worker.murder_pending()
    assert (len(node.worker._sending) == 1) is stays


def drained(client: socket.socket, out: Outgoing) -> None:
    while out.left:
        client.recv(300_000)
        out.more()


def test_a_file_is_sent_from_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    here, there = socket.socketpair()
    with here, there:
        out = Outgoing(here)
        out.sendall(b"<")
        with path.open("rb") as file:
            assert out.sendfile(file, 10, len(LARGE) - 20) == len(LARGE) - 20
        out.sendall(b">")
        assert out.kept == 1
        got = bytearray()
        while out.left:
            got += there.recv(300_000)
            out.more()
        there.settimeout(0.05)
        with suppress(TimeoutError):
            while data := there.recv(300_000):
                got += data
        assert bytes(got) == b"<" + LARGE[10:-10] + b">"
        with path.open("rb") as file:
            out.sendfile(file, 0, len(LARGE))
        os.truncate(path, 1000)
        with pytest.raises(OSError, match="shorter"):
            drained(there, out)
        out.close()
        assert out.left == 0


# What is said in trouble


def test_a_page_of_trouble_asks_the_database_nothing(settings: Settings, database: Database, clock: Clock) -> None:
    """The frame would look up who is there, and wait once more for what does not answer."""
    frame.people(database)
    app = frame.make(settings, database)

    def stuck() -> str:
        raise trouble.BUSY

    app.add_url_rule("/stuck", "stuck", stuck)
    access.declare(app, "stuck", "staff")
    client = app.test_client()
    frame.log_in(client, "zhou")
    answer = client.get("/stuck")
    assert (answer.status_code, trouble.BUSY.message in answer.text) == (503, True)
    assert "周予安" in client.get("/say").text
    assert "周予安" not in answer.text


def test_one_look_serves_all_who_ask_meanwhile() -> None:
    looks: list[int] = []
    go, begun = Event(), Event()

    def look() -> int:
        looks.append(1)
        begun.set()
        assert go.wait(10)
        return len(looks)

    probe = Probe(look)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            probe.ask(0.01)
    assert begun.wait(10)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(probe.ask, 10) for _ in range(2)]
        go.set()
        assert all(one.result() for one in asked)
    assert len(looks) <= 2, "those who came after the first look may have needed a second"


@pytest.mark.parametrize("folder", ["materials", "letters"])
def test_a_folder_that_takes_nothing_is_no_storage(settings: Settings, folder: str) -> None:
    assert health.writable(FolderFiles(settings.home))
    (settings.home / folder).rmdir()
    (settings.home / folder).write_text("no folder")
    with pytest.raises(FileExistsError):
        health.writable(FolderFiles(settings.home))


def test_a_node_whose_folder_takes_nothing_is_not_ready(settings: Settings, database: Database, clock: Clock) -> None:
    app = make_app(Program(settings, database, Services.of(law(), Vault(b"v" * 32), settings)))
    client = app.test_client()
    assert client.get("/ready").status_code == 200
    (settings.home / "materials").rmdir()
    (settings.home / "materials").write_text("no folder")
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "database": True, "storage": False})


def test_who_waits_how_long_for_the_database(settings: Settings) -> None:
    """Pages by their settings; the worker and commands six times as long for a lock, and for a statement without end."""
    own: dict[str, Any] = {
        "database_pool": 31, "database_connect_seconds": 2, "database_lock_seconds": 7, "database_statement_seconds": 11,
        "database_idle_seconds": 13,
    }  # fmt: skip
    settings = replace(settings, **own)
    assert hasty(settings) == Limits(pool=31, connect=2, lock=7, statement=11, idle=13, answer=16)
    assert patient(replace(settings, database_url="postgresql+psycopg://a/b")) == Limits(connect=2, lock=42)
    assert patient(replace(settings, database_url="sqlite:///a")) == Limits(pool=SQLITE_KEPT, connect=2, lock=42)
