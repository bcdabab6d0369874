"""No test reaches beyond this machine: an audit hook sees every socket of the process, whoever opens it."""

from __future__ import annotations

import ipaddress
import socket
import sys
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


def watch(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook."""
    if not event.startswith("socket."):
        return
    if event in {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
        if not isinstance(address, tuple):  # a unix socket's path, or a connected socket's None
            return
        host = address[0]
        if event == "socket.bind" and host == "":
            host = "0.0.0.0"
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = args[0]
    else:
        return
    if not stays_home(host):
        trespasses.append(f"{event} {host}")
        raise Trespass(f"tests use loopback only: {event} {host}")


def forbid() -> None:
    """From here to the end of the process, sockets stay on loopback."""
    sys.addaudithook(watch)
