"""The page of own rules: confirmed and taken back by the legal reviewer of the office alone."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, func, select

from repairflow.casework.admin import own_rules
from repairflow.records import event, own_rule
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database

DENY = "repair/2026-04/deny"
LAWYER = "legal_reviewer@ENV"
BACK = "/admin/rules/withdrawal"


def test_a_confirmation_is_taken_back_on_its_page(town: Town) -> None:
    app, office_id = make(town), str(town.offices["ENV"])
    standing = select(func.count()).select_from(own_rule).where(own_rule.c.office_id == town.offices["ENV"])
    before = town.one(standing)[0]
    lawyer = Visitor(app, town, "legal_reviewer@ENV")
    assert "撤回确认" in lawyer.get("/admin/rules")
    form = {"office": office_id, "confirmed": DENY, "reason": "条文已经修改"}
    for wrong, text in (
        ({"reason": ""}, "撤回的理由没有填写"),
        ({"confirmed": ""}, "有的规则不在所列之中"),
        ({"office": "x"}, "请从本页面选择单位"),
    ):
        assert lawyer.post(BACK, {**form, **wrong}).status_code == 422
        assert text in lawyer.text
    for who, status in (
        ("legal_reviewer@MARKET", 403),
        ("head@ENV", 403),
        ("yunxi", 403),
        ("system_admin@CREDIT", 403),
    ):
        other = Visitor(app, town, who)
        other.get("/admin/rules", 200 if who.startswith("legal") else 403)
        assert other.post(BACK, form).status_code == status, who
    assert town.one(standing)[0] == before
    assert lawyer.post(BACK, form).status_code == 303
    assert "已撤回 1 项确认" in lawyer.get("/admin/rules")
    assert town.one(standing)[0] == before - 1
    assert town.one(select(event.c.stream).where(event.c.action == "withdraw_rule")).stream == "office/ENV"
    assert lawyer.post(BACK, form).status_code == 303
    assert "没有改动" in lawyer.get("/admin/rules")


def test_only_the_legal_reviewer_of_the_office_confirms(town: Town) -> None:
    """Every post there is tries it, the subject, strangers and whoever is not signed in; nothing is written by them."""
    app, office_id = make(town), town.offices["ENV"]
    town.turn(delete(own_rule).where(own_rule.c.office_id == office_id, own_rule.c.action == "deny"))
    form = {
        "office": str(office_id), "rules": DENY, "document": "《本局规则》第二条", "document_day": "2026-04-01", "rank": "normative",
        "issuer": "云溪县生态环境局", "issuer_level": "county", "document_number": "云环规〔2026〕1号",
    }  # fmt: skip
    anybody = [
        who for who in town.people if who.endswith("@ENV") or "admin" in who or who in {"yunxi", "auditor@CREDIT"}
    ]
    before = town.counts()
    for who in (*anybody, "legal_reviewer@MARKET", "legal_reviewer@CREDIT"):
        if who != LAWYER:
            other = Visitor(app, town, who)
            other.get("/admin/rules", 200 if who.startswith("legal") else 403)
            assert other.post("/admin/rules", form).status_code == 403, who
    assert app.test_client().post("/admin/rules", data=form).status_code in {302, 303, 400, 401, 403}
    standing = select(func.count()).select_from(own_rule).where(own_rule.c.office_id == office_id)
    confirmed = town.one(standing)[0]
    assert town.counts()["own_rule"] == before["own_rule"]
    assert town.all(select(event.c.seq).where(event.c.action == "confirm_rule")) == []
    lawyer = Visitor(app, town, LAWYER)
    lawyer.get("/admin/rules")
    for wrong, text in (
        ({"document": ""}, "文件"), ({"document_day": "2999-01-01"}, "文件日期"), ({"document_day": "昨天"}, "请填写文件日期"),
        ({"rules": "repair/2026-04"}, "不在所列之中"), ({"rules": "repair/2026-04/none"}, "不在待确认之列"),
        ({"office": ""}, "请从本页面选择单位"), ({"rank": ""}, "文件层级没有选择"), ({"issuer_level": ""}, "级别没有选择"),
        ({"document_number": "没有"}, "不是文号"), ({"rules": "listing/2026-04/decide_listing"}, "以法律、法规、党中央、国务院文件的条款"),
    ):  # fmt: skip
        assert lawyer.post("/admin/rules", {**form, **wrong}).status_code == 422, wrong
        assert text in lawyer.text
    assert town.one(standing)[0] == confirmed
    assert lawyer.post("/admin/rules", form).status_code == 303
    assert "已确认 1 项本单位规则" in lawyer.get("/admin/rules")
    assert town.one(standing)[0] == confirmed + 1
    (made,) = town.all(select(event).where(event.c.action == "confirm_rule"))
    assert (made.stream, made.actor_id) == ("office/ENV", town.people[LAWYER])


def test_the_rules_stand_on_pages_a_phone_can_load(town: Town) -> None:
    """Each rule on one page; a search, an office of somebody else and a page past the last lead to rules, not to a failure."""
    lawyer = Visitor(make(town), town, LAWYER)
    seen: list[str] = []
    page, last = 0, 1
    while page < last:
        text = lawyer.get(f"/admin/rules?page={page}")
        assert len(text.encode()) < 70_000
        seen += re.findall(r'name="(?:confirmed|rules)" value="([^"]+)"', text)
        last, page = int(re.findall(r"页，共 (\d+) 页", text)[0]), page + 1
    with town.db.read() as tx:
        every = own_rules.shown(tx, town.law, town.offices["ENV"])
    assert sorted(seen) == sorted("/".join(one.rule) for one in every)
    assert last > 2
    found = lawyer.get("/admin/rules?q=准予修复 2026-04")
    assert DENY not in found
    assert "repair/2026-04/grant" in found
    assert "没有符合的规则" in lawyer.get("/admin/rules?q=没有这样的规则")
    assert f"第 {last} 页" in lawyer.get("/admin/rules?page=9999")
    assert "云溪县生态环境局" in lawyer.get(f"/admin/rules?office={town.offices['MARKET']}")
    answer = lawyer.post(
        "/admin/rules/withdrawal?page=2", {"office": str(town.offices["ENV"]), "confirmed": DENY, "reason": "改"}
    )
    assert (answer.status_code, answer.location.endswith("/admin/rules?page=2")) == (303, True)
