"""A request on its way in: bytes as they come, until its head and the whole of its body are here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

HEAD_BYTES = 64 * 1024
IN_MEMORY = 64 * 1024
PIECE = 64 * 1024
SLOWEST = 32 * 1024
"""Bytes a second that a body must come at, on the whole, to be waited for."""

State = Literal["head", "body", "whole", "refused"]


class Incoming:
    """Feed it; `state` says what it waits for. A body beyond `most` bytes, or what `larger` allows of its path, is not read: the
    application refuses its head."""

    def __init__(self, most: int, larger: Mapping[bytes, int] = MappingProxyType({})) -> None:
        self._most, self._larger = most, larger
        self._head = bytearray()
        self._body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  `close` ends it
        self._missing = 0
        self.length = 0
        self.state: State = "head"
        self.refusal = b""
        self.expects = False  # it waits for a word before it sends its body
        self.more = False  # bytes came after the end: they belong to no request we know

    @property
    def begun(self) -> bool:
        """Whether anything has come."""
        return bool(self._head)

    def seconds(self, patience: float) -> float:
        """Return how long the whole may take, from its first byte."""
        return patience + self.length / SLOWEST

    def feed(self, data: bytes) -> None:
        """Take what has come."""
        if self.state == "head":
            start = max(0, len(self._head) - 3)
            self._head += data
            end = self._head.find(b"\r\n\r\n", start)
            if end < 0:
                if len(self._head) > HEAD_BYTES:
                    self._refuse(b"431 Request Header Fields Too Large")
                return
            data = bytes(self._head[end + 4 :])
            del self._head[end + 4 :]
            self._read_head()
        if self.state == "body":
            self._body.write(data[: self._missing])
            data, self._missing = data[self._missing :], max(0, self._missing - len(data))
            if not self._missing:
                self.state = "whole"
        self.more = self.more or (self.state == "whole" and bool(data))

    def pieces(self) -> Iterator[bytes]:
        """Head and body, for who reads the request."""
        yield bytes(self._head)
        self._body.seek(0)
        while piece := self._body.read(PIECE):
            yield piece

    def close(self) -> None:
        """Give its memory and its file back."""
        self._body.close()

    def _read_head(self) -> None:
        """Read what must be known to wait for the body; whether the head is sound is for the server's parser to say."""
        lines = bytes(self._head).lower().split(b"\r\n")[1:]
        fields = [(name.strip(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        if any(name == b"transfer-encoding" for name, _ in fields):
            self._refuse(b"411 Length Required")
            return
        lengths = {value for name, value in fields if name == b"content-length"}
        stated = lengths.pop() if len(lengths) == 1 else b""
        self._missing = int(stated) if stated.isdigit() and len(stated) < 16 else 0
        path = bytes(self._head).partition(b"\r\n")[0].partition(b" ")[2].partition(b" ")[0].partition(b"?")[0]
        if self._missing > self._larger.get(path, self._most):
            self._missing, self.more = 0, True
        self.length = self._missing
        self.state = "body" if self._missing else "whole"
        self.expects = self.state == "body" and (b"expect", b"100-continue") in fields

    def _refuse(self, status: bytes) -> None:
        self.state, self.refusal = "refused", status
