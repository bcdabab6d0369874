"""投诉 and 举报 by anybody: sealed names, a number and a code, and by them the state, nothing more."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from repairflow.casework.cases import tracking_code
from repairflow.law.identifiers import make_uscc
from repairflow.records import cases, event, material, sealed_input
from repairflow.web.public import blueprint as public
from repairflow.web.public import complaints
from tests.support.building import COMPANIES, Town, png
from tests.support.calling import application

pytestmark = pytest.mark.either_database

USCC = make_uscc("320830", COMPANIES[0][2])
FORM = f"/report/tip_off/{USCC}"
GIVEN = {
    "in.about": "dishonesty",
    "in.facts": "夜间偷排。",
    "in.informant_name": "何不言",
    "in.informant_contact": "13900000000",
}


@pytest.fixture
def client(town: Town) -> FlaskClient:
    def doors(app: Flask) -> None:
        app.register_blueprint(public.blueprint)

    return application(town, doors).test_client()


def fields(page: str) -> dict[str, Any]:
    """What the page's form carries by itself."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(unescape(value))
    return found


def hand_in(client: FlaskClient, given: dict[str, Any] | None = None) -> str:
    """A tip-off from the first page to the last; the last."""
    page = client.get(FORM).text
    page = client.post(FORM, data={**fields(page), **(given or GIVEN), "step": "check"}).text
    answer = client.post(FORM, data={**fields(page), "step": "file"})
    assert answer.status_code == 200, answer.text[:1500]
    return unescape(answer.text)


def test_anybody_reports_and_follows_by_a_code(client: FlaskClient, town: Town) -> None:
    page = hand_in(client, {**GIVEN, "file-evidence": (io.BytesIO(png()), "照片.png")})
    case = town.all(select(cases))[-1]
    code = tracking_code.code(town.vault, case.number)
    assert case.number in page
    assert code in page
    assert (case.procedure, case.confidential, case.filed_by, case.inputs["source"]) == (
        "tip_off",
        True,
        None,
        "portal",
    )
    look = client.get("/report/follow").text
    answer = client.post("/report/follow", data={**fields(look), "number": case.number, "code": code.lower()})
    assert "待受理" in answer.text
    town.do(case.number, "accept")
    answer = client.post("/report/follow", data={**fields(look), "number": case.number.lower(), "code": code})
    assert "核查中" in answer.text
    for hidden in ("夜间偷排", "云溪环保", "举报", "环境局"):
        assert hidden not in answer.text[answer.text.index("<h1") : answer.text.index("<form")], hidden


def test_the_name_lies_in_the_vault_alone(client: FlaskClient, town: Town) -> None:
    hand_in(client, {**GIVEN, "file-evidence": (io.BytesIO(png()), "照片.png")})
    case = town.all(select(cases))[-1]
    sealed = town.all(select(sealed_input).where(sealed_input.c.case_id == case.id))
    assert {row.name: town.vault.open(row.sealed) for row in sealed} == {
        "informant_name": "何不言", "informant_contact": "13900000000",
    }  # fmt: skip
    assert town.one(select(material).where(material.c.case_id == case.id)).uploaded_by is None
    assert town.one(select(event).where(event.c.case_id == case.id)).actor_id is None
    with town.db.read() as tx:
        for table in ("cases", "event", "event_personal", "letter", "notice", "outbox"):
            for row in tx.execute(text(f"SELECT * FROM {table}")):
                assert not {"何不言", "13900000000"} & set(re.findall(r"何不言|13900000000", str(tuple(row)))), table


@pytest.mark.parametrize("change", ["code", "number", "other", "empty"])
def test_a_wrong_code_tells_nothing(client: FlaskClient, town: Town, change: str) -> None:
    hand_in(client)
    tip, repair = town.all(select(cases))[-1].number, town.file_repair()
    code = tracking_code.code(town.vault, tip)
    number, given = {
        "code": (tip, "AAAA-AAAA-AAAA-AAAA"),
        "number": ("JB-2026-999999", tracking_code.code(town.vault, "JB-2026-999999")),
        "other": (repair, tracking_code.code(town.vault, repair)),  # only complaints and tip-offs are followed so
        "empty": (tip, "码"),
    }[change]
    look = client.get("/report/follow").text
    answer = client.post("/report/follow", data={**fields(look), "number": number, "code": given})
    assert answer.status_code == 404
    assert "没有查到" in answer.text
    assert code not in answer.text


@pytest.mark.parametrize(
    ("typed", "status"),
    [("云溪环保科技有限公司", 303), (USCC.lower(), 303), ("云溪环保", 404), ("%", 404), ("91320830MA1X2Y3T00", 404)],
)
def test_a_company_is_found_by_its_whole_name_or_code_only(client: FlaskClient, typed: str, status: int) -> None:
    assert client.get("/report/tip_off", query_string={"q": typed}).status_code == status


@pytest.mark.parametrize("path", ["/report/repair", f"/report/rectification/{USCC}", "/report/tip_off/nobody"])
def test_only_what_anybody_may_file_is_here(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_faulty_form_comes_back_whole(client: FlaskClient, town: Town) -> None:
    page = client.get(FORM).text
    answer = client.post(FORM, data={**fields(page), **GIVEN, "in.facts": "", "in.about": "nonsense", "step": "check"})
    assert answer.status_code == 422
    assert "何不言" in answer.text
    assert "请填写“具体事实”" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert town.all(select(cases)) == []


def test_pressing_twice_reports_once(client: FlaskClient, town: Town) -> None:
    page = client.get(FORM).text
    page = client.post(FORM, data={**fields(page), **GIVEN, "step": "check"}).text
    answers = [client.post(FORM, data={**fields(page), "step": "file"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(town.all(select(cases))) == 1


def test_forms_and_guesses_are_throttled(client: FlaskClient) -> None:
    look = fields(client.get("/report/follow").text)
    guesses = [
        client.post("/report/follow", data={**look, "number": "x", "code": "y"}) for _ in range(complaints.LOOKS + 1)
    ]
    assert guesses[-1].status_code == 429
