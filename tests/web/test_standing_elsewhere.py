"""How an organisation stands now, where it is asked elsewhere: behind its QR, on papers, and in pages of other sites."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from flask import Flask, Response
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from repairflow.casework.changes import IssueExtract
from repairflow.casework.dispatch import dispatch
from repairflow.records import letter, record, subject
from repairflow.web.core.security import EMBEDDED_POLICY
from repairflow.web.public import blueprint as public
from repairflow.web.public import credit
from tests.support.building import COMPANIES, Town
from tests.support.calling import application
from tests.support.every_kind import USCC
from tests.support.pages import violations
from tests.support.served import served
from tests.web.portal_visit import Visitor, make
from tests.web.test_public_portal import same, statements

pytestmark = pytest.mark.either_database

NAME = COMPANIES[0][1]
NOTHING = "没有查到公示中的信息"


@pytest.fixture
def app(town: Town) -> Flask:
    return application(town, lambda app: app.register_blueprint(public.blueprint))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def read(svg: str) -> str:
    """What the QR in a page or file says to a camera."""
    size = int(re.findall(r'viewBox="0 0 (\d+) \1" (?:role="img" aria-label="[^"]+" )?shape-rendering', svg)[0])
    picture = Image.new("L", (size, size), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg):
        picture.putpixel((int(x), int(y)), 0)
    (found,) = zxingcpp.read_barcodes(picture.resize((size * 8, size * 8), Image.Resampling.NEAREST))
    return str(found.text)


def test_the_qr_of_an_organisation_leads_to_how_it_stands_now(town: Town) -> None:
    number = town.record()
    visitor = Visitor(make(town), town, "yunxi")
    assert "/my/standing-qr" in visitor.get("/my/extracts")
    address = read(visitor.get("/my/standing-qr"))
    assert address == f"{town.settings.public_url}/credit/{USCC}"
    file = visitor.client.get("/my/standing-qr.svg")
    assert (read(file.text), file.mimetype) == (address, "image/svg+xml")
    anybody = make(town).test_client()
    path = address.removeprefix(town.settings.public_url)
    page = anybody.get(path)
    assert town.of_record(number).document_number in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"][:7]) == ("private, no-store", "noindex")
    town.turn(update(record).values(state="sealed"))
    assert NOTHING in anybody.get(path).text
    town.turn(update(subject).where(subject.c.uscc == USCC).values(kind="natural_person"))
    assert "<path" not in visitor.get("/my/standing-qr").split("<main", 1)[1]
    assert visitor.client.get("/my/standing-qr.svg").status_code == 404


def test_an_address_finds_by_a_code_alone(town: Town, client: FlaskClient) -> None:
    town.record()
    for text, found in (
        (USCC, True),
        (USCC.lower(), True),
        (NAME, False),
        ("91110000802100433B", False),
        ("x", False),
    ):
        assert (NAME in client.get(f"/credit/{text}").text) is found, text
        assert (NOTHING in client.get(f"/credit/{text}").text) is not found, text
    statuses = {client.get(f"/credit/{USCC}").status_code for _ in range(credit.LOOKS)}
    assert statuses == {200, 429}


def test_every_door_answers_alike_who_has_nothing_public(town: Town, client: FlaskClient) -> None:
    """In the same words, after the same statements, behind the QR, in the box and on the touch screen."""
    town.record()
    page = client.get("/kiosk/credit").text
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    doors = {
        "QR": lambda text: client.get(f"/credit/{text}"),
        "box": lambda text: client.get("/embed/credit", query_string={"q": text}),
        "kiosk": lambda text: client.post("/kiosk/credit", data={"q": text, "csrf_token": token}),
    }
    run = statements(town)
    for door, asks in doors.items():
        town.turn(update(record).values(state="published", of_person=False))
        assert NOTHING not in asks(USCC).text, door
        answers = set()
        for text, values in (
            ("91110000802100433B", {}), ("宋远山", {}), ("11010519491231002X", {}), (USCC, {"state": "sealed"}),
            (USCC, {"state": "ceased"}),
            (USCC, {"state": "masked"}), (USCC, {"of_person": True, "state": "published"}),
        ):  # fmt: skip
            if values:
                town.turn(update(record).values(values))
            run.clear()
            said = asks(text).text
            assert NOTHING in said, (door, text)
            said = re.sub(r'<div class="rf-eyebrow">统一社会信用代码.*?</div>', "", said)
            answers.add((same(said, text), tuple(run)))
        assert len(answers) == 1, door


def test_an_extract_says_where_the_present_is_found(town: Town) -> None:
    client = make(town).test_client()
    town.record()
    with town.db.begin() as tx:
        token = dispatch(tx, town.services, IssueExtract(town.actor("yunxi"), town.subjects["yunxi"]), town.now)
    row = town.one(select(letter).where(letter.c.token == token))
    assert f"现在的公示状况：{town.settings.public_url}/credit/{USCC}" in str(row.content)
    page = client.get(f"/verify/{token}").text
    assert f'href="/credit/{USCC}"' in page
    assert town.file_repair()
    other = town.one(select(letter.c.token).where(letter.c.kind != "status_extract")).token
    assert "/credit/" not in client.get(f"/verify/{other}").text


def test_the_box_may_stand_in_any_page_and_knows_nobody(town: Town, client: FlaskClient) -> None:
    for path in ("/embed/credit", f"/embed/credit?q={USCC}"):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"] == EMBEDDED_POLICY
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text
    assert "unsafe" not in EMBEDDED_POLICY
    for path in ("/credit", f"/credit/{USCC}", "/start"):
        assert client.get(path).headers["X-Frame-Options"] == "DENY", path
    signed_in = Visitor(make(town), town, "yunxi")
    assert signed_in.get("/embed/credit").count("<a ") == 1
    assert NAME not in signed_in.text
    statuses = [client.get(f"/embed/credit?q={USCC}").status_code for _ in range(credit.LOOKS)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def portal(box: str, policy: str) -> Flask:
    """A site of somebody else, at another address, under a strict policy."""
    app = Flask("portal")

    @app.get("/")
    def page() -> Response:
        frame = f'<iframe src="{box}" title="信用信息查询" width="100%" height="600" referrerpolicy="no-referrer"'
        boxed = ' sandbox="allow-forms allow-same-origin allow-popups"></iframe>'
        answer = Response(f"<!doctype html><html lang=zh><title>门户</title><h1>门户</h1>{frame}{boxed}")
        answer.headers["Content-Security-Policy"] = policy
        return answer

    return app


@pytest.mark.browser
def test_the_box_answers_in_a_page_of_another_origin(town: Town, app: Flask, page: Page) -> None:
    """Under a policy that forbids everything but this frame; nothing else of ours stands in a page of others."""
    number = town.record()
    with served(app) as port:
        ours = f"http://127.0.0.1:{port}"
        strict = f"default-src 'none'; frame-src {ours}; base-uri 'none'; form-action 'none'"
        with served(portal(f"{ours}/embed/credit", strict)) as theirs:
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.set_viewport_size({"width": 390, "height": 900})
            page.goto(f"http://localhost:{theirs}/")
            box = page.frame_locator("iframe")
            box.get_by_role("searchbox").fill(NAME)
            box.get_by_role("searchbox").press("Enter")
            expect(box.get_by_text(town.of_record(number).document_number)).to_be_visible()
            box.get_by_role("searchbox").fill("宋远山")
            box.get_by_role("button", name="查询").click()
            expect(box.get_by_text(NOTHING)).to_be_visible()
            assert said == []
            assert page.context.cookies() == []
            page.goto(f"{ours}/embed/credit?q={USCC}")
            assert violations(page) == []
        with served(portal(f"{ours}/credit", strict)) as theirs:
            page.goto(f"http://localhost:{theirs}/")
            expect(page.frame_locator("iframe").get_by_role("searchbox")).to_have_count(0)
            assert "frame" in said[-1]
