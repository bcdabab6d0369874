"""What a subject asks for on one page: review of a case, a commitment, removal from a list; and the cases around a case."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.law.identifiers import make_uscc
from repairflow.records import case_link, cases, office
from tests.conftest import Clock
from tests.support.building import COMPANIES, Town, png
from tests.support.read_terms import term_is_read
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

USCC = make_uscc("320830", COMPANIES[0][2])


def newest(town: Town) -> Any:
    return town.all(select(cases).order_by(cases.c.id))[-1]


def press(visitor: Visitor, path: str, data: dict[str, Any], step: str = "check") -> int:
    """The form last seen, filled in with `data` and sent on; the answer's code."""
    page = visitor.page.text[visitor.page.text.index("<main") :]
    carried = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields = {name: unescape(value) for name, value in carried if name != "csrf_token"}
    return visitor.post(path, {**fields, **data, "step": step}).status_code


def test_a_denied_applicant_asks_for_review_from_the_case(app: Flask, town: Town) -> None:
    town.turn(update(office).where(office.c.code == "ENV").values(parent_id=town.offices["MARKET"]))
    denied = town.ended()
    visitor = Visitor(app, town, "yunxi")
    path = f"/my/ask/review/{denied}"
    assert f'href="{path}"' in visitor.get(f"/my/cases/{denied}")
    visitor.get(path)
    assert press(visitor, path, {"in.new_facts": "复测报告已经出具。"}) == 422
    assert "请填写“复核请求和理由”" in visitor.text
    assert "复测报告已经出具。" in visitor.text
    assert press(visitor, path, {"in.claimed": "请求准予修复。"}) == 200
    assert press(visitor, path, {}, "file") == 303
    review = newest(town)
    assert (review.procedure, review.channel) == ("review", "portal")
    assert "已经收到您的申请" in visitor.get(f"/my/cases/{review.number}/receipt")
    page = visitor.get(f"/my/cases/{denied}")
    assert "复核正在办理" in page
    assert f'href="{path}"' not in page
    assert f'href="/my/cases/{denied}"' in visitor.get(f"/my/cases/{review.number}")


@pytest.mark.parametrize(
    ("situation", "shown", "hidden"),
    [
        ("granted", "", "申请复核"),  # nothing to be reviewed
        ("late", "已经超过期限", "/my/ask/review/"),
        ("open", "", "申请复核"),
    ],
)
def test_when_review_is_not_offered(
    app: Flask, town: Town, clock: Clock, situation: str, shown: str, hidden: str
) -> None:
    town.turn(update(office).where(office.c.code == "ENV").values(parent_id=town.offices["MARKET"]))
    number = {"granted": town.granted, "late": town.ended, "open": town.file_repair}[situation]()
    if situation == "late":
        term_is_read(town)
        town.serve(number)  # the time for a review runs from then
        clock.travel(town.at(timedelta(days=60)))
    visitor = Visitor(app, town, "yunxi")
    page = visitor.get(f"/my/cases/{number}")
    assert shown in page
    assert hidden not in page
    if situation == "late":
        path = f"/my/ask/review/{number}"
        visitor.get(path)
        assert press(visitor, path, {"in.claimed": "请求准予修复。"}) == 422  # told before it is confirmed
        assert "已经超过期限" in visitor.text
        assert "请求准予修复。" in visitor.text


def test_a_commitment_is_made_to_an_office_by_its_name(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, "yunxi")
    path = f"/my/ask/commitment/{USCC}"
    assert path in visitor.get("/my/ask")
    assert "举报" not in visitor.text[visitor.text.index("<main") : visitor.text.index("<footer")]
    visitor.get(path)
    given = {
        "kind": "voluntary", "in.office": "ENV", "in.matter": "排污许可", "in.undertaking": "达标排放。",
        "in.promised_day": (town.today + timedelta(days=30)).isoformat(), "in.commitment_signed_by": "宋远山",
    }  # fmt: skip
    assert press(visitor, path, given | {"in.commitment_signed_by": "林一鸣"}) == 422
    assert "须由登录的本人签署，请填写“宋远山”" in visitor.text
    assert press(visitor, path, given) == 200
    assert "云溪县生态环境局" in visitor.text
    assert "主动承诺" in visitor.text
    assert press(visitor, path, {}, "file") == 303
    case = newest(town)
    assert (case.procedure, case.kind, case.deciding_id) == ("commitment", "voluntary", town.offices["ENV"])
    page = visitor.get(f"/my/cases/{case.number}")
    assert "<dt>受理单位</dt><dd>云溪县生态环境局</dd>" in page


def test_removal_is_asked_from_the_list_entry(app: Flask, town: Town) -> None:
    entry, other = town.listed(), town.record()
    visitor = Visitor(app, town, "yunxi")
    page = visitor.get(f"/my/records/{entry}")
    assert f"/my/ask/list_removal/{entry}" in page
    assert page.index("/my/ask/list_removal/") < page.index("/my/file/objection/")
    for absent in ("处罚类别", "处罚内容", "申请修复", "/my/file/repair/"):  # an entry is left, not repaired
        assert absent not in page[page.index("<main") : page.index("<footer")], absent
    for said in ("所列名单", "列入决定书文号", "据以列入的文书", "列入期限", "列入决定书"):
        assert said in page, said
    assert "移出条件和程序" in page
    assert "/my/ask/list_removal" not in visitor.get(f"/my/records/{other}")
    path = f"/my/ask/list_removal/{entry}"
    visitor.get(path)
    early = town.of_record(entry).apply_from > town.today
    given = {"kind": "application", "in.grounds": "已经纠正。", "file-performance_proof": (BytesIO(png()), "证明.png")}
    assert press(visitor, path, given) == 200
    assert ("申请移出的，最短期限还没有满" in visitor.text) is early  # 撤销列入 waits for nothing


@pytest.mark.parametrize("path", ["review/XF-2026-000001", f"commitment/{USCC}", "tip_off/x", "rectification/x"])
def test_nobody_asks_for_somebody_else_or_what_offices_file(app: Flask, town: Town, path: str) -> None:
    town.ended()
    Visitor(app, town, "hengtuo").get(f"/my/ask/{path}", 404)


def test_a_subject_learns_nothing_of_a_tip_off(app: Flask, town: Town) -> None:
    tip, order = town.begin("tip_off"), town.begin("rectification")
    town.do(order, "issue")
    town.turn(insert(case_link).values(from_id=town.case(tip).id, to_id=town.case(order).id, action="uphold"))
    page = Visitor(app, town, "yunxi").get(f"/my/cases/{order}")
    assert tip not in page
    assert "关联办件" not in page


def test_what_a_step_was_told_is_readable(app: Flask, town: Town, clock: Clock) -> None:
    number = town.begin("interview")
    town.steps(number, "approve", "serve_notice")
    clock.travel(town.at(timedelta(days=8)))
    town.do(number, "record_meeting")
    page = Visitor(app, town, "yunxi").get(f"/my/cases/{number}")
    actions = town.procedure(number).action
    labels = [spec.label for name in ("serve_notice", "record_meeting") for spec in actions[name].inputs.values()]
    assert labels
    assert [label for label in labels if label not in page] == []
    assert "陈墨，县生态环境局，执法证 001\n周予安" in page
    assert "['" not in page


def test_guides_lead_on_to_the_filing(app: Flask, town: Town) -> None:
    """A stranger signs in and is there; an agent goes at once; an officer and a procedure nobody files have no way in."""
    table = [
        ("", "repair", "登录后申请信用修复", "/login?next=/my/credit-file"),
        ("yunxi", "repair", "在信用档案中选择信息，申请信用修复", "/my/credit-file"),
        ("acceptor@ENV", "repair", None, None),
        ("", "listing", None, None),
    ]
    for who, name, words, href in table:
        client = Visitor(app, town, who).client if who else app.test_client()
        page = client.get(f"/guides/{name}").get_data(as_text=True)
        if words is None:
            assert "登录后申请" not in page
            assert "在信用档案中选择信息" not in page
        else:
            assert f'href="{href}">{words}</a>' in page
