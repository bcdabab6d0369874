"""Every address answers for each kind of thing it can name, to somebody who may, and the answer is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy import event as on
from werkzeug.test import TestResponse

from repairflow.db import Database
from repairflow.letters.renderer.pool import Press
from repairflow.web.core.context import SITE
from repairflow.web.shared.press import OnDemand
from tests.conftest import Clock
from tests.support import addresses, databases
from tests.support.addresses import Row
from tests.support.every_kind import Whole, grow

RAW = ("['", "{'", ">None<", "Undefined")
"""What a page shows when a value went through unread."""


@pytest.fixture
def whole(databases_of_kind: databases.Maker, home: Path, clock: Clock) -> Iterator[Whole]:
    url = databases_of_kind.migrated()
    yield grow(url, home)
    databases_of_kind.drop(url)


@pytest.fixture
def press(press: Press, monkeypatch: pytest.MonkeyPatch) -> Press:
    """What is printed on demand is printed by the press that is warm already."""
    monkeypatch.setattr(OnDemand, "press", press)
    return press


def said(answer: TestResponse) -> str:
    """What an answer says to whoever reads it."""
    content = answer.get_data()
    if answer.mimetype == "application/pdf":
        pdf = pypdf.PdfReader(io.BytesIO(content))
        assert len(pdf.pages) > 0
        return str((pdf.metadata or {}).get("/Subject")) + "".join("".join(p.extract_text().split()) for p in pdf.pages)
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            return packed.read("manifest.json").decode() if "manifest.json" in names else " ".join(names)
    text = content.decode("utf-8-sig", "replace")
    return text.encode().decode("unicode_escape") if "\\u" in text and answer.mimetype.endswith("json") else text


def wrong(app: Flask, whole: Whole, row: Row) -> str:
    """What is wrong with the answer at an address; "" when nothing."""
    path = app.url_map.bind("127.0.0.1").build(row.endpoint, dict(row.values), method="GET")
    visitor = whole.visitor(row.who)
    answer = visitor.client.get(path + (f"?{row.query}" if row.query else ""), follow_redirects=True, buffered=True)
    if answer.status_code != row.status:
        return f"{answer.status}"
    text = said(answer)
    if not answer.get_data():
        return "says nothing"
    if row.says not in text and row.says not in text.replace("&#39;", "'"):
        return f"does not say {row.says}: {text[:3000] if len(text) < 3000 else text[:100]}"
    if answer.mimetype == "text/html" and (raw := [one for one in RAW if one in text]):
        return f"shows {raw}"
    return ""


def writes(db: Database) -> list[str]:
    """What is written from now on, but for counts of what was tried."""
    found: list[str] = []

    @on.listens_for(db.engine, "before_cursor_execute")
    def look(_tx: Connection, _cursor: object, statement: str, *_: object) -> None:
        word, table = (*statement.split(), "", "")[:2]
        if word in {"INSERT", "UPDATE", "DELETE"} and "attempt" not in statement.split()[:3]:
            found.append(f"{word} {table}")

    return found


def test_every_address_answers_for_everything_it_can_name(whole: Whole, press: Press) -> None:
    """And writes nothing: what is counted against guessing alone is written by reading."""
    faults, seen = [], set()
    rows = list(addresses.rows(whole))
    for row in rows:
        whole.visitor(row.who)  # who enters writes
    written = writes(whole.app.extensions[SITE].db)
    for row in rows:
        seen.add(row.endpoint)
        fault = wrong(whole.app, whole, row) or ("writes " + written[0] if written else "")
        written.clear()
        if fault:
            faults.append(f"{row.endpoint} ({row.kind}) to {row.who or 'everybody'}: {fault}")
    assert faults == [], "\n".join(faults)
    served = {rule.endpoint for rule in whole.app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    assert served - seen == set(), "a new address needs its rows in tests/support/addresses.py"
