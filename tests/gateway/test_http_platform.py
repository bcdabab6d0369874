"""How answers are read: what counts as a receipt, what is tried again, what a person has to look at."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from repairflow import times
from repairflow.gateway import http, signing
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.platform import (
    Address,
    Declined,
    Gone,
    Pending,
    Permanent,
    PushError,
    Shown,
    Transient,
    pull_all,
)
from tests.support import pushes

SECRET = signing.new_secret()
HOME = Address("province", "http://127.0.0.1:8001/targets/province", SECRET)
RECEIPT = {"id": "k-1", "receipt": "R1", "at": "2026-06-10T02:00:00+00:00", "shown": "public"}

pytestmark = pytest.mark.usefixtures("clock")


def answering(code: int = 200, body: Any = None, headers: dict[str, str] | None = None) -> HttpPlatform:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpPlatform(httpx2.MockTransport(lambda _: httpx2.Response(code, content=content, headers=headers)))


def breaking(error: Callable[[httpx2.Request], Exception]) -> HttpPlatform:
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise error(request)

    return HttpPlatform(httpx2.MockTransport(handler))


@pytest.mark.parametrize("code", [200, 201, 202])
def test_a_receipt_for_this_message_is_a_receipt(code: int) -> None:
    receipt = answering(code, RECEIPT).push(HOME, pushes.message())
    assert (receipt.accepted, receipt.remote_id, receipt.shown, receipt.duplicate) == (True, "R1", "public", False)
    assert receipt.as_json()["at"] == "2026-06-10T02:00:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b"[]",
        b"[" * 50_000,
        {},
        {**RECEIPT, "id": "k-2"},
        {**RECEIPT, "receipt": ""},
        {**RECEIPT, "receipt": "x" * 1000},
        {**RECEIPT, "receipt": 7},
        {**RECEIPT, "at": "yesterday"},
        {**RECEIPT, "at": "2026-06-10T02:00:00"},
    ],
)
def test_an_answer_that_is_no_receipt_for_this_message_is_none(body: Any) -> None:
    with pytest.raises(Transient):
        answering(200, body).push(HOME, pushes.message())


@pytest.mark.parametrize(
    ("code", "error"),
    [
        *[(code, Transient) for code in (301, 302, 307, 408, 425, 429, 500, 502, 503, 504)],
        *[(code, Permanent) for code in (400, 401, 403, 404, 409, 410, 413, 422)],
    ],
)
def test_statuses(code: int, error: type[PushError]) -> None:
    with pytest.raises(error, match="文书号不符"):
        answering(code, {"detail": "文书号不符"}, {"location": "http://127.0.0.1:9/"}).push(HOME, pushes.message())


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("-1", None), ("Wed, 10 Jun", None), ("9" * 9, None)])
def test_a_wish_for_a_later_try_is_passed_on(said: str, seconds: int | None) -> None:
    with pytest.raises(Transient) as caught:
        answering(503, {}, {"retry-after": said}).push(HOME, pushes.message())
    assert caught.value.after == seconds


def test_a_later_try_may_be_asked_for_by_date() -> None:
    then = format_datetime(times.now() + timedelta(minutes=3), usegmt=True)
    with pytest.raises(Transient) as caught:
        answering(503, {}, {"retry-after": then}).push(HOME, pushes.message())
    assert caught.value.after == 180
    assert caught.value.heard.why == "busy"


@pytest.mark.parametrize(
    ("code", "body", "error", "why"),
    [
        (301, b"moved", Transient, "redirect"), (429, b"", Transient, "busy"), (500, b"oops", Transient, "server_error"),
        (422, b"no", Permanent, "refused"), (410, b"gone", Gone, "gone"), (200, b"<html>", Transient, "nonsense"),
        (202, {**RECEIPT, "result": "pending"}, Pending, "pending"),
        (200, {**RECEIPT, "result": "refused", "reason": "无此文号"}, Declined, "declined"),
        (200, {**RECEIPT, "result": "refused"}, Declined, "declined"),
        (200, {**RECEIPT, "result": "refused", "reason": "长" * 5000}, Declined, "declined"),
        (200, {**RECEIPT, "result": "refused", "reason": {"code": 7}}, Declined, "declined"),
        (202, {**RECEIPT, "result": "pending", "reason": "长" * 5000}, Pending, "pending"),
        (200, {**RECEIPT, "result": "perhaps"}, Transient, "nonsense"),
        (200, {**RECEIPT, "id": "k-2", "result": "refused", "reason": "x"}, Transient, "nonsense"),
    ],
)  # fmt: skip
def test_what_was_heard_is_kept(code: int, body: Any, error: type[PushError], why: str) -> None:
    with pytest.raises(error) as caught:
        answering(code, body).push(HOME, pushes.message())
    assert type(caught.value) is error
    assert (caught.value.heard.why, caught.value.heard.status) == (why, code)
    assert len(caught.value.message) < 400
    if isinstance(body, bytes):
        assert caught.value.heard.said == body.decode()


@pytest.mark.parametrize(
    ("reason", "said"), [("无此文号", "无此文号"), (None, "未说明理由"), ("", "未说明理由"), (7, "未说明理由")]
)
def test_a_refusal_is_one_whatever_its_reason(reason: object, said: str) -> None:
    with pytest.raises(Declined, match=f"不予办理：{said}$"):
        answering(200, {**RECEIPT, "result": "refused", "reason": reason}).push(HOME, pushes.message())


def test_what_a_refusal_says_of_each_field_is_told_to_people() -> None:
    with pytest.raises(Permanent, match="doc_no") as caught:
        answering(422, {"detail": [{"loc": ["doc_no"], "msg": "missing"}]}).push(HOME, pushes.message())
    assert "未说明理由" not in caught.value.message


def test_the_beginning_of_an_answer_is_one_line_any_database_holds() -> None:
    with pytest.raises(Transient) as caught:
        answering(500, b"a\x00b\r\n\xff\xfe " + "字".encode() * 1000).push(HOME, pushes.message())
    assert caught.value.heard.said.startswith("a b")
    assert len(caught.value.heard.said) <= 300
    assert all(c.isprintable() for c in caught.value.heard.said)


@pytest.mark.parametrize(
    "error",
    [
        lambda request: httpx2.ConnectError("refused", request=request),
        lambda request: httpx2.ReadTimeout("slow", request=request),
        lambda request: httpx2.RemoteProtocolError("cut", request=request),
    ],
)
def test_no_answer_means_again(error: Callable[[httpx2.Request], Exception]) -> None:
    with pytest.raises(Transient, match="稍后重试"):
        breaking(error).push(HOME, pushes.message())


def test_a_packed_answer_is_not_unpacked() -> None:
    """A few KiB may unpack to more than the memory."""
    packed = gzip.compress(json.dumps(RECEIPT).encode())
    with pytest.raises(Transient, match="压缩"):
        answering(200, packed, {"content-encoding": "gzip"}).push(HOME, pushes.message())


def test_an_endless_answer_is_cut_off() -> None:
    with pytest.raises(Transient, match="64 KiB"):
        answering(200, b" " * (http.RECEIPT_BYTES + 1)).push(HOME, pushes.message())


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://credit.example.cn/targets/a", True),
        ("http://127.0.0.1:8001/targets/a", True),
        ("http://[::1]:8001/targets/a", True),
        ("http://localhost:8001/targets/a", True),
        ("http://credit.example.cn/targets/a", False),
        ("http://127.0.0.1.example.cn/", False),
        ("http://10.0.0.8/", False),
        ("https:///nobody", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("http://[bad", False),
    ],
)
def test_messages_cross_the_line_encrypted_or_stay_on_this_machine(url: str, may: bool) -> None:
    platform = answering(200, RECEIPT)
    address = Address("province", url, SECRET)
    if may:
        assert platform.push(address, pushes.message()).remote_id == "R1"
    else:
        with pytest.raises(Permanent, match="https"):
            platform.push(address, pushes.message())


def test_signed_messages_do_not_follow_redirects() -> None:
    seen: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(307, headers={"location": "https://elsewhere.example/"})

    with pytest.raises(Transient):
        HttpPlatform(httpx2.MockTransport(handler)).push(HOME, pushes.message())
    assert seen == ["http://127.0.0.1:8001/targets/province/messages"]


def test_keys_stay_out_of_logs() -> None:
    assert SECRET not in repr(HOME)


ROW = {"number": "a", "display": "public"}


@pytest.mark.parametrize(
    "body",
    [
        {}, {"records": [{}], "next": None}, {"records": [{"number": "a", "display": "?"}]},
        {"records": [{**ROW, "number": "\x00"}], "next": None}, {"records": [ROW], "next": "2\ud800"},
        {"records": [ROW], "next": ""}, {"records": [ROW], "next": 2}, {"records": [ROW], "next": "x" * 2001},
        b'{"records": [{"number": "a", "display": "public", "version": 1e999}], "next": null}',
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_asked_for_again(body: Any) -> None:
    with pytest.raises(Transient):
        answering(200, body).pull(HOME)


def test_a_number_that_no_database_holds_is_read_as_far_as_it_can_be_shown() -> None:
    page = answering(200, {"records": [{**ROW, "number": "JL\x00-1\ud800"}], "next": None}).pull(HOME)
    assert page.shown == (Shown("JL -1", "public", None),)


@pytest.mark.parametrize("mark", ["2", " 2 ", "\t", "a\nb", "x" * 2000, "下一页", "a\x00", "a&b=%20+"])
def test_all_pages_are_read(mark: str) -> None:
    """The mark of the next page goes back as it came, whatever stands in it."""
    pages = {
        None: {"records": [{"number": "a", "display": "public", "version": 1}], "next": mark},
        mark: {"records": [{"number": "b", "display": "ended"}], "next": None},
    }
    platform = HttpPlatform(
        httpx2.MockTransport(lambda request: httpx2.Response(200, json=pages[request.url.params.get("cursor")]))
    )
    assert list(pull_all(platform, HOME)) == [Shown("a", "public", 1), Shown("b", "ended", None)]


def test_pages_that_go_in_circles_are_left() -> None:
    with pytest.raises(Permanent, match="分页"):
        list(pull_all(answering(200, {"records": [], "next": "2"}), HOME))
