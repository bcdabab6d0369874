"""Static files go out compressed to who takes it; pages and everybody else get them as they are."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from repairflow.db import Database
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import make

pytestmark = pytest.mark.either_database

BOOTSTRAP = "/static/vendor/bootstrap.min.css"
FIRST = 300_000
"""Bytes of the first page a visitor loads, with all it needs."""


@pytest.fixture
def app(database: Database, settings: Settings, clock: Clock) -> Flask:
    return make(Town(database, settings))


def test_static_files_are_compressed_and_pages_are_not(app: Flask) -> None:
    client = app.test_client()
    plain = client.get(BOOTSTRAP, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    small = client.get(BOOTSTRAP, buffered=True, headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(small.data) == plain.data
    assert (small.headers["Content-Encoding"], small.content_length) == ("gzip", len(small.data))
    again = client.get(
        BOOTSTRAP, buffered=True, headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["ETag"]}
    )
    assert again.status_code == 304
    part = client.get(BOOTSTRAP, buffered=True, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert (part.data, "Content-Encoding" in part.headers) == (plain.data[:10], False)
    refused = client.get(BOOTSTRAP, buffered=True, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert refused.data == plain.data
    page = client.get("/start", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers


def test_the_first_page_is_small(app: Flask) -> None:
    client, gzipped = app.test_client(), {"Accept-Encoding": "gzip"}
    page = client.get("/start")
    needed = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page.text))
    assert needed
    assert len(page.data) + sum(len(client.get(one, buffered=True, headers=gzipped).data) for one in needed) < FIRST
