"""Every page of the route table holds WCAG 2.2 A and AA: checked by axe in a browser, in one mode here and in all by `make browser`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Clock
from tests.support import databases, pages
from tests.support.every_kind import Whole, grow
from tests.support.pages import Mode

PHONE, DESK = 390, 1280
ALL = (
    Mode("light"), Mode("dark", theme="dark"), Mode("large", size="large"), Mode("phone", PHONE),
    Mode("phone, dark, large", PHONE, "dark", "large"), Mode("320 px", 320),
    # a page enlarged to twice its size on a screen of 1280 is laid out in half the width
    Mode("200 %", DESK // 2), Mode("without script", script=False), Mode("phone without script", PHONE, script=False),
)  # fmt: skip


@pytest.fixture
def whole(databases_of_kind: databases.Maker, home: Path, clock: Clock) -> Iterator[Whole]:
    url = databases_of_kind.migrated()
    yield grow(url, home)
    databases_of_kind.drop(url)


@pytest.mark.browser
def test_the_checker_sees_faults(chromium: Browser) -> None:
    page, _ = pages.opened(chromium, Mode("light"))
    page.unroute_all()
    page.set_content(
        "<html lang=zh><title>x</title><p style='color:#bbb'>太淡<img src=x><div style='width:5000px'>.</div>"
    )
    rules = {line.split(":")[0] for line in pages.violations(page)}
    assert {"color-contrast", "image-alt", "sideways"} <= rules
    page.context.close()


@pytest.mark.browser
def test_every_page_can_be_used_by_everybody(whole: Whole, chromium: Browser) -> None:
    """On a phone, where most of a page's rules differ from the desk's."""
    assert pages.faults(chromium, whole, Mode("phone", PHONE)) == []


@pytest.mark.modes
@pytest.mark.browser
@pytest.mark.parametrize("mode", ALL, ids=lambda mode: mode.name)
def test_every_page_of_every_kind_in_every_mode(whole: Whole, chromium: Browser, mode: Mode) -> None:
    found = pages.faults(chromium, whole, mode, each=True)
    assert found == [], "\n".join(found)
