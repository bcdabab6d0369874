"""A platform that drips is given up after the total time, wherever in its answer it drips."""

from __future__ import annotations

import time

import pytest

from repairflow.gateway import signing
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.platform import Address, Transient
from tests.support import pushes, servers


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n{"],
    ids=["status line", "headers", "body"],
)
def test_a_dripping_platform_is_given_up_in_time(start: bytes) -> None:
    with servers.dripping(start) as url:
        platform = HttpPlatform(seconds=0.5)
        begun = time.monotonic()
        with pytest.raises(Transient) as caught:
            platform.push(Address("slow", url, signing.new_secret()), pushes.message())
        took = time.monotonic() - begun
        platform.close()
    assert took < 5
    assert "稍后重试" in caught.value.message


def test_a_quick_platform_is_none_the_worse() -> None:
    with servers.taking() as url:
        platform = HttpPlatform(seconds=5)
        for _ in range(2):  # the second over the connection kept
            assert platform.push(Address("good", url, signing.new_secret()), pushes.message()).remote_id == "R-1"
        platform.close()
