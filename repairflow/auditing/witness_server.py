"""A witness over HTTP: POST /add-checkpoint (C2SP tlog-witness), and GET / gives its public key."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from repairflow.auditing.witness_protocol import LONGEST, PATH, Answer, Witness

SECONDS = 20
AT_ONCE = 32
"""Requests that are worked on; others wait in the socket's queue."""


class WitnessServer(ThreadingHTTPServer):
    """Answers for a witness until `shutdown`. A reverse proxy before it speaks TLS."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness, public_key: str) -> None:
        super().__init__(address, _Handler)
        self.witness, self.public_key = witness, public_key
        self.room = threading.BoundedSemaphore(AT_ONCE)


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "RepairFlow", ""
    timeout = SECONDS  # of each read: whoever sends nothing is let go

    def do_GET(self) -> None:
        """Give the public key."""
        found = Answer(200, f"{self.server.public_key}\n".encode()) if self.path == "/" else Answer(404)
        self._give(found)

    def do_POST(self) -> None:
        """Take a checkpoint."""
        length = self.headers.get("Content-Length", "")
        if self.path != PATH or not length.isascii() or not length.isdigit() or int(length) > LONGEST:
            self.close_connection = True  # its body is not read
            self._give(Answer(404 if self.path != PATH else 413))
            return
        body = self.rfile.read(int(length))
        with self.server.room:
            answer = self.server.witness.add_checkpoint(body)
        self._give(answer)

    def _give(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that http.server gives
        """Nothing: who asks stands in the log of the proxy before it."""
