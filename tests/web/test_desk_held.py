"""待核对 on a page: the rows side by side, one reason for many, and nothing decided without it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.law.identifiers import mask_id
from repairflow.records import held_row, record
from tests.casework.test_identity import old, old_file
from tests.casework.test_intake import _code, bring
from tests.gateway.test_penalty_rows import ADULT
from tests.support.building import Town
from tests.web import portal_visit
from tests.web.desk_visit import Officer, make
from tests.web.portal_visit import Visitor


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def test_many_are_decided_at_once_with_one_reason(app: Flask, town: Town) -> None:
    bring(town, old_file(*(old(f"溪环罚〔2026〕{n}号", "2") for n in (1, 2, 3))))
    officer = Officer(app, town, "examiner@ENV")
    assert "待核对 3 项" in officer.get("/desk/imports")
    page = officer.get("/desk/held")
    assert "当前状态为“异议”" in page
    assert "溪环罚〔2026〕2号" in page
    keys = [row.id for row in town.all(select(held_row.c.id).order_by(held_row.c.id))]
    assert officer.post("/desk/held", {"item": keys[0], "decision": "accept", "reason": ""}).status_code == 422
    assert officer.post("/desk/held", {"decision": "accept", "reason": "已核对"}).status_code == 422
    assert (
        officer.post("/desk/held", {"item": [*keys[:2], "x"], "decision": "accept", "reason": "已核对"}).status_code
        == 303
    )
    assert [row.state for row in town.all(select(record).order_by(record.c.id))] == [
        "published",
        "published",
        "unpublished",
    ]
    assert "2 项已同意" in officer.get("/desk/held")


def test_other_offices_neither_see_nor_decide(app: Flask, town: Town) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号", "2")))
    other = Officer(app, town, "examiner@MARKET")
    assert "没有待核对的项目" in other.get("/desk/held")
    key = town.one(select(held_row)).id
    assert other.post("/desk/held", {"item": key, "decision": "accept", "reason": "看看"}).status_code == 404
    assert town.one(select(record)).state == "unpublished"


def test_an_annulment_is_proposed_on_the_page(app: Flask, town: Town) -> None:
    number = town.record()
    officer = Officer(app, town, "acceptor@ENV")
    officer.get("/desk/held")
    words = {"record": number, "ground": "court", "document": "判决书", "day": "2026-06-01", "reason": "已生效"}
    assert officer.post("/desk/held/annulments", words | {"document": ""}).status_code == 422
    assert "请填写“依据文书及文号”" in officer.text
    assert officer.post("/desk/held/annulments", words).status_code == 303
    assert "须由另一位批准人" in Officer(app, town, "decider@ENV").get("/desk/held")
    stranger = Officer(app, town, "acceptor@MARKET")
    stranger.get("/desk/held")
    assert stranger.post("/desk/held/annulments", words).status_code == 404


def test_a_person_is_told_apart_by_the_ends_of_the_number_and_no_column_is_empty(app: Flask, town: Town) -> None:
    head = (
        "行政相对人名称,行政相对人类别,自然人证件类型,自然人证件号码,行政处罚决定书文号,违法行为类型,处罚类别,"
        "处罚内容,处罚决定日期,处罚机关"
    )
    row = f"囡,自然人,居民身份证,{ADULT},溪环罚〔2026〕9号,焚烧秸秆,警告,警告。,2026-05-11,云溪县生态环境局"
    bring(town, f"{head}\n{row}\n".encode("utf-8-sig"))
    officer = Officer(app, town, "examiner@ENV")
    page = officer.get("/desk/held")
    assert "姓名只有一个字" in page
    assert "自然人证件号码" in page
    assert mask_id(ADULT) in page
    assert ADULT not in page
    assert 'scope="col">报送的内容<' in page
    assert "在档的内容</th>" not in page
    assert officer.post("/desk/held", {"item": 1, "decision": "accept", "reason": "已与证件核对"}).status_code == 303
    assert town.one(select(record)).document_number == "溪环罚〔2026〕9号"


def test_what_is_asked_about_a_record_names_its_subject_by_code(app: Flask, town: Town) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号", "2")))
    page = Officer(app, town, "examiner@ENV").get("/desk/held")
    assert page.count(_code()) == 2  # as delivered, and as it stands here
    officer = Officer(app, town, "acceptor@ENV")
    officer.get("/desk/held")
    words = {"ground": "court", "document": "判决书", "day": "2026-06-01", "reason": "已生效"}
    assert officer.post("/desk/held/annulments", words | {"record": town.record()}).status_code == 303
    assert "在档的内容</th>" in Officer(app, town, "decider@ENV").get("/desk/held")


def test_what_was_typed_in_is_of_no_line_of_a_table(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "examiner@ENV")
    officer.get("/desk/records/new")
    typed = {
        "office": "ENV", "CF_XDR_LB": "自然人", "CF_XDR_MC": "史密斯", "CF_XDR_ZJLX": "居民身份证", "CF_XDR_ZJHM": ADULT,
        "CF_WSH": "溪环罚〔2026〕8号", "CF_JDRQ": "2026-05-11", "CF_WFXW": "焚烧秸秆", "CF_CFLB": "警告", "CF_NR": "警告。",
    }  # fmt: skip
    assert officer.post("/desk/records/new", typed).status_code == 303
    page = officer.get("/desk/held")
    assert mask_id(ADULT) in page
    assert "手工录入" in page
    assert "第 1 行" not in page


def test_all_of_the_page_are_ticked_at_once_and_decided_above_and_below(app: Flask, town: Town) -> None:
    bring(town, old_file(*(old(f"溪环罚〔2026〕{n}号", "2") for n in (1, 2, 3))))
    page = Officer(app, town, "examiner@ENV").get("/desk/held")
    form = page[page.index('action="/desk/held"') :]
    form = form[: form.index("</form>")]
    all_ = re.search(r'<div class="[^"]*rf-needs-js"><input[^>]* data-rf-all="item">.*?</label>', form)
    assert all_ is not None
    assert "全选本页 3 项" in all_.group()
    assert form.index("全选本页") < form.index('name="item"')
    for value in ("accept", "refuse"):  # buttons of the form itself: they go without a script
        first, last = (find(f'name="decision" value="{value}"') for find in (form.index, form.rindex))
        assert first < form.index('name="item"') < form.rindex('name="item"') < last
    assert form.count('name="reason"') == 1


def test_a_subject_reads_neither_the_words_nor_the_names_of_who_looked(app: Flask, town: Town) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号", "2"), old("溪环罚〔2026〕2号", "2")))
    officer = Officer(app, town, "examiner@ENV")
    officer.get("/desk/held")
    keys = [row.id for row in town.all(select(held_row.c.id).order_by(held_row.c.id))]
    made = [row.number for row in town.all(select(record.c.number).order_by(record.c.id))]
    for key, decision in zip(keys, ("accept", "refuse"), strict=True):
        said = {"item": key, "decision": decision, "reason": "内部说法。"}
        assert officer.post("/desk/held", said).status_code == 303
    visitor = Visitor(portal_visit.make(town), town, "yunxi")
    for number, told in zip(made, ("<strong>公示</strong>", "<strong>单位内部办理</strong>"), strict=True):
        assert "内部说法" in officer.get(f"/desk/records/{number}")
        page = visitor.get(f"/my/records/{number}")
        trail = page[page.index("信息变动") :]
        assert [word for word in ("内部说法", "核查") if word in trail] == []
        (entry,) = (one for one in trail.split("<li") if told in one)
        assert "examiner@ENV" not in entry
