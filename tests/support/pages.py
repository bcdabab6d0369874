"""Pages in a browser without a server: what it asks for is answered by the application, as the visitor who is signed in."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from playwright.sync_api import Error as BrowserError

from tests.support.addresses import Row, rows
from tests.support.every_kind import Whole

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ORIGIN = "http://127.0.0.1"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => {
    const found = await axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags},
        rules: {'target-size': {enabled: true}}});
    const why = (node) => node.any.concat(node.all).map((check) => check.message).join('; ');
    return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${why(node)}`));
}"""
FILES = (".pdf", ".zip")
HEAVIEST = 300 * 1024
"""What a page may load the first time, all of it together."""
BEYOND = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"


@dataclass(frozen=True, slots=True)
class Mode:
    """How somebody looks at pages."""

    name: str
    width: int = 1280
    theme: str = "light"
    size: str = "normal"
    script: bool = True


class Answering:
    """Answers a page's requests for its visitor; files that never change are asked for once. `weight`: the bytes of all answers
    since it was last set to 0, as a browser with an empty cache loads them."""

    def __init__(self) -> None:
        self.client: FlaskClient | None = None
        self.weight = 0
        self._files: dict[str, Mapping[str, Any]] = {}

    def __call__(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        path = asked.path + (f"?{asked.query}" if asked.query else "")
        answer = self._files.get(path) or self._asked(route, path)
        if asked.path.startswith("/static/"):
            self._files[path] = answer
        self.weight += len(zlib.compress(answer["body"], 6))  # pictures and fonts are packed already, and hardly change
        route.fulfill(**answer)

    def _asked(self, route: Route, path: str) -> Mapping[str, Any]:
        assert self.client is not None
        sent = route.request
        kept = {k: v for k, v in sent.headers.items() if k in {"content-type", "accept", "hx-request", "x-csrftoken"}}
        answer = self.client.open(
            path, method=sent.method, data=sent.post_data_buffer, headers=kept, follow_redirects=True, buffered=True
        )
        return {"status": answer.status_code, "headers": dict(answer.headers), "body": answer.get_data()}


@cache
def axe() -> str:
    """The checker, as pages run it."""
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What the page now shown does against WCAG 2.2 A and AA, and whether it must be scrolled sideways."""
    page.evaluate(axe())
    found = list(page.evaluate(RUN, TAGS))
    beyond = page.evaluate(BEYOND)
    return [*found, *([f"sideways: {beyond} px too wide"] if beyond else [])]


def opened(browser: Browser, mode: Mode) -> tuple[Page, Answering]:
    """A page in this mode, and what answers it."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=mode.script, bypass_csp=True,
        viewport={"width": mode.width, "height": 900}, color_scheme="dark" if mode.theme == "dark" else "light",
    )  # fmt: skip
    context.add_init_script(
        f"try {{ localStorage.setItem('rf-theme', '{mode.theme}'); localStorage.setItem('rf-size', '{mode.size}'); }} catch {{}}"
    )
    page, answering = context.new_page(), Answering()
    page.route("**/*", answering)
    return page, answering


def address(whole: Whole, row: Row) -> str:
    """Where a row is found."""
    path = whole.app.url_map.bind("127.0.0.1").build(row.endpoint, dict(row.values), method="GET")
    return path + (f"?{row.query}" if row.query else "")


def pages(whole: Whole, *, each: bool) -> Iterator[Row]:
    """The addresses that answer with a page: of each endpoint one, or each of them.

    A sheet or an archive is not made to learn that it is none, which takes a press longer than a busy machine may have.
    """
    seen: set[str] = set()
    for row in rows(whole):
        if row.endpoint.startswith("api.") or row.endpoint == "static" or (row.endpoint in seen and not each):
            continue
        if row.status == 200 and address(whole, row).partition("?")[0].endswith(FILES):
            continue
        answer = whole.visitor(row.who).client.get(address(whole, row), follow_redirects=True, buffered=True)
        if answer.mimetype == "text/html" and "<html" in answer.text:  # else a file, or a part of a page
            seen.add(row.endpoint)
            yield row


def faults(browser: Browser, whole: Whole, mode: Mode, *, each: bool = False) -> list[str]:
    """What is wrong with the pages in this mode, each line with its address."""
    page, answering = opened(browser, mode)
    found = []
    for row in pages(whole, each=each):
        answering.client, answering.weight = whole.visitor(row.who).client, 0
        page.goto(ORIGIN + address(whole, row))
        if answering.weight > HEAVIEST:
            found.append(
                f"{row.endpoint} ({row.kind}), {mode.name}: heavy, {answering.weight // 1024} KB at the first load"
            )
        try:
            wrong = violations(page)
        except BrowserError as error:
            wrong = [f"could not be checked: {error.message[:200]}"]
        found += [f"{row.endpoint} ({row.kind}), {mode.name}: {one}" for one in wrong]
    page.context.close()
    return found
