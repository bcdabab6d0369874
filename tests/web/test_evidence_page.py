"""The PDF of a bundle that people read: what it says, that it is tagged, and that it is the same each time."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask import Flask
from pypdf import PdfReader

from repairflow.auditing import bundle, stand_alone_verifier
from repairflow.casework.queries.audit.case_events import history
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.audit import blueprint as audit
from repairflow.web.public import blueprint as public
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import application, sign, visit

pytestmark = pytest.mark.either_database


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    made = Town(database, settings)
    clerk, signed = made.actor("acceptor@ENV"), {"commitment_signed_by": "尉迟远"}  # on paper, entered at the window
    for _ in range(2):
        made.steps(made.file_repair(who=clerk, channel="window", inputs=signed), "accept", "report_verification")
    sign(made)
    return made


@pytest.fixture
def app(town: Town) -> Flask:
    def doors(app: Flask) -> None:
        app.register_blueprint(audit.blueprint)
        app.register_blueprint(public.blueprint)

    return application(town, doors)


def words(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_it_lists_events_answers_letters_and_how_to_check(town: Town, app: Flask) -> None:
    auditor = visit(app, town, "auditor@CREDIT")
    packed = auditor.get("/audit/cases/XF-2026-000001/bundle.zip").get_data()
    archive = zipfile.ZipFile(io.BytesIO(packed))
    pdf = archive.read(bundle.SUMMARY)
    assert bundle.SUMMARY in archive.read("README.md").decode()
    text = words(pdf)
    with town.db.read() as tx:
        kept = history(tx, town.law, town.case("XF-2026-000001"))
    for one in kept:
        assert one.digest in text
        assert re.sub(r"\s", "", one.label) in text
        for answer in one.answers:
            assert re.sub(r"\s", "", answer["text"]) in text, answer
    letters = stand_alone_verifier.Bundle(archive.read).manifest["letters"]
    assert letters
    for letter in letters:
        assert letter["number"] in text
        assert letter["text_digest"] in text
    assert "python3verify.py--key" in text
    assert "尉迟远" not in text  # personal values are not in a bundle, nor in what tells of it
    catalog = PdfReader(io.BytesIO(pdf)).root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "zh-CN"
    assert "/StructTreeRoot" in catalog
    assert auditor.get("/audit/cases/XF-2026-000001/bundle.zip").get_data() == packed


def test_that_of_a_search_tells_of_all_its_cases(town: Town, app: Flask) -> None:
    found = visit(app, town, "auditor@CREDIT").get("/audit/trail-bundles.zip", query_string={"action": "accept"})
    text = words(zipfile.ZipFile(io.BytesIO(found.get_data())).read(bundle.SUMMARY))
    assert "XF-2026-000001" in text
    assert "XF-2026-000002" in text
