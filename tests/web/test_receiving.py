"""Requests on their way in: whole ones go on, and what never ends, is too large or says too little is known as such."""

from __future__ import annotations

import pytest

from repairflow.web.core.incoming import HEAD_BYTES, SLOWEST, Incoming
from repairflow.web.core.security import TABLES

POST = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"


def fed(*pieces: bytes, most: int = 1000) -> Incoming:
    incoming = Incoming(most)
    for piece in pieces:
        incoming.feed(piece)
    return incoming


@pytest.mark.parametrize(
    ("pieces", "state", "more"),
    [
        ((b"",), "head", False),
        ((b"GET / HTTP/1.1\r\n",), "head", False),
        ((b"GET / HTTP/1.1\r\n\r\n",), "whole", False),
        ((b"GET / HTTP/1.1\r\n\r\nGET",), "whole", True),
        ((b"GET / HTTP/1.1\r\n\r", b"\n"), "whole", False),
        ((POST + b"\r\n",), "body", False),
        ((POST + b"\r\nabcd",), "body", False),
        ((POST + b"\r\nab", b"cde"), "whole", False),
        ((POST + b"\r\nab", b"cdef"), "whole", True),
        ((POST + b"Transfer-Encoding: chunked\r\n\r\n",), "refused", False),
        ((b"GET / HTTP/1.1\r\nX: " + b"a" * HEAD_BYTES,), "refused", False),
        ((b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\nab",), "whole", True),  # the application answers 413
        ((b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",), "whole", False),  # the parser answers 400
        ((POST + b"Content-Length: 7\r\n\r\n",), "whole", False),
    ],
)
def test_what_a_request_waits_for(pieces: tuple[bytes, ...], state: str, more: bool) -> None:
    incoming = fed(*pieces)
    assert (incoming.state, incoming.more) == (state, more)
    incoming.close()


@pytest.mark.parametrize(("path", "admitted"), [
    ("/desk/imports", True), ("/api/v1/imports", True), ("/api/v1/imports?x=1", True), ("/login", False),
    ("/desk/imports/x/confirm", False),
    ("//desk/imports", False), ("", False),
])  # fmt: skip
def test_only_tables_may_be_larger_than_other_files(path: str, admitted: bool) -> None:
    incoming = Incoming(1000, {path.encode(): 5000 for path in TABLES})
    incoming.feed(f"POST {path} HTTP/1.1\r\nContent-Length: 4000\r\n\r\nab".encode())
    assert (incoming.state, incoming.length) == (("body", 4000) if admitted else ("whole", 0))
    incoming.close()


def test_byte_by_byte_it_is_the_same_request() -> None:
    whole = POST + b"\r\nabcde"
    incoming = fed(*(bytes((byte,)) for byte in whole))
    assert incoming.state == "whole"
    assert b"".join(incoming.pieces()) == whole
    incoming.close()


def test_a_large_body_is_kept_as_it_came() -> None:
    body = bytes(range(256)) * 2000
    head = f"POST / HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    incoming = fed(head, body[:100_000], body[100_000:] + b"rest", most=len(body))
    assert b"".join(incoming.pieces()) == head + body
    assert incoming.more
    incoming.close()


def test_a_long_body_has_longer() -> None:
    incoming = fed(f"POST / HTTP/1.1\r\nContent-Length: {10 * SLOWEST}\r\n\r\n".encode(), most=20 * SLOWEST)
    assert incoming.seconds(20) == 30
    incoming.close()


def test_who_waits_for_a_word_is_known() -> None:
    for head, expects in ((POST + b"Expect: 100-continue\r\n\r\n", True), (POST + b"\r\n", False)):
        incoming = fed(head)
        assert incoming.expects is expects
        incoming.close()
