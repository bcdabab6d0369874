"""No test reaches beyond this machine: whatever connects, binds, sends or asks for a name in this process is looked at first.

An audit hook would see the same, and be called for every `id()` besides: a twentieth of the whole run.
"""

from __future__ import annotations

import _socket
import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

NAMES = frozenset({"", "localhost", socket.gethostname()})

# What was tried; a program that swallows the refusal still fails its test.
trespasses: list[str] = []


class Trespass(ConnectionRefusedError):
    """A test tried to open a socket to somewhere else than loopback."""


def stays_home(host: object) -> bool:
    """Whether a host, as socket calls name it, is this machine."""
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):  # None is loopback; netlink and packet sockets have numbers here
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in NAMES


def _look(call: str, host: object) -> None:
    """Refuse a call that names another machine, and remember it."""
    if not stays_home(host):
        trespasses.append(f"{call} {host}")
        raise Trespass(f"tests use loopback only: {call} {host}")


def _look_at_address(call: str, address: object) -> None:
    """As `_look`, for an address as sockets take it: a path, nothing, or a tuple that begins with the host."""
    if isinstance(address, tuple):
        host = address[0]
        _look(call, "0.0.0.0" if call == "bind" and host == "" else host)


def _method(name: str, place: int) -> None:
    """Look at the address that stands at this place among what a method of sockets is given."""
    calls = getattr(socket.socket, name)

    @wraps(calls)
    def guarded(self: socket.socket, *given: Any) -> Any:
        if place < len(given):  # a connected socket's message names none
            _look_at_address(name, given[place])
        return calls(self, *given)

    setattr(socket.socket, name, guarded)


def _function(module: Any, name: str) -> None:
    """Look at the host that a function is asked about."""
    calls: Callable[..., Any] = getattr(module, name)

    @wraps(calls)
    def guarded(host: object, *given: Any, **named: Any) -> Any:
        _look(name, host)
        return calls(host, *given, **named)

    setattr(module, name, guarded)


def forbid() -> None:
    """From here to the end of the process, sockets stay on loopback."""
    for name, place in (("connect", 0), ("connect_ex", 0), ("bind", 0), ("sendto", -1), ("sendmsg", 3)):
        _method(name, place)
    _function(_socket, "getaddrinfo")  # socket.getaddrinfo asks it by its module
    for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        _function(socket, name)
