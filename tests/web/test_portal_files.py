"""Files over HTTP: shown to whoever may see the case or uploaded them, and to nobody else; harmless whatever they are."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.casework.case_state import materials
from repairflow.casework.documents import rendering_job
from repairflow.letters.model import LetterData, Pressed
from repairflow.records import letter, material
from tests.support.building import Town, png
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database


def press(town: Town, letter_id: int) -> bytes:
    pdf = b"%PDF-1.7 a letter\n%%EOF"
    rendering_job.press(
        town.db, town.services.letters, lambda _data: Pressed(pdf=pdf, sha256="0" * 64, pages=1), letter_id, town.now
    )
    return pdf


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("yunxi", 200),  # who uploaded it
        ("yunxi's agent", 200),  # speaks for the same subject
        ("acceptor@ENV", 200),  # decides the case
        ("auditor@CREDIT", 200),
        ("registrar@CREDIT", 200),  # receives the case
        ("hengtuo", 404),
        ("acceptor@MARKET", 404),
    ],
)
def test_who_may_see_the_files_of_a_case(app: Flask, town: Town, who: str, status: int) -> None:
    town.file_repair()
    file, paper = town.one(select(material)), town.one(select(letter))
    press(town, paper.id)
    visitor = Visitor(app, town, who)
    visitor.get(f"/materials/{file.token}", status)
    visitor.get(f"/letters/{paper.token}.pdf", status)


@pytest.mark.parametrize("how", ["removed", "discarded"])
@pytest.mark.parametrize("shared", [False, True])
def test_a_file_goes_with_the_last_row_that_names_it(app: Flask, town: Town, how: str, shared: bool) -> None:
    """Taken out of a draft, or thrown away with it: the file is gone, unless somebody else sent in the same one."""
    if shared:
        town.material("performance_proof", town.actor("hengtuo"), png(90))
    visitor = Visitor(app, town, "yunxi")
    draft = visitor.begin(town.record())
    visitor.get(f"{draft}/materials")
    assert visitor.upload(f"{draft}/materials", "performance_proof", ("凭证.png", png(90))).status_code == 303
    row = town.one(select(material).order_by(material.c.id.desc()).limit(1))
    kept = town.settings.materials / materials.name_of(row.digest)
    assert kept.exists()
    if how == "removed":
        assert visitor.post(f"{draft}/materials/{row.token}/remove").status_code == 303
    else:
        assert visitor.post(f"{draft}/discard", {"confirmed": "yes"}).status_code == 303
    visitor.get(f"/materials/{row.token}", 404)
    assert kept.exists() is shared


def test_an_upload_not_yet_handed_in_is_its_sender_s_alone(app: Flask, town: Town) -> None:
    token = town.material("performance_proof", town.actor("yunxi"))
    Visitor(app, town, "yunxi").get(f"/materials/{token}")
    for who in ("yunxi's agent", "acceptor@ENV", "registrar@CREDIT"):
        Visitor(app, town, who).get(f"/materials/{token}", 404)


def test_a_stranger_is_sent_to_the_login(app: Flask, town: Town) -> None:
    token = town.material("performance_proof", town.actor("yunxi"))
    answer = app.test_client().get(f"/materials/{token}")
    assert answer.status_code == 303
    assert "/login" in str(answer.location)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("缴款 凭证.png", "inline"), ('a"; filename=b.html', "inline"), ("../../etc/passwd", "inline")],
)
def test_a_material_is_served_as_what_it_is_and_runs_nothing(app: Flask, town: Town, name: str, shown: str) -> None:
    token = town.material("performance_proof", town.actor("yunxi"), png(), name)
    visitor = Visitor(app, town, "yunxi")
    visitor.get(f"/materials/{token}")
    headers = visitor.page.headers
    assert visitor.page.data == png()
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox;")
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Disposition"].startswith(shown)
    headers["Content-Disposition"].encode("ascii")  # a server cannot send anything else
    assert "/" not in headers["Content-Disposition"].split("filename", 1)[1]


def test_a_chinese_name_travels_in_utf_8(app: Flask, town: Town) -> None:
    token = town.material("performance_proof", town.actor("yunxi"), png(), "凭证.png")
    visitor = Visitor(app, town, "yunxi")
    visitor.get(f"/materials/{token}")
    assert "filename*=UTF-8''%E5%87%AD%E8%AF%81.png" in visitor.page.headers["Content-Disposition"]


def test_a_letter_that_is_not_pressed_yet_says_so(app: Flask, town: Town) -> None:
    town.file_repair()
    row = town.one(select(letter))
    visitor = Visitor(app, town, "yunxi")
    page = visitor.get(f"/letters/{row.token}.pdf", 202)
    assert "文书正在制作" in page
    assert row.number in page
    assert 'data-rf-reload="5"' in page
    assert "现在刷新" in page
    pdf = press(town, row.id)
    visitor.get(f"/letters/{row.token}.pdf")
    assert visitor.page.data == pdf
    assert visitor.page.headers["Content-Type"] == "application/pdf"
    visitor.page.headers["Content-Disposition"].encode("ascii")


def test_a_file_that_is_gone_is_said_plainly(app: Flask, town: Town) -> None:
    token = town.material("performance_proof", town.actor("yunxi"))
    for path in town.settings.materials.rglob("*"):
        if path.is_file():
            path.unlink()
    assert "文件暂时取不到" in Visitor(app, town, "yunxi").get(f"/materials/{token}", 503)


def test_the_content_of_a_letter_is_what_was_frozen(town: Town) -> None:
    town.file_repair()
    row = town.one(select(letter))
    assert LetterData.model_validate(row.content).addressee == "云溪环保科技有限公司"
