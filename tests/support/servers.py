"""Servers on loopback that behave as platforms can: one takes every message, one drips."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DRIP_SECONDS = 0.05


@contextmanager
def dripping(start: bytes = b"HTTP/1.1 200 OK\r\nX-Slow: ") -> Iterator[str]:
    """The address of a server that answers `start` and then a byte now and then, for ever."""

    def drip(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(start)
        while not over.wait(DRIP_SECONDS):
            peer.sendall(b"a")

    with _talking(drip) as address:
        yield address


@contextmanager
def sipping() -> Iterator[str]:
    """The address of a server that takes what it is sent a little at a time, for ever, and never answers."""

    def sip(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not over.wait(DRIP_SECONDS) and peer.recv(1 << 14):
            pass

    with _talking(sip) as address:
        yield address


@contextmanager
def _talking(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """The address of a server that does this with everybody who comes, each in a thread, until the block's end."""
    over = threading.Event()

    def meet(peer: socket.socket) -> None:
        with peer, suppress(OSError):  # they hung up
            talk(peer, over)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                threads.append(threading.Thread(target=meet, args=(peer,)))
                threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        receipt = {"id": message["id"], "receipt": "R-1", "at": "2026-06-10T10:00:00+08:00", "shown": "public"}
        body = json.dumps(receipt).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class has that name
        """Nobody reads it."""


@contextmanager
def served(server: ThreadingHTTPServer) -> Iterator[str]:
    """The address of a server that answers in a thread of its own, until its end."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def taking() -> Iterator[str]:
    """The address of a server that takes every message."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taking)
    server.daemon_threads = True
    with served(server) as address:
        yield address
