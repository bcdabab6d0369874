"""The page 罚款界线: stated, listed and recounted by the legal reviewer of the office alone; records say that a class is provisional."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, func, select

from repairflow.records import cases, fine_threshold, record
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database

PAGE, RECOUNT = "/admin/thresholds", "/admin/thresholds/recount"


def test_lines_are_stated_and_records_recounted_on_the_page(town: Town) -> None:
    with town.db.engine.begin() as tx:
        tx.execute(delete(fine_threshold))
    number = town.record(date(2026, 4, 10), fine="2")
    app, office_id = make(town), str(town.offices["ENV"])
    form = {
        "office": office_id, "minor_below_wan": "0.5", "serious_from_wan": "50", "document": "《裁量基准》第三条",
        "document_day": "2026-04-01",
    }  # fmt: skip
    owner = Visitor(app, town, "yunxi")
    assert "轻微失信（暂定）" in owner.get(f"/my/records/{number}")
    assert "界线没有写明" in owner.text
    for who in ("legal_reviewer@MARKET", "head@ENV", "yunxi", "system_admin@CREDIT"):
        other = Visitor(app, town, who)
        other.get(PAGE, 200 if who.startswith("legal") else 403)
        assert other.post(PAGE, form).status_code == 403, who
        assert other.post(RECOUNT, {"office": office_id}).status_code == 403, who
    count = select(func.count()).select_from(fine_threshold)
    assert town.one(count)[0] == 0
    lawyer = Visitor(app, town, "legal_reviewer@ENV")
    assert "没有写明" in lawyer.get(PAGE)
    for wrong, text in (
        ({"minor_below_wan": "很多"}, "请填写数字"),
        ({"serious_from_wan": "0.1"}, "应大于较大数额的起点"),
        ({"serious_from_wan": "1000000001"}, "应大于零、不超过1,000,000,000，单位万元"),
        ({"minor_below_wan": "0"}, "应大于零、不超过1,000,000,000，单位万元"),
        ({"document_day": "四月"}, "请填写文件日期"),
    ):
        assert lawyer.post(PAGE, {**form, **wrong}).status_code == 422
        assert text in lawyer.text
    assert lawyer.post(PAGE, {**form, "office": "x"}).status_code == 403
    assert town.one(count)[0] == 0
    assert lawyer.post(PAGE, form).status_code == 303
    assert "列出须重新分类的信息" in lawyer.get(PAGE)  # and classes nothing until it is asked to
    assert number not in lawyer.text
    assert all(
        words in lawyer.get(f"{PAGE}?office={office_id}")
        for words in (number, "轻微失信（暂定） → 一般失信", "暂缓：须先告知当事人并听取意见")
    )
    assert town.one(select(record)).state == "unpublished"
    assert lawyer.post(RECOUNT, {"office": office_id}).status_code == 303
    case = town.one(select(cases))
    assert case.procedure == "correction"
    assert f"已开出信息更正 {case.number}，先告知当事人并听取意见" in lawyer.get(f"{PAGE}?office={office_id}")
    assert f"暂缓：正在办理信息更正 {case.number}" in lawyer.text
    assert town.one(select(record)).state == "unpublished"
    assert "轻微失信（暂定）" in owner.get(f"/my/records/{number}")
    given = {"corrections": case.inputs["corrections"]}
    town.do(case.number, "serve_notice", inputs=given)
    town.steps(case.number, "state_defence", "propose_heard")
    assert town.one(select(record)).state == "unpublished"
    town.do(case.number, "correct", inputs=given)
    assert "没有须重新分类的信息" in lawyer.get(f"{PAGE}?office={office_id}")
    assert town.one(select(record)).state == "published"
    assert "（暂定）" not in owner.get(f"/my/records/{number}")
