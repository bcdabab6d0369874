"""A form sent after the session had ended: where no script keeps what was typed, its words come back to who sent it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete

from repairflow.records import web_session
from tests.support.building import Town
from tests.web.desk_visit import Officer

pytestmark = pytest.mark.either_database
REASON = "现场核查未见违法行为，建议准予修复。"


@pytest.fixture
def address(town: Town) -> str:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    return f"/desk/cases/{case}"


def left(app: Flask, town: Town, address: str) -> Officer:
    """An officer who opened the page, and whose session has ended since."""
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(address)
    with town.db.begin() as tx:
        tx.execute(delete(web_session))
    return officer


@pytest.mark.parametrize(
    ("form", "field"), [("/notes", "text"), ("/priority", "reason"), ("/actions/propose_grant", "reason")]
)
def test_its_words_come_back(app: Flask, town: Town, address: str, form: str, field: str) -> None:
    officer = left(app, town, address)
    sent = officer.post(
        address + form, {field: REASON, "ground": "x"}, headers={"Referer": f"http://localhost{address}"}
    )
    assert sent.status_code == 401
    assert REASON in officer.text
    assert "登录已超时，没有提交" in officer.text
    assert f"/login?next={address}&ended=1" in officer.text
    assert "no-store" in sent.headers["Cache-Control"]


def test_numbers_of_people_do_not(app: Flask, town: Town, address: str) -> None:
    officer = left(app, town, address)
    given = {"text": REASON, "named": "宋远山 11010519491231002X", "phone": "电话 13800138000", "word": "no words"}
    assert officer.post(f"{address}/notes", given).status_code == 401
    assert REASON in officer.text
    for kept in ("11010519491231002X", "13800138000", "no words"):
        assert kept not in officer.text


@pytest.mark.parametrize("given", [{"text": "1"}, {}])
def test_without_words_it_is_the_login_at_once(app: Flask, town: Town, address: str, given: dict[str, str]) -> None:
    sent = left(app, town, address).post(f"{address}/notes", given)
    assert (sent.status_code, "/login?" in sent.headers["Location"]) == (303, True)


def test_a_form_of_another_site_says_nothing_here(app: Flask, town: Town, address: str) -> None:
    officer = left(app, town, address)
    sent = officer.client.post(f"{address}/notes", data={"text": "请联系冒充的客服。", "csrf_token": "forged"})
    assert "冒充" not in sent.get_data(as_text=True)
    assert sent.status_code in {303, 400}
