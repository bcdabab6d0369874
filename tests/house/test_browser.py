"""The browser of the browser tests: it reaches this machine and nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Page

from tests.support import browser

PAGE = """<!doctype html><html lang="zh"><title>信用修复</title>
<h1>信用修复</h1><img src="http://cdn.example/pixel.png" alt="">"""


class OnePage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    """Where the page is served, by a thread that has ended when the test has."""
    with HTTPServer(("127.0.0.1", 0), OnePage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_it_sees_this_machine_alone(page: Page, address: str) -> None:
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(address)
    assert page.get_by_role("heading").inner_text() == "信用修复"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
    assert failed == ["http://cdn.example/pixel.png"]


@pytest.mark.browser
def test_between_two_tests_it_is_in_nobodys_way(kept_chromium: browser.Kept) -> None:
    """Others may start an event loop, and the next one finds no page of the one before."""

    async def seven() -> int:
        return 7

    with kept_chromium.lent() as first:
        first.new_context().new_page()
        assert asyncio._get_running_loop() is not None
    assert asyncio.run(seven()) == 7
    with kept_chromium.lent() as second:
        assert second is first
        assert second.contexts == []
        assert second.new_context().new_page().evaluate("1 + 1") == 2
    assert asyncio.run(seven()) == 7
