"""The platform port over HTTP: bounded in time and size, no redirects, TLS checked; plain http on loopback only."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import urlencode, urlsplit

import httpx2

from repairflow import times
from repairflow.gateway import messages, signing
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import Display
from repairflow.gateway.platform import AGAIN, Address, Heard, Page, Permanent, Receipt, Shown, Transient
from repairflow.gateway.push_answers import Answer, judge, short_text, signed_receipt
from repairflow.gateway.timed_http import InTime, NotListed, total

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
TOTAL_SECONDS = 20.0  # for one request, from the first byte to the last
RECEIPT_BYTES = 64 * 1024
PAGE_BYTES = 4 * 1024 * 1024
LONGEST_CURSOR = 2000
"""Characters of a mark of the next page; with more, servers refuse the address."""
NOT_LISTED = "推送地址不在准许的范围内（REPAIRFLOW_PUSH_HOSTS），没有连接。请管理员核对并列入，列入后自动推送。"
NEVER_LISTED = "推送地址不在准许的范围内（REPAIRFLOW_PUSH_HOSTS），没有连接。请管理员核对并列入，列入后按“重新推送”。"
"""What the same says once nothing is tried any more: then listing the address alone sends nothing."""


class HttpPlatform:
    """`Platform` over HTTP: POST <url>/messages and GET <url>/records, both signed."""

    def __init__(
        self,
        transport: httpx2.BaseTransport | None = None,
        seconds: float = TOTAL_SECONDS,
        destinations: Destinations | None = None,
    ) -> None:
        self._seconds = seconds
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,  # a signed message goes where it was addressed
            trust_env=False,
            transport=transport or InTime(destinations),
            headers={"user-agent": "RepairFlow", "accept": "application/json", "accept-encoding": "identity"},
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`. An answer that is no receipt for this very message counts as none."""
        body = message.body()
        headers, signed = signing.signed_by_all(target, message, times.now(), body)
        headers["content-type"] = messages.MEDIA_TYPE
        answer = self._ask("POST", target, "/messages", RECEIPT_BYTES, headers, body)
        return replace(signed_receipt(target, message, signed.digest, answer), request=signed)

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """See `Platform.pull`."""
        arguments = {"since": since.astimezone(UTC).isoformat() if since else None, "cursor": cursor}
        query = "?" + urlencode({name: value for name, value in arguments.items() if value is not None})
        headers = signing.signed(target.secret, f"pull-{target.code}", times.now(), query.encode())
        answer = self._ask("GET", target, "/records" + query, PAGE_BYTES, headers).content
        try:
            shown = tuple(shown_record(row) for row in answer["records"])
            return Page(shown, _cursor(answer["next"]) if answer["next"] is not None else None)
        except (KeyError, ValueError, TypeError, OverflowError):
            raise Transient(f"对方平台的公示清单无法识别{AGAIN}。") from None

    def _ask(
        self, method: str, target: Address, path: str, limit: int, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        answer = self.answer(method, target, path, limit, headers, body)
        judge(answer)
        return answer

    def answer(
        self, method: str, target: Address, path: str, limit: int, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """Return what is answered, whatever it is; Transient or Permanent where there is none that could be read."""
        if not may_send(target.url):
            raise Permanent("推送地址须为 https（本机地址除外）。请管理员更正后重新推送。", heard=Heard("not_listed"))
        content = bytearray()
        try:
            with (
                total(self._seconds),
                self._client.stream(method, target.url + path, headers=headers, content=body) as response,
            ):
                packed = response.headers.get("content-encoding", "identity") != "identity"
                if packed:  # a small answer may unpack to a huge one
                    raise _nonsense(f"对方平台的答复经过压缩，未予接收{AGAIN}。", response.status_code)
                for part in response.iter_bytes():
                    content += part
                    if len(content) > limit:
                        raise _nonsense(
                            f"对方平台的答复超过 {limit // 1024} KiB，未予接收{AGAIN}。", response.status_code
                        )
        except httpx2.TimeoutException:
            raise Transient(f"对方平台没有在规定时间内答复{AGAIN}。", heard=Heard("timeout")) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise Permanent("推送地址无效。请管理员更正后重新推送。", heard=Heard("not_listed")) from None
        except httpx2.HTTPError as error:
            if isinstance(error.__cause__, NotListed):
                raise Transient(NOT_LISTED, heard=Heard("not_listed"), ended=NEVER_LISTED) from None
            said = f"对方平台连接不上{AGAIN}（{type(error).__name__}）。"
            raise Transient(said, heard=Heard("unreachable")) from None
        return Answer(response.status_code, response.headers.get("retry-after"), bytes(content))


def _nonsense(text: str, status: int) -> Transient:
    return Transient(text, heard=Heard("nonsense", status))


def may_send(url: str) -> bool:
    """Tell whether messages may cross the line to `url`: encrypted, or not leaving this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme != "http":
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown_record(row: Mapping[str, Any]) -> Shown:
    """Return one record of a platform's list; KeyError, TypeError, ValueError or OverflowError for what is none."""
    if row["display"] not in get_args(Display):
        raise ValueError("unknown display")
    version = row.get("version")
    return Shown(short_text(row["number"]), row["display"], int(version) if version is not None else None)


def _cursor(value: object) -> str:
    """Return a mark of the other side's, given back as it came, whatever stands in it; ValueError for what no address can carry: no
    text, nothing, an endless one, half a character."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CURSOR:
        raise ValueError("a mark that cannot be given back")
    value.encode()  # UnicodeEncodeError is a ValueError
    return value
