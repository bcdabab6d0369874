"""A receiver that does what platforms have been seen to do: fails, is silent, loses its answer, moves, drips, closes down.

It keeps what reached it and what that did, as a receiver that takes each message once (by `webhook-id`) and never goes back
behind the newest `sequence` of a record.
"""

from __future__ import annotations

import hashlib
import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from repairflow import times
from repairflow.gateway import key_pairs, signing
from repairflow.gateway.message_envelope import Message, read
from repairflow.gateway.messages import MessageError
from tests.support.servers import served

FAULTS: Mapping[str, float] = {
    "server_error": 0.30, "silent": 0.10, "lost_answer": 0.10, "moved": 0.03, "busy": 0.03, "drip": 0.02,
    "nonsense": 0.02, "gone": 0.001,
}  # fmt: skip
"""Which part of all requests meets what; the rest is answered as it should be."""
DRIP_SECONDS = 0.05
PATIENCE_SECONDS = 30


@dataclass
class Seen:
    """What reached the receiver and what that did; `faulty` is what no receiver should ever see."""

    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    signed: set[str] = field(default_factory=set)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    newest: dict[tuple[str, str], int] = field(default_factory=dict)
    shown: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    faulty: list[str] = field(default_factory=list)


class Hostile:
    """What is done with a request: which fault it meets, and the effect of a message that is taken."""

    def __init__(self, secrets: Mapping[str, str], chance: random.Random) -> None:
        self._secrets, self._chance = secrets, chance
        self._lock = threading.Lock()
        self.public = ""
        """The sender's public key, where it signs by one."""
        self.seen = Seen()

    def fault(self) -> str:
        """What the next request meets; empty for a good answer."""
        with self._lock:
            self.seen.requests += 1
            found = next(iter(self._chance.choices([*FAULTS, ""], [*FAULTS.values(), 1 - sum(FAULTS.values())])))
            self.seen.faults[found or "answered"] += 1
            return found

    def check(self, path: str, headers: Mapping[str, str], body: bytes) -> Message | None:
        """The message of a request, kept as it came; None and a note of what is wrong with it."""
        code = path.split("/")[2]
        with self._lock:
            try:
                key = signing.verify(self._secrets[code], headers, times.now(), body)
                message = read(body)
                if message.key != key:
                    raise MessageError("the signature names another message")
                if self.public and not self._signed(key, headers, body):
                    raise MessageError("the sender's own signature does not hold")
            except (MessageError, KeyError) as error:
                self.seen.faulty.append(f"{path}: {error}")
                return None
            self.seen.bodies.setdefault(f"{code}/{key}", set()).add(hashlib.sha256(body).digest())
            return message

    def _signed(self, key: str, headers: Mapping[str, str], body: bytes) -> bool:
        content = key_pairs.signed_content(key, int(headers["webhook-timestamp"]), body)
        made = [one.partition(",") for one in headers["webhook-signature"].split(" ")]
        if any(kind == "v1a" and key_pairs.holds(self.public, value, content) for kind, _, value in made):
            self.seen.signed.add(key)
        return key in self.seen.signed

    def take(self, code: str, message: Message) -> dict[str, Any]:
        """The receipt of a message: of the first time, where it comes again."""
        key, lane = f"{code}/{message.key}", (code, message.about)
        with self._lock:
            if key in self.seen.receipts:
                self.seen.repeated += 1
                return {**self.seen.receipts[key], "duplicate": True}
            if message.sequence <= self.seen.newest.get(lane, 0):
                self.seen.faulty.append(f"{key}: older than what {lane} shows")
            self.seen.newest[lane] = message.sequence
            self.seen.shown.setdefault(lane, []).append(message.data["version"])
            self.seen.effects[key] += 1
            number = f"R-{len(self.seen.receipts) + 1}"
            receipt = {"id": message.key, "receipt": number, "at": times.now().isoformat(), "shown": "public"}
            self.seen.receipts[key] = receipt
            return receipt


class _Handler(BaseHTTPRequestHandler):
    hostile: Hostile

    def do_POST(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.hostile.fault()
        message = self.hostile.check(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        if message is None:
            self._answer(401, {"detail": "signature"})
        elif fault in ("silent", "drip"):
            self._keep_waiting(b"HTTP/1.1 200 OK\r\nX-Slow: " if fault == "drip" else b"")
        elif fault in ("", "lost_answer"):
            receipt = self.hostile.take(self.path.split("/")[2], message)
            if not fault:
                self._answer(200, receipt)
        else:
            self._refuse(fault)

    def _refuse(self, fault: str) -> None:
        elsewhere = {"Location": f"http://127.0.0.1:{self.server.server_address[1]}{self.path}"}
        status, headers = {
            "server_error": (503, {}),
            "moved": (301, elsewhere),
            "busy": (429, {"Retry-After": "30"}),
            "gone": (410, {}),
            "nonsense": (200, {}),
        }[fault]
        self._answer(status, {"detail": fault}, headers)

    def _keep_waiting(self, start: bytes) -> None:
        """Say nothing, or next to nothing, until the other side has had enough."""
        self.connection.settimeout(DRIP_SECONDS if start else PATIENCE_SECONDS)
        try:
            self.connection.sendall(start)
            for _ in range(int(PATIENCE_SECONDS / DRIP_SECONDS)):
                try:
                    if not self.connection.recv(1):
                        return
                except TimeoutError:
                    self.connection.sendall(b"a" if start else b"")
        except OSError:
            return

    def _answer(self, status: int, said: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(said).encode()
        try:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # whoever asked was killed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class has that name
        """Nobody reads it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """Whoever asked was killed in the middle of it: no news here."""


@contextmanager
def receiving(hostile: Hostile) -> Iterator[str]:
    """The address under which the receiver answers; a target's own is <address>/targets/<code>."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hostile": hostile}))
    with served(server) as address:
        yield address
