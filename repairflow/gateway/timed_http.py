"""HTTP whose every request ends in time: a total limit over connecting, sending, waiting and reading.

The limits of an ordinary client are for each read, so a server that sends a byte now and then could take for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from ssl import SSLContext
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from repairflow.gateway.destinations import Destinations, Resolve, resolve

_until: ContextVar[float] = ContextVar("until")
PIECE = 16 * 1024
"""Bytes sent under one look at the time."""


@contextmanager
def total(seconds: float) -> Iterator[None]:
    """Within this block everything `InTime` sends and receives ends after so many seconds, with a timeout."""
    token = _until.set(monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left(timeout: float | None, error: type[Exception]) -> float | None:
    """Return how long the next call may take: what it is given, or less; raises `error` when there is nothing left."""
    until = _until.get(None)
    if until is None:
        return timeout
    rest = until - monotonic()
    if rest <= 0:
        raise error("the total time is over")
    return rest if timeout is None else min(timeout, rest)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        rest = left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, rest))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class NotListed(httpcore2.ConnectError):
    """The host leads to no address that messages may go to."""


class _Backend(httpcore2.SyncBackend):
    def __init__(self, destinations: Destinations, resolve: Resolve) -> None:
        super().__init__()
        self._destinations, self._resolve = destinations, resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            reached = self._destinations.reach(host, port, self._resolve)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("the host is not known") from error
        if not reached:
            raise NotListed("the host leads to no listed address")
        for number, address in enumerate(reached, 1):
            rest = left(timeout, httpcore2.ConnectTimeout)
            try:
                return _Stream(super().connect_tcp(address, port, rest, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(reached):
                    raise
        raise AssertionError("the loop returns or raises")


@cache
def _trusted() -> SSLContext:
    """Return whom this process trusts. Reading the list of authorities takes longer than a message, so it is read once."""
    return httpx2.create_ssl_context(trust_env=False)


class InTime(httpx2.HTTPTransport):
    """The usual transport over connections that know when to stop."""

    def __init__(self, destinations: Destinations | None = None, resolve: Resolve = resolve) -> None:
        super().__init__(verify=_trusted(), trust_env=False)
        self._pool.close()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_trusted(),
            network_backend=_Backend(destinations or Destinations(), resolve),
            max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0,
        )  # fmt: skip
