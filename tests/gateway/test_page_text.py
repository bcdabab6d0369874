"""What a reader sees of a foreign page, whatever its bytes are."""

from __future__ import annotations

import pytest

from repairflow.gateway.page_text import text_of

MANY = 100_000


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("<p>a<b>b</b></p><style>c{}</style><div>d &amp; e<br>f\x00</div><script>g</script", "ab\nd & e\nf"),
        ("a<script>'</scripture>'</SCRIPT >b", "a\nb"),
        ("a<noscript><p>x</p></noscript>b<template>y</template>c", "a\nb\nc"),
        ("<p title='1 > 0' x=\"</p>\">a</p>", "a"),
        ("a<!-- <p>x</p> -->b<!doctype html>c<?xml x?>d", "a\nb\nc\nd"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("a<!-- never closed", "a"),
        ("a<p title='never closed>b", "a"),
        ("a&#x4f60;&#20320;&nosuch;&#99999999999999999999;", "a你你&nosuch;\ufffd"),
        ("<p>a\nb</p>", "a b"),
    ],
)
def test_the_text_is_what_a_reader_sees(page: str, seen: str) -> None:
    assert text_of(page.encode(), "text/html") == seen


def test_what_is_no_page_is_read_as_what_it_is() -> None:
    assert text_of(b"\x00\x01", "image/png") == ""
    assert text_of(b"<p>a</p>\r\n\r\nb", "text/plain") == "<p>a</p>\nb"


@pytest.mark.parametrize(
    "name", ["no-such", "idna", "punycode", "undefined", "unicode_escape", "utf-7", "zip", "rot13", "uu"]
)
def test_an_encoding_that_is_no_page_s_is_not_followed(name: str) -> None:
    assert text_of("你 a-zzz".encode() + b"\xff", f"text/plain; charset={name}") == "你 a-zzz\ufffd"


def test_the_page_names_its_encoding() -> None:
    assert text_of("你".encode("gbk"), "text/html; charset=GBK") == "你"
    assert text_of("<meta charset='gb2312'>你".encode("gbk"), "text/html") == "你"


@pytest.mark.parametrize(
    "part",
    ["<a ", "<", "<!--", "<![CDATA[", "<?", '<a x="', "</a ", "<script>", "<script></", "&", "&#9", "<!a ", "<a =' "],
)
def test_a_page_made_to_keep_the_reader_busy_is_read_through(part: str) -> None:
    """With a parser that looks back, some of these take hours."""
    assert len(text_of((part * MANY).encode(), "text/html")) <= MANY
