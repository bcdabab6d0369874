"""Pages of other platforms, fetched as anybody sees them: within the list of addresses, bounded in size and time, and never run.

The bytes are evidence and foreign: they are kept and given out as a file, nothing of ours opens them as a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import httpx2

from repairflow import plain
from repairflow.errors import RepairFlowError
from repairflow.gateway.destinations import Destinations, is_here
from repairflow.gateway.http import may_send
from repairflow.gateway.page_text import text_of
from repairflow.gateway.timed_http import InTime, NotListed, total

SECONDS = 20.0
MOST_BYTES = 2 << 20
REDIRECTS = 5
PLACES = ("number", "document", "code")
"""What an address of pages may name of a record: its number, the number of its decision, its subject's credit code."""
_place = re.compile(r"\{([^{}]*)\}")


class NoPage(RepairFlowError):
    """There is no page to keep; the text says why."""

    code = "no_page"
    status = 502


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was answered."""

    url: str
    status: int
    media_type: str
    content: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the worker saw: a page, with a picture where one could be taken, or why there is none."""

    seen: Seen | None
    picture: bytes | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one look at a record's page: `shown` is None where there was no page to judge by; `said` says why."""

    record_id: int
    shown: bool | None
    said: str = ""


def fault_of(template: str) -> str:
    """Return what is wrong with an address of pages, in Chinese; empty where nothing is."""
    named = _place.findall(template)
    if not named or set(named) - set(PLACES):
        return "须用 {number}（信息编号）、{document}（文号）或者 {code}（统一社会信用代码）写明是哪一条信息"
    host = _place.split(template.partition("://")[2].partition("/")[0])
    if len(host) > 1 or not may_send(_place.sub("x", template)):
        return "须以 https:// 开头，花括号只能在主机之后"
    return ""


def address(template: str, values: dict[str, str]) -> str:
    """Return the address of one record's page."""
    return _place.sub(lambda found: quote(values[found.group(1)], safe=""), template)


class PageReader:
    """Fetches pages; `transport` stands in for the network."""

    def __init__(self, destinations: Destinations | None = None, transport: httpx2.BaseTransport | None = None) -> None:
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(SECONDS, connect=5.0), follow_redirects=False, trust_env=False,
            transport=transport or InTime(destinations),
            headers={"user-agent": "RepairFlow", "accept": "text/html, */*;q=0.5", "accept-encoding": "identity"},
        )  # fmt: skip

    def read(self, url: str) -> Seen:
        """Return the page at an address, after at most a few redirects, each looked at as the first; NoPage where there is none. Nobody
        outside leads us to this machine: what answers here is not meant for whoever reads the page."""
        here = _leads_here(url)
        try:
            with total(SECONDS):
                for _ in range(REDIRECTS + 1):
                    if not may_send(url):
                        raise NoPage("页面地址须为 https（本机地址除外），没有连接。")
                    if _leads_here(url) and not here:
                        raise NoPage("对方页面转向本机地址，没有连接。")
                    status, headers, content = self._one(url)
                    if not (300 <= status < 400 and headers.get("location")):
                        kind = plain.shown(headers.get("content-type", ""))[:200]
                        return Seen(plain.shown(url), status, kind, content, text_of(content, kind))
                    url = urljoin(url, headers["location"])
        except httpx2.TimeoutException:
            raise NoPage(f"对方没有在 {SECONDS:.0f} 秒内给出页面。") from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, ValueError):
            raise NoPage("页面地址无效。") from None
        except httpx2.HTTPError as error:
            if isinstance(error.__cause__, NotListed):
                raise NoPage("页面地址不在准许的范围内（REPAIRFLOW_PUSH_HOSTS），没有连接。") from None
            raise NoPage(f"对方页面连接不上（{type(error).__name__}）。") from None
        raise NoPage(f"对方页面转向超过 {REDIRECTS} 次。")

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _one(self, url: str) -> tuple[int, httpx2.Headers, bytes]:
        content = bytearray()
        with self._client.stream("GET", url) as response:
            if (
                response.headers.get("content-encoding", "identity") != "identity"
            ):  # a small answer may unpack to a huge one
                raise NoPage("对方页面经过压缩，没有固定。")
            for part in response.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise NoPage(f"对方页面超过 {MOST_BYTES >> 20} MiB，没有固定。")
        return response.status_code, response.headers, bytes(content)


def _leads_here(url: str) -> bool:
    try:
        return is_here(urlsplit(url).hostname or "")
    except ValueError:
        return False
