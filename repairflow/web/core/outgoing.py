"""An answer on its way out: a thread writes it here and never waits for the client; what does not go out at once is kept,
and the loop sends it as the client takes it."""

from __future__ import annotations

import os
import socket
import tempfile
from collections import deque
from typing import BinaryIO, Protocol

from repairflow.web.core.incoming import IN_MEMORY, PIECE

AT_ONCE = 1024 * 1024
"""So much of an answer is sent before others have their turn."""


class _Part(Protocol):
    """Bytes that are still to be sent."""

    left: int

    def next(self) -> bytes: ...
    def took(self, count: int) -> None: ...
    def close(self) -> None: ...


class _Written:
    """What the application wrote: in memory, in a temporary file where it is much."""

    def __init__(self) -> None:
        self._kept = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  `close` ends it
        self._sent = 0
        self.left = 0

    def add(self, data: bytes | memoryview) -> None:
        self._kept.seek(0, os.SEEK_END)
        self._kept.write(data)
        self.left += len(data)

    def next(self) -> bytes:
        self._kept.seek(self._sent)
        return self._kept.read(min(PIECE, self.left))

    def took(self, count: int) -> None:
        self._sent, self.left = self._sent + count, self.left - count

    def close(self) -> None:
        self._kept.close()


class _File:
    """A part of a file, which the application may close meanwhile."""

    def __init__(self, file: BinaryIO, start: int, count: int) -> None:
        self._number = os.dup(file.fileno())
        self._at = start
        self.left = min(count, max(0, os.fstat(self._number).st_size - start))

    def next(self) -> bytes:
        return os.pread(self._number, min(PIECE, self.left), self._at)

    def took(self, count: int) -> None:
        self._at, self.left = self._at + count, self.left - count

    def close(self) -> None:
        os.close(self._number)


class Outgoing:
    """Stands for the socket where gunicorn answers: of a socket's methods those that it uses there.

    `left` says how many bytes the client has still to take, `length` how many there were when the thread had written all.
    """

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._parts: deque[_Part] = deque()
        self.length = 0
        client.setblocking(False)

    @property
    def left(self) -> int:
        """Bytes that are still to be sent."""
        return sum(part.left for part in self._parts)

    @property
    def kept(self) -> int:
        """Bytes of it that lie in memory or a temporary file."""
        return sum(part.left for part in self._parts if isinstance(part, _Written))

    def sendall(self, data: bytes) -> None:
        """Send what goes at once and keep the rest. Raises OSError where the client is gone."""
        rest = memoryview(data)
        if not self._parts:
            rest = rest[self._now(rest) :]
        if rest:
            if not (self._parts and isinstance(self._parts[-1], _Written)):
                self._parts.append(_Written())
            last = self._parts[-1]
            assert isinstance(last, _Written)
            last.add(rest)
        self.length = self.left

    def send(self, data: bytes) -> int:
        """As `sendall`; all of it counts as sent."""
        self.sendall(data)
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        """As `sendall`, a part of a file; nothing of it is copied."""
        part = _File(file, offset, count if count is not None else 1 << 62)
        told = part.left
        self._parts.append(part)
        self.more()
        self.length = self.left
        return told

    def more(self, most: int = AT_ONCE) -> bool:
        """Send what the client takes now, about `most` bytes of it; whether it took anything. Raises OSError where it is
        gone."""
        before = self.left
        while self._parts and before - self.left < most:
            part = self._parts[0]
            data = part.next() if part.left else b""
            if part.left and not data:
                raise OSError("the file has become shorter")
            sent = self._now(data)
            part.took(sent)
            if sent < len(data):
                break
            if not part.left:
                self._parts.popleft().close()
        return self.left < before

    def _now(self, data: bytes | memoryview) -> int:
        sent = 0
        try:
            while sent < len(data):
                sent += self._client.send(data[sent : sent + PIECE])
        except (BlockingIOError, InterruptedError):
            pass
        return sent

    def gettimeout(self) -> float | None:
        """None: nobody here waits, and nobody need know."""
        return None

    def settimeout(self, seconds: float | None) -> None:
        """Nothing: see `gettimeout`."""

    def setblocking(self, wait: bool) -> None:
        """Nothing: see `gettimeout`."""

    def fileno(self) -> int:
        """Return the socket's number."""
        return self._client.fileno()

    def recv(self, count: int) -> bytes:
        """Return what the client says meanwhile; raises BlockingIOError for nothing."""
        return self._client.recv(count)

    def shutdown(self, how: int) -> None:
        """Ensure that the client is told that no more will come, and what was kept is dropped."""
        self.drop()
        self._client.shutdown(how)

    def close(self) -> None:
        """Ensure that nothing is kept and the socket is closed."""
        self.drop()
        self._client.close()

    def drop(self) -> None:
        """Ensure that nothing is kept."""
        while self._parts:
            self._parts.popleft().close()
