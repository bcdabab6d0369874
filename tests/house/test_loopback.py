"""The guard that keeps tests on this machine, tested itself."""

from __future__ import annotations

import socket

import pytest

from tests.support import sockets


@pytest.mark.parametrize(
    ("host", "home"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        (b"localhost", True),
        (None, True),
        ("192.0.2.1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("platform.example", False),
        (b"platform.example", False),
    ],
)
def test_what_counts_as_home(host: object, home: bool) -> None:
    assert sockets.stays_home(host) is home


def test_going_out_is_refused_and_remembered() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as out, pytest.raises(sockets.Trespass):
        out.connect(("192.0.2.1", 80))
    with pytest.raises(sockets.Trespass):
        socket.getaddrinfo("platform.example", 443)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out, pytest.raises(sockets.Trespass):
        out.sendto(b"x", ("192.0.2.1", 53))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door, pytest.raises(sockets.Trespass):
        door.bind(("", 0))
    assert len(sockets.trespasses) == 4
    sockets.trespasses.clear()


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        accepted.close()
        assert client.getpeername() == server.getsockname()
