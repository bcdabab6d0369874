"""自助终端: whoever stands there next finds nothing of the person before."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as BrowserError
from sqlalchemy import select, update

from repairflow.records import letter, subject
from repairflow.web.public import blueprint as public
from tests.support.building import COMPANIES, Town
from tests.support.calling import application
from tests.support.every_kind import USCC
from tests.support.pages import violations
from tests.support.served import served
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database

NAME = COMPANIES[0][1]
PAGES = ("/kiosk", "/kiosk/credit", "/kiosk/verify", "/kiosk/guides", "/kiosk/guides/repair")


@pytest.fixture
def app(town: Town) -> Flask:
    return application(town, lambda app: app.register_blueprint(public.blueprint))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as port:
        yield f"http://127.0.0.1:{port}"


def token(page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def test_the_terminal_answers(town: Town, client: FlaskClient) -> None:
    """Led to from the first page; kept by nothing, listed nowhere; what is typed stands in no address."""
    number = town.record()
    assert 'href="/kiosk"' in client.get("/start").text
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200
        assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"][:7]) == ("private, no-store", "noindex")
        assert not re.search(r'href="(?!/kiosk|/static)', answer.text), path
        assert ("http-equiv" in answer.text) is (path != "/kiosk")
    assert "Disallow: /kiosk" in client.get("/robots.txt").text
    assert NAME not in client.get(f"/kiosk/credit?q={USCC}").text
    sent = {"csrf_token": token(client.get("/kiosk/credit").text), "q": USCC}
    assert town.of_record(number).document_number in client.post("/kiosk/credit", data=sent).text
    sent["q"] = "宋远山"
    assert "没有查到公示中的信息" in client.post("/kiosk/credit", data=sent).text
    found = client.post("/kiosk/verify", data={**sent, "code": "https://x/verify/unknown-code-1"}).text
    assert "没有查到这份文书" in found


def test_what_is_sent_again_after_clearing_is_refused(town: Town) -> None:
    """The browser's offer to send the form once more brings nothing back; nobody is signed out by a link of another site."""
    town.record()
    visitor = Visitor(make(town), town, "yunxi")
    client = visitor.client
    sent = {"csrf_token": token(client.get("/kiosk/credit").text), "q": USCC}
    assert NAME in client.post("/kiosk/credit", data=sent).text
    elsewhere = client.get("/kiosk/clear", headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, "Clear-Site-Data" in elsewhere.headers) == (303, False)
    assert NAME in client.post("/kiosk/credit", data=sent).text
    cleared = client.get("/kiosk/clear", headers={"Sec-Fetch-Site": "same-origin"})
    assert cleared.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert cleared.location == "/kiosk"
    again = client.post("/kiosk/credit", data=sent)
    assert again.status_code == 400
    assert NAME not in again.text
    assert client.get("/my/").status_code == 303


def test_a_browser_that_does_not_say_whence_it_came_is_cleared(client: FlaskClient) -> None:
    """An old one, or one over plain http: the next person at the terminal counts more."""
    client.get("/kiosk/credit")
    assert "Clear-Site-Data" in client.get("/kiosk/clear").headers
    assert not client.get_cookie("repairflow-form")
    assert "Clear-Site-Data" not in client.get("/kiosk/clear", headers={"Sec-Fetch-Site": "same-site"}).headers


def test_a_letter_is_told_as_on_its_page(town: Town) -> None:
    client = make(town).test_client()
    case = town.file_repair()
    town.do(case, "accept")
    row = town.one(select(letter).order_by(letter.c.id.desc()).limit(1))
    sent = {"csrf_token": token(client.get("/kiosk/verify").text), "code": row.token}

    def facts(page: str) -> str:
        return re.findall(r'<dl class="rf-answers">.*?</dl>', page, re.DOTALL)[0]

    shown = facts(client.post("/kiosk/verify", data=sent).text)
    assert shown == facts(client.get(f"/verify/{row.token}").text)
    for words in ("制发单位", row.number, "（名称经过遮盖）", "有效"):
        assert words in shown, words
    town.turn(update(subject).values(name="溪山新名有限公司"))
    assert (
        facts(client.post("/kiosk/verify", data=sent).text) == shown
    )  # the name on the paper, whatever it is called now


def left(page: Page) -> str:
    """All that the browser could show of whoever was here: page, fields, history, storage, cookies."""
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    kept = "(() => { try { return JSON.stringify([localStorage, sessionStorage]); } catch { return ''; } })()"
    fields = "[...document.querySelectorAll('input')].map(e => e.value)"
    shown = page.evaluate(f"[document.documentElement.outerHTML, ...{fields}, {kept}].join(' ')")
    return f"{history} {shown} {page.context.cookies()}"


@pytest.mark.browser
def test_a_minute_without_a_touch_leaves_nothing(town: Town, address: str, page: Page) -> None:
    """Typed by its own keys, found, warned of, cleared; then neither Back nor history, cache nor cookies tell."""
    number = town.record()
    document = town.of_record(number).document_number
    page.clock.install()
    page.goto(f"{address}/kiosk")
    page.get_by_role("link", name="查单位信用").click()
    for key in USCC:
        page.get_by_role("group", name="屏幕键盘").get_by_role("button", name=key, exact=True).click()
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text(document)).to_be_visible()
    assert USCC not in page.url
    assert document in left(page)
    page.clock.run_for(50_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="继续使用").click()
    page.clock.run_for(44_000)
    expect(page.get_by_text(document)).to_be_visible()
    page.clock.run_for(20_000)
    page.wait_for_url(f"{address}/kiosk")
    expect(page.get_by_role("heading", name="请选择要办的事")).to_be_visible()
    for look in (lambda: None, page.go_back, page.go_forward, page.reload):
        look()
        page.wait_for_load_state()
        found = left(page)
        for words in (document, NAME, USCC, "repairflow-form"):
            assert words not in found, words


@pytest.mark.browser
def test_ending_clears_at_once_and_nothing_leads_out(town: Town, address: str, page: Page) -> None:
    town.record()
    page.goto(f"{address}/kiosk")
    page.get_by_role("link", name="怎么办理").click()
    page.get_by_role("link", name="信用修复").first.click()
    page.get_by_role("heading", name="受理条件").wait_for()
    assert page.evaluate("history.length") == 2  # the empty page of a new window, and one of ours
    page.get_by_role("link", name="返回首页").click()
    page.get_by_role("link", name="查单位信用").click()
    page.get_by_label("统一社会信用代码").fill(NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.get_by_role("link", name="结束使用").click()
    page.wait_for_url(f"{address}/kiosk")
    assert NAME not in left(page)
    assert page.context.cookies() == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1080])
def test_the_pages_can_be_used_by_everybody(town: Town, address: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    for path in PAGES:
        page.goto(address + path)
        assert violations(page) == [], path


@pytest.mark.browser
def test_without_script_a_page_clears_itself(town: Town, address: str, chromium: Browser) -> None:
    town.record()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/kiosk/credit")
    page.get_by_label("统一社会信用代码").fill(NAME)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text(NAME)).to_be_visible()
    assert page.locator('meta[http-equiv="refresh"]').get_attribute("content") == "60;url=/kiosk/clear"
    page.goto(f"{address}/kiosk/clear")  # where it goes by itself
    with pytest.raises(BrowserError, match="ERR_CACHE_MISS"):  # the browser asks whether to send the form again
        page.go_back()
    expect(page.get_by_text(NAME)).to_have_count(0)
    context.close()
