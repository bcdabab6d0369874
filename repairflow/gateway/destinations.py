"""Where messages may go: hosts, ports and networks that are listed, looked at when a connection is made.

A name is resolved once, every address it gives is looked at, and the connection goes to an address that was: a name that
answers differently the second time (DNS rebinding) changes nothing. An address inside another (IPv4 in IPv6, 6to4, Teredo,
NAT64) counts as both.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple, TypeAlias

Ip: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], list[str]]
"""Numeric addresses of a host; raises OSError."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_SPECIAL = tuple(
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "64:ff9b:1::/48")
)
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class Rule(NamedTuple):
    """One entry of the list: a host (or `*.` and the end of its name) or a network, and a port where it names one."""

    host: str
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None
    port: int | None

    def names(self, host: str, port: int) -> bool:
        """Tell whether the rule is about this host name and port."""
        if self.network is not None or self.port not in (None, port):
            return False
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host

    def holds(self, ip: Ip, port: int) -> bool:
        """Tell whether the rule is a network with this address, and about this port."""
        return self.network is not None and self.port in (None, port) and ip in self.network


@dataclass(frozen=True, slots=True)
class Destinations:
    """What is listed. Nothing: any public address, and this machine where it is called by its own name."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Destinations:
        """Read entries with commas between: `credit.example.cn:443`, `*.example.cn`, `10.2.0.0/16:8443`, `[fd00::/8]:443`.

        Raises ValueError with the entry that cannot be read.
        """
        return cls(tuple(_rule(entry.strip()) for entry in text.split(",") if entry.strip()))

    def admits(self, host: str, port: int, address: str) -> bool:
        """Tell whether a connection to `address`, found under the name `host`, may be made.

        A private address needs a network that is listed, whatever name leads there.
        """
        name = host.rstrip(".").casefold()
        try:
            around = _around(address)
        except ValueError:
            return False
        if not self.rules and is_here(name):
            return all(ip.is_loopback for ip in around)
        if all(any(rule.holds(ip, port) for rule in self.rules) for ip in around):
            return True
        listed = not self.rules or any(rule.names(name, port) for rule in self.rules)
        return listed and all(_public(ip) for ip in around)

    def reach(self, host: str, port: int, resolve: Resolve) -> list[str]:
        """Return the numeric addresses of `host` that may be connected to, in the order they were given; raises OSError as `resolve`."""
        return [address for address in resolve(host, port) if self.admits(host, port, address)]


def is_here(host: str) -> bool:
    """Tell whether this machine is called by one of its own names."""
    return host.rstrip(".").casefold() in _HERE


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the numeric addresses of a host, the odd spellings of numbers included."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def _public(ip: Ip) -> bool:
    if any(ip in network for network in _SPECIAL):  # Python takes these for global
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _around(address: str) -> list[Ip]:
    """Return the address, and the one that lies in it: what a gateway on the way would make of it."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, IPv4Address):
        return [ip]
    if ip.scope_id is not None:
        raise ValueError("an address of one link")
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]  # the same connection as to the IPv4 address
    inner = [ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        inner.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return [ip, *(one for one in inner if one is not None)]


def _rule(entry: str) -> Rule:
    host, port = entry, None
    head, colon, tail = entry.rpartition(":")
    if colon and tail.isdigit() and (":" not in head or head.endswith("]")):
        host, port = head, int(tail)
        if not 1 <= port <= 65535:
            raise ValueError(entry)
    host = host.removeprefix("[").removesuffix("]")
    if "/" in host or _is_address(host):
        try:
            return Rule(host, ipaddress.ip_network(host), port)
        except ValueError:
            raise ValueError(entry) from None
    name = host.rstrip(".").casefold()
    if not name or not all(part.replace("-", "").isalnum() for part in name.removeprefix("*.").split(".")):
        raise ValueError(entry)
    return Rule(name, None, port)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
