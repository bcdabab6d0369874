"""How the site takes requests in: whole, beside its threads, so that who sends slowly or never ends keeps nobody else waiting.

gunicorn's threaded worker gives a thread to whoever has sent the first byte. Here the loop itself reads, and a thread is
given to a request that is all here. What takes too long, or is one too many, is given up. Answers go out likewise: a thread
writes one and is free (`outgoing`), the loop sends what the client has not taken. gunicorn's loop also waits up to two
seconds for each client that does not close an answered connection; here it goes on with the others meanwhile.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

from repairflow.settings import load
from repairflow.web.core.incoming import PIECE, SLOWEST, Incoming
from repairflow.web.core.outgoing import Outgoing
from repairflow.web.core.security import TABLES

MIB = 1024 * 1024
MOST_RECEIVED = 500
"""Requests on their way in at a time; one more, and the oldest is given up."""
MOST_HELD = 512 * MIB
"""Bytes of such requests, in memory and temporary files; and as many again of answers that wait for their clients."""
SEND_SECONDS = 30
"""A client that takes nothing of its answer for so long loses the connection, and so does one that takes so much longer
than a slow line needs for the whole."""
MOST_SENDING = 200
"""Answers that wait for their clients at a time; one more, and the oldest is given up."""
LINGER_SECONDS = 2.0
"""How long a client may take to close a connection on which it was answered: closed earlier, what it still sends would
destroy the end of its answer."""
MOST_LEAVING = 200
"""Such connections at a time; one more, and the oldest is closed."""


class Connection(TConn):
    """A connection whose end is left to the loop, so that nobody waits for its client."""

    leave: Callable[[Connection], bool] | None = None
    outgoing: Outgoing | None = None

    def close(self, graceful: bool = False) -> None:
        """Ensure that it is closed, or with `graceful` will be as soon as the client has taken its answer."""
        if self.outgoing is not None:
            self.outgoing.drop()
        if not (graceful and self.leave is not None and self.leave(self)):
            super().close()


class Sending:
    """An answer that waits for its client."""

    def __init__(self, answered: Future[object], length: int) -> None:
        self.answered = answered
        self.took = time.monotonic()
        self.until = self.took + SEND_SECONDS + length / SLOWEST

    def over(self, now: float) -> bool:
        """Tell whether its time is over."""
        return now >= self.until or now - self.took > SEND_SECONDS


class Receiver(ThreadWorker):
    """gunicorn's threaded worker behind a loop that waits for whole requests."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        settings = load()
        self._patience = float(settings.receive_seconds)
        self._largest = (settings.max_upload_mib + 1) * MIB
        self._tables = {path.encode(): (settings.max_import_mib + 1) * MIB for path in TABLES}
        self._receiving: dict[TConn, tuple[Incoming, float]] = {}  # oldest first
        self._sending: dict[Connection, Sending] = {}  # oldest first
        self._leaving: dict[TConn, float] = {}  # with the end of their time, oldest first

    def accept(self, listener: socket.socket) -> None:
        """Begin to receive from a new connection."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        self.nr_conns += 1
        conn = Connection(self.cfg, client, address, listener.getsockname())
        conn.leave = self._leave
        self._receive(conn)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Begin to receive the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._receive(conn)

    def murder_pending(self) -> None:
        """Give up what has taken too long, and at the end of this process whatever has not begun."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, until in self._leaving.items() if until <= now]:
            self._gone(conn)
        for slow in [conn for conn, sending in self._sending.items() if sending.over(now)]:
            self._lose(slow)
        for conn, (incoming, begun) in list(self._receiving.items()):
            if now - begun > incoming.seconds(self._patience):
                self._more(conn, conn.sock)  # what has come while this process was busy counts
                if conn not in self._receiving:
                    continue
                self._give_up(conn, b"408 Request Timeout" if incoming.begun else b"")
            elif not self.alive and not incoming.begun:
                self._give_up(conn, b"")

    def _keepalive_after(self, conn: TConn, keepalive: object) -> bool:
        """Return a connection on which more came than was asked of it is not kept."""
        incoming: Incoming = conn.incoming
        incoming.close()  # a body the application did not read lies here, and not on the connection
        conn.parser = RequestParser(self.cfg, (), conn.client)  # nothing of it is taken for the next request
        return bool(keepalive) and not incoming.more

    def handle(self, conn: Connection) -> object:
        """Answer a request, in a thread that never waits for the client."""
        client = conn.sock
        conn.outgoing = conn.sock = Outgoing(client)
        try:
            return super().handle(conn)
        finally:
            conn.sock = client

    def finish_request(self, conn: Connection, answered: Future[object]) -> None:
        """Do what comes after an answer, once the client has taken all of it."""
        outgoing = conn.outgoing
        if outgoing is None or not outgoing.left or answered.cancelled():
            super().finish_request(conn, answered)
            return
        while self._sending and (len(self._sending) >= MOST_SENDING or self._kept() + outgoing.kept > MOST_HELD):
            self._lose(next(iter(self._sending)))
        self._sending[conn] = Sending(answered, outgoing.length)
        try:
            self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._send_more, conn))
        except (OSError, ValueError):
            self._lose(conn)

    def _kept(self) -> int:
        return sum(conn.outgoing.kept for conn in self._sending if conn.outgoing is not None)

    def _send_more(self, conn: Connection, _client: socket.socket) -> None:
        sending, outgoing = self._sending[conn], conn.outgoing
        assert outgoing is not None
        try:
            if outgoing.more():
                sending.took = time.monotonic()
        except OSError:
            self._lose(conn)
            return
        if not outgoing.left:
            del self._sending[conn]
            self.poller.unregister(conn.sock)
            super().finish_request(conn, sending.answered)

    def _lose(self, conn: Connection) -> None:
        """Give up an answer that its client does not take."""
        del self._sending[conn]
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _leave(self, conn: Connection) -> bool:
        """Tell whether the connection, to which nothing more will be said, is closed when its client has closed it."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        if len(self._leaving) >= MOST_LEAVING:
            self._gone(next(iter(self._leaving)))
        conn.sock.setblocking(False)
        self._leaving[conn] = time.monotonic() + LINGER_SECONDS
        self.poller.register(conn.sock, 1, partial(self._drain, conn))
        self.nr_conns += 1  # it counts as long as it is open, and a process that ends waits for it
        return True

    def _drain(self, conn: TConn, client: socket.socket) -> None:
        try:
            data = client.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._gone(conn)

    def _gone(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _receive(self, conn: TConn) -> None:
        if len(self._receiving) >= MOST_RECEIVED:
            self._give_up(next(iter(self._receiving)), b"503 Service Unavailable")
        conn.sock.setblocking(False)
        self._receiving[conn] = Incoming(self._largest, self._tables), time.monotonic()
        self.poller.register(conn.sock, 1, partial(self._more, conn))

    def _more(self, conn: TConn, client: socket.socket) -> None:
        incoming, _ = self._receiving[conn]
        waited_for_head = incoming.state == "head"
        try:
            data = client.recv(PIECE)
            if data:
                incoming.feed(data)
                if waited_for_head and incoming.expects:
                    client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._give_up(conn, b"")
        elif incoming.state == "refused":
            self._give_up(conn, incoming.refusal)
        elif incoming.state == "body" and waited_for_head and self._held() > MOST_HELD:
            self._give_up(conn, b"503 Service Unavailable")
        elif incoming.state == "whole":
            self._hand_over(conn, incoming)

    def _held(self) -> int:
        return sum(incoming.length for incoming, _ in self._receiving.values())

    def _hand_over(self, conn: TConn, incoming: Incoming) -> None:
        """Note that a thread will answer: the request is all here."""
        del self._receiving[conn]
        self.poller.unregister(conn.sock)
        conn.incoming = incoming
        conn.parser = RequestParser(self.cfg, incoming.pieces(), conn.client)
        conn.initialized = conn.data_ready = True
        self.enqueue_req(conn)

    def _give_up(self, conn: TConn, status: bytes) -> None:
        incoming, _ = self._receiving.pop(conn)
        incoming.close()
        self.poller.unregister(conn.sock)
        if status:
            try:
                conn.sock.send(
                    b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 10\r\n\r\n"
                )
            except OSError:
                self.log.debug("client is gone")
        self.nr_conns -= 1
        conn.close()
