"""How the site takes requests in: whole, beside its threads, so that who sends slowly or never ends keeps nobody else waiting.

gunicorn's threaded worker gives a thread to whoever has sent the first byte. Here the loop itself reads, and a thread is
given to a request that is all here. What takes too long, or is one too many, is given up. gunicorn's loop also waits up to
two seconds for each client that does not close an answered connection; here it goes on with the others meanwhile.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Callable
from functools import partial

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

from repairflow.settings import load
from repairflow.web.core.incoming import PIECE, Incoming

MIB = 1024 * 1024
MOST_RECEIVED = 500
"""Requests on their way in at a time; one more, and the oldest is given up."""
MOST_HELD = 512 * MIB
"""Bytes of such requests, in memory and temporary files."""
SEND_SECONDS = 30
"""A client that takes nothing of its answer for so long loses the connection."""
LINGER_SECONDS = 2.0
"""How long a client may take to close a connection on which it was answered: closed earlier, what it still sends would
destroy the end of its answer."""
MOST_LEAVING = 500
"""Such connections at a time; one more, and the oldest is closed."""


class Connection(TConn):
    """A connection whose end is left to the loop, so that nobody waits for its client."""

    leave: Callable[[Connection], bool] | None = None

    def close(self, graceful: bool = False) -> None:
        """Afterwards it is closed, or with `graceful` will be as soon as the client has taken its answer."""
        if not (graceful and self.leave is not None and self.leave(self)):
            super().close()


class Receiver(ThreadWorker):
    """gunicorn's threaded worker behind a loop that waits for whole requests."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        settings = load()
        self._patience = float(settings.receive_seconds)
        self._largest = (settings.max_upload_mib + 1) * MIB
        self._receiving: dict[TConn, tuple[Incoming, float]] = {}  # oldest first
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
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
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
        for conn, (incoming, begun) in list(self._receiving.items()):
            if now - begun > incoming.seconds(self._patience):
                self._more(conn, conn.sock)  # what has come while this process was busy counts
                if conn not in self._receiving:
                    continue
                self._give_up(conn, b"408 Request Timeout" if incoming.begun else b"")
            elif not self.alive and not incoming.begun:
                self._give_up(conn, b"")

    def _keepalive_after(self, conn: TConn, keepalive: object) -> bool:
        """A connection on which more came than was asked of it is not kept."""
        incoming: Incoming = conn.incoming
        incoming.close()  # a body the application did not read lies here, and not on the connection
        conn.parser = RequestParser(self.cfg, (), conn.client)  # nothing of it is taken for the next request
        return bool(keepalive) and not incoming.more

    def _leave(self, conn: Connection) -> bool:
        """Whether the connection, to which nothing more will be said, is closed when its client has closed it."""
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
        self._receiving[conn] = Incoming(self._largest), time.monotonic()
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
        """A thread will answer: the request is all here."""
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
