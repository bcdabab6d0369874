"""Messages reach what is listed and nothing else, however an address is spelled and whatever a name says the second time."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore2
import httpx2
import pytest

from repairflow.gateway import destinations, signing
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.platform import Address, Transient
from repairflow.gateway.timed_http import InTime, NotListed, total
from tests.support import pushes, servers

LISTED = "credit.example.cn:443, *.province.example.cn, 203.0.113.0/28:8443, [2001:db8:5::/64]"

SPELLED = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001",
    "0177.1", "127.0.0.1.", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "[::1]", "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]", "[::]", "[::ffff:0.0.0.0]",
    "127.255.255.254", "127.127.127.127", "00000177.0.0.1", "0x7f.0x0.0x0.0x1", "127.0x0.1", "0300.0250.0.1", "0xA9FEA9FE",
    "2852039166", "0251.0376.0251.0376", "[fd00::1]", "[::ffff:10.0.0.8]",
)  # fmt: skip
"""Numbers as the system reads them, without asking anybody."""
ANSWERED = {
    "mine.attacker.example": "127.0.0.1", "a.credit.example.cn": "127.0.0.1", "credit.example.cn.evil.example": "10.0.0.8",
        "xcredit.example.cn": "192.168.0.1", "province.example.cn": "127.0.0.1", "evilprovince.example.cn": "127.0.0.1",
        "a.province.example.cn": "127.0.0.1", "b.province.example.cn": "10.1.2.3", "c.province.example.cn": "169.254.169.254",
        "d.province.example.cn": "172.16.0.1", "e.province.example.cn": "192.168.1.1", "f.province.example.cn": "100.64.0.1",
        "g.province.example.cn": "::1", "h.province.example.cn": "::ffff:127.0.0.1", "i.province.example.cn": "fe80::1",
        "j.province.example.cn": "fd12:3456::1", "k.province.example.cn": "64:ff9b::7f00:1",
        "l.province.example.cn": "2002:7f00:1::", "m.province.example.cn": "2001:0:7f00:1::80ff:fffe",
        "n.province.example.cn": "::7f00:1", "o.province.example.cn": "224.0.0.1", "p.province.example.cn": "ff02::1",
        "q.province.example.cn": "255.255.255.255", "r.province.example.cn": "0.0.0.0", "s.province.example.cn": "198.18.0.1",
        "t.province.example.cn": "240.0.0.1", "u.province.example.cn": "2001:db8::1", "v.province.example.cn": "fec0::1",
        "w.province.example.cn": "192.0.0.8", "x.province.example.cn": "fe80::1%lo",
}  # fmt: skip
"""Names, listed and not, that lead where nothing is listed."""


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who connected to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    peer, who = listener.accept()
                except OSError:
                    return
                came.append(who)
                peer.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1], came
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def answered(host: str, port: int) -> list[str]:
    """What the system's resolver says of a number in any spelling, and what a name server of somebody's says of a name."""
    if host in ANSWERED:
        return [ANSWERED[host]]
    if ":" in host:
        return [host]
    name = host.rstrip(".").lower()
    return [socket.inet_ntoa(socket.inet_aton("127.0.0.1" if name == "localhost" else name))]


class Asking:
    """Connects as a client does that has read the address, and below it, where it was not read."""

    def __init__(self, listed: str, resolve: destinations.Resolve = answered) -> None:
        self._transport = InTime(Destinations.parse(listed), resolve)

    def __call__(self, port: int, host: str) -> Exception | None:
        with total(5), contextlib.suppress(httpx2.HTTPError, httpx2.InvalidURL):
            self._transport.handle_request(httpx2.Request("GET", f"http://{host}:{port}/"))
        try:
            self._transport._pool._network_backend.connect_tcp(host.strip("[]"), port, 5).close()
        except httpcore2.ConnectError as error:
            return error
        return None


def test_no_trick_in_an_address_leads_to_a_connection() -> None:
    tricks = (*SPELLED, *ANSWERED)
    assert len(tricks) >= 60
    ask = Asking(LISTED)
    with listening() as (port, came):
        for host in tricks:
            error = ask(port, host)
            assert isinstance(error, httpcore2.ConnectError), host
        assert came == []
        assert Asking(f"127.0.0.0/8:{port}")(port, "127.0.0.1") is None
        assert came  # the door is a door


def test_without_a_list_private_addresses_are_reached_by_no_name_but_this_machines_own() -> None:
    ask = Asking("")
    with listening() as (port, came):
        for host in (
            *(set(SPELLED) - {"127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "[::1]"}),
            *ANSWERED,
        ):
            assert isinstance(ask(port, host), httpcore2.ConnectError), host
        assert came == []
        assert ask(port, "127.0.0.1") is None
        assert came


def test_a_name_that_changes_its_answer_gets_the_connection_it_was_looked_at_for() -> None:
    """DNS rebinding: the name is asked once, and the connection goes to what was looked at."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.2" if len(asked) == 1 else "127.0.0.1"]  # the second is where somebody listens

    with listening() as (port, came):
        backend = InTime(Destinations.parse(f"127.0.0.2/32:{port}"), rebinding)._pool._network_backend
        with pytest.raises(httpcore2.ConnectError) as caught:
            backend.connect_tcp("a.example.cn", port, 5)
        assert not isinstance(caught.value, NotListed)
        with pytest.raises(NotListed):
            backend.connect_tcp("a.example.cn", port, 5)
        assert (len(asked), came) == (2, [])


def test_of_several_answers_only_what_is_listed_is_tried() -> None:
    with listening() as (port, came):
        ask = Asking(f"127.0.0.1/32:{port}", lambda host, at: ["10.0.0.8", "127.0.0.1", "fd00::1"])
        assert ask(port, "a.example.cn") is None
        assert came


@pytest.mark.parametrize(
    ("host", "port", "address", "may"),
    [
        ("credit.example.cn", 443, "8.8.8.8", True), ("credit.example.cn", 80, "8.8.8.8", False),
        ("CREDIT.example.cn.", 443, "8.8.8.8", True), ("a.province.example.cn", 9, "8.8.4.4", True),
        ("elsewhere.example", 443, "8.8.8.8", False), ("203.0.113.5", 8443, "203.0.113.5", True),
        ("203.0.113.5", 443, "203.0.113.5", False), ("203.0.113.77", 8443, "203.0.113.77", False),
        ("elsewhere.example", 1, "2001:db8:5::9", True), ("elsewhere.example", 8443, "::ffff:203.0.113.5", True),
        ("credit.example.cn", 443, "no address", False),
    ],
)  # fmt: skip
def test_a_list_names_hosts_networks_and_ports(host: str, port: int, address: str, may: bool) -> None:
    assert Destinations.parse(LISTED).admits(host, port, address) is may


@pytest.mark.parametrize(
    "entry", ["a b", "http://a.cn", "10.0.0.1/8", "a.cn:0", "a.cn:99999", "*.", "10.0.0.0/40", "-", "a..cn"]
)
def test_an_entry_that_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Destinations.parse(f"good.example.cn, {entry}")


def test_a_push_to_what_is_not_listed_is_tried_again_and_goes_once_it_is() -> None:
    with servers.taking() as url:
        platform = HttpPlatform(seconds=5, destinations=Destinations.parse("10.0.0.0/8"))
        far = Address("far", url, signing.new_secret())
        with pytest.raises(Transient, match="REPAIRFLOW_PUSH_HOSTS") as caught:
            platform.push(far, pushes.message())
        platform.close()
        listed = HttpPlatform(seconds=5, destinations=Destinations.parse("127.0.0.0/8"))
        assert listed.push(far, pushes.message()).accepted
        listed.close()
    assert caught.value.heard.why == "not_listed"
    assert ("自动推送" in caught.value.message, "自动推送" in caught.value.ended) == (True, False)
    assert "重新推送" in caught.value.ended
