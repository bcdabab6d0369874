"""Debian's chromium, driven by playwright, kept on this machine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No page of ours needs anything from elsewhere; one that asks for it gets nothing.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser without windows, for as long as the block lasts."""
    path = shutil.which("chromium")
    assert path, "chromium is missing: `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Kept:
    """A browser that many tests use in turn, and that is no hindrance to those between them.

    While playwright waits for its next call, its event loop counts as running in this thread, and nobody else could start
    one (time stamps do). So the loop is set aside whenever the browser is not lent.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._browser: Browser | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        return self

    @contextmanager
    def lent(self) -> Iterator[Browser]:
        """The browser without any page, started at the first call."""
        with self._in_its_loop():
            if self._browser is None or not self._browser.is_connected():
                self._browser = self._open.enter_context(chromium())
            try:
                yield self._browser
            finally:
                for context in self._browser.contexts:
                    context.close()

    def __exit__(self, *_: object) -> None:
        with self._in_its_loop():
            self._open.close()

    @contextmanager
    def _in_its_loop(self) -> Iterator[None]:
        if self._loop is not None:
            asyncio._set_running_loop(self._loop)
        try:
            yield
        finally:
            self._loop = asyncio._get_running_loop()
            asyncio._set_running_loop(None)
