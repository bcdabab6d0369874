"""Pages on paper, as a browser prints them: a case on two sheets in every kind of state, nothing cut, nothing that only a screen needs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser

from tests.conftest import Clock
from tests.support import databases, pages
from tests.support.addresses import rows
from tests.support.every_kind import Whole, grow
from tests.support.pages import Mode

SHEETS = {"desk.case": 2, "portal.case": 2}
"""Pages somebody takes along on paper, and how many sheets each takes at most."""
SCREEN = ("下载 PDF", "预览文书")
"""Words of links and buttons that no sheet shows."""


@pytest.fixture
def whole(databases_of_kind: databases.Maker, home: Path, clock: Clock) -> Iterator[Whole]:
    url = databases_of_kind.migrated()
    yield grow(url, home)
    databases_of_kind.drop(url)


@pytest.mark.modes
@pytest.mark.browser
def test_what_is_printed_takes_few_sheets(whole: Whole, chromium: Browser) -> None:
    page, answering = pages.opened(chromium, Mode("paper"))
    found, seen = [], set()
    for row in rows(whole):
        if row.endpoint not in SHEETS:
            continue
        answering.client = whole.visitor(row.who).client
        page.goto(pages.ORIGIN + pages.address(whole, row))
        sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        seen.add(row.endpoint)
        said = "".join(sheet.extract_text() for sheet in sheets)
        print(row.endpoint, row.kind, row.values, row.who, len(sheets))
        found += [f"{row.endpoint} ({row.kind}): {len(sheets)} sheets"] if len(sheets) > SHEETS[row.endpoint] else []
        found += [f"{row.endpoint} ({row.kind}): {word}" for word in SCREEN if word in said]
        over = ["".join(text.split()) for text in page.locator(".desk-over .rf-due").all_text_contents()]
        found += [
            f"{row.endpoint} ({row.kind}): {text} is left out" for text in over if text not in "".join(said.split())
        ]
    page.context.close()
    assert seen == set(SHEETS)
    assert found == []
