"""The platform port over HTTP: bounded in time and size, no redirects, TLS checked; plain http on loopback only."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import urlencode, urlsplit

import httpx2

from repairflow import times
from repairflow.gateway import messages, signing
from repairflow.gateway.messages import Display, Message
from repairflow.gateway.platform import Address, Page, Permanent, Receipt, Shown, Transient
from repairflow.gateway.timed_http import InTime, total

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
TOTAL_SECONDS = 20.0  # for one request, from the first byte to the last
RECEIPT_BYTES = 64 * 1024
PAGE_BYTES = 4 * 1024 * 1024
TEXT = 300  # characters of a foreign answer that people get to see
RETRY = frozenset({408, 425, 429})


class HttpPlatform:
    """`Platform` over HTTP: POST <url>/messages and GET <url>/records, both signed."""

    def __init__(self, transport: httpx2.BaseTransport | None = None, seconds: float = TOTAL_SECONDS) -> None:
        self._seconds = seconds
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,  # a signed message goes where it was addressed
            trust_env=False,
            transport=transport or InTime(),
            headers={"user-agent": "RepairFlow", "accept": "application/json", "accept-encoding": "identity"},
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`. An answer that is no receipt for this very message counts as none."""
        body = message.body()
        headers = signing.signed(target.secret, message.key, times.now(), body)
        headers["content-type"] = messages.MEDIA_TYPE
        answer = self._ask("POST", target, "/messages", RECEIPT_BYTES, headers, body)
        try:
            if answer["id"] != message.key:
                raise ValueError("the receipt of another message")
            return Receipt(
                accepted=True,
                remote_id=_text(answer["receipt"]),
                at=_instant(answer["at"]),
                shown=_text(answer["shown"]) if answer.get("shown") is not None else None,
                duplicate=answer.get("duplicate") is True,
            )
        except (KeyError, ValueError, TypeError):
            raise Transient("对方平台的答复不是本报文的回执，稍后重试。") from None

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """See `Platform.pull`."""
        arguments = {"since": since.astimezone(UTC).isoformat() if since else None, "cursor": cursor}
        query = "?" + urlencode({name: value for name, value in arguments.items() if value is not None})
        headers = signing.signed(target.secret, f"pull-{target.code}", times.now(), query.encode())
        answer = self._ask("GET", target, "/records" + query, PAGE_BYTES, headers)
        try:
            shown = tuple(_shown(row) for row in answer["records"])
            return Page(shown, _text(answer["next"]) if answer["next"] is not None else None)
        except (KeyError, ValueError, TypeError):
            raise Transient("对方平台的公示清单无法识别，稍后重试。") from None

    def _ask(
        self, method: str, target: Address, path: str, limit: int, headers: dict[str, str], body: bytes | None = None
    ) -> Mapping[str, Any]:
        if not may_send(target.url):
            raise Permanent("推送地址须为 https（本机地址除外）。请管理员更正后重新推送。")
        try:
            with (
                total(self._seconds),
                self._client.stream(method, target.url + path, headers=headers, content=body) as response,
            ):
                if (
                    response.headers.get("content-encoding", "identity") != "identity"
                ):  # a small answer may unpack to a huge one
                    raise Transient("对方平台的答复经过压缩，未予接收，稍后重试。")
                content = bytearray()
                for part in response.iter_bytes():
                    content += part
                    if len(content) > limit:
                        raise Transient(f"对方平台的答复超过 {limit // 1024} KiB，未予接收，稍后重试。")
        except httpx2.TimeoutException:
            raise Transient("对方平台没有在规定时间内答复，稍后重试。") from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise Permanent("推送地址无效。请管理员更正后重新推送。") from None
        except httpx2.HTTPError as error:
            raise Transient(f"对方平台连接不上，稍后重试（{type(error).__name__}）。") from None
        answer = _json(bytes(content))
        _judge(response.status_code, response.headers.get("retry-after"), answer)
        return answer


def _judge(code: int, after: str | None, answer: Mapping[str, Any]) -> None:
    """Raise unless the status says that the request was taken."""
    if 200 <= code < 300:
        return
    said = next((str(answer[name]) for name in ("detail", "message", "title") if answer.get(name)), "")[:TEXT]
    if 400 <= code < 500 and code not in RETRY:
        raise Permanent(f"对方平台拒收（{code}）：{said or '未说明理由'}")
    # A redirect is most often a page saying that the platform is being looked after.
    seconds = int(after) if after and after.isascii() and after.isdigit() and len(after) < 6 else None
    raise Transient(f"对方平台暂时不能接收（{code}）" + (f"：{said}" if said else "。"), seconds)


def may_send(url: str) -> bool:
    """Whether messages may cross the line to `url`: encrypted, or not leaving this machine."""
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


def _json(content: bytes) -> Mapping[str, Any]:
    """The object in an answer; an empty one when it holds none."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _shown(row: Mapping[str, Any]) -> Shown:
    if row["display"] not in get_args(Display):
        raise ValueError("unknown display")
    version = row.get("version")
    return Shown(_text(row["number"]), row["display"], int(version) if version is not None else None)


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= TEXT:
        raise ValueError("a short text was expected")
    return value


def _instant(value: object) -> datetime:
    instant = datetime.fromisoformat(_text(value))
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return instant
