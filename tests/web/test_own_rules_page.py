"""The page of own rules: confirmed and taken back by the legal reviewer of the office alone."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from repairflow.db import Database
from repairflow.records import event, own_rule
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

DENY = "repair/2026-04/deny"
BACK = "/admin/rules/withdrawal"


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


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
