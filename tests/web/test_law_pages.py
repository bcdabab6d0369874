"""程序与规则 on pages: the law listed, two versions compared, a draft checked, proposed and put in force by two persons."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select

from repairflow.records import event, law_draft, law_file, person, role_grant
from repairflow.times import SHANGHAI
from repairflow.web.admin import law
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.shipped import edited, part, source
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

ONE, OTHER = "legal_reviewer@ENV", "legal_reviewer@CREDIT"
NEW = edited(
    source("tip_off"), ('version   = "2026-04"', 'version   = "2026-07"'), ("effective = 2026-04-01", "effective = 2026-07-01"),
    ("days = { working = 15 }", "days = { working = 12 }"),
)  # fmt: skip
DRAFTS = "/admin/law/drafts"


def check(who: Visitor, text: str, status: int = 200) -> str:
    """The page that says what the checks make of a file."""
    who.get("/admin/law")
    data = {"csrf_token": who.token, "file": (io.BytesIO(text.encode()), "draft.toml")}
    who.page = who.client.post("/admin/law/check", data=data, content_type="multipart/form-data")
    assert who.page.status_code == status, who.text[:500]
    return who.text


def proposed(who: Visitor, text: str = NEW) -> int:
    check(who, text)
    assert who.post(DRAFTS, {"content": text}).status_code == 303
    found = re.search(r"/admin/law/drafts/(\d+)", who.get("/admin/law"))
    assert found
    return int(found[1])


def test_versions_and_packs_are_listed_with_what_is_read_of_them(town: Town, app: Flask) -> None:
    said = Visitor(app, town, ONE).get("/admin/law")
    assert all(word in said for word in ("信用修复", "2023-05", "深圳市信用修复", "CN-2026", "待核对", "施行中"))


def test_two_versions_are_compared_in_labels(town: Town, app: Flask) -> None:
    who = Visitor(app, town, ONE)
    of_substance = who.get("/admin/law/repair/2026-04/2026-04.2")
    assert "只看实质变化" in of_substance
    assert "办理期限" in of_substance
    assert '<td data-th="方面" class="rf-nowrap">依据</td>' not in of_substance
    said = who.get("/admin/law/repair/2026-04/2026-04.2?show=all")
    assert '<td data-th="方面" class="rf-nowrap">依据</td>' in said
    assert all(
        word in said
        for word in ("办理期限", "7 个工作日", "3 个工作日", "《深圳经济特区社会信用条例》第八十二条第一款")
    )
    assert "serve_notice" not in said


def test_two_rule_packs_are_compared_in_labels(town: Town, app: Flask) -> None:
    who = Visitor(app, town, ONE)
    assert "/admin/law/packs/CN-2023/CN-2026" in who.get("/admin/law")
    assert "施行日期" in who.get("/admin/law/packs/CN-2023/CN-2026")
    said = who.get("/admin/law/packs/CN-2023/CN-2026?show=all")
    assert all(word in said for word in ("施行日期", "2023-05-01", "2026-04-01", "最短公示期", "公示期"))


@pytest.mark.parametrize(
    "path",
    [
        "packs/CN-2023/CN-2031",
        "packs/X/CN-2026",
        "repair/2026-04/2031-01",
        "nothing/2026-04/2026-04",
        "repair/x/2026-04",
    ],
)
def test_a_version_nobody_has_is_absent(town: Town, app: Flask, path: str) -> None:
    Visitor(app, town, ONE).get(f"/admin/law/{path}", 404)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace('to = "unfounded"\n', 'to = "nowhere"\n', 1), "nowhere"),
        ("procedure = \n", "不是有效的 TOML"),
        ('colour = "red"\n', "看不出是什么文件"),
        (source("2026", "calendars"), "工作日历"),
    ],
    ids=["fault", "no toml", "no law", "calendar"],
)
def test_a_draft_with_a_fault_is_told_and_not_kept(town: Town, app: Flask, text: str, said: str) -> None:
    who = Visitor(app, town, ONE)
    page = check(who, text, 422)
    assert said in page
    assert "提请施行" not in page
    assert who.post(DRAFTS, {"content": text}).status_code == 422
    assert town.all(select(law_draft)) == []


def test_a_draft_is_checked_tried_and_compared_and_nothing_is_written(town: Town, app: Flask) -> None:
    who = Visitor(app, town, ONE)
    said = check(who, NEW)
    assert all(word in said for word in ("没有错误", "2026-07-01", "试算", "15 个工作日", "12 个工作日", "提请施行"))
    assert town.all(select(law_draft)) == []


def test_what_would_be_otherwise_stands_case_by_case_and_what_is_left_out_is_told(
    town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [town.file_repair() for _ in range(2)]
    for number in numbers:
        town.do(number, "refuse")
    shorter = edited(
        source("repair"), ('version   = "2026-04"', 'version   = "2026-07"'), ("effective = 2026-04-01", "effective = 2026-07-01"),
        part("repair", "clock.acceptance", "working = 3", "working = 2"),
    )  # fmt: skip
    who = Visitor(app, town, ONE)
    said = check(who, shorter)
    assert "试算：2 件已办结的办件中 2 件会不同" in said
    assert "不改动任何办件" in said
    assert [said.count(f"<li>{number}<ul><li>受理期限会在") for number in numbers] == [1, 1]
    assert "没有列出" not in said
    monkeypatch.setattr(law, "SHOWN", 1)
    assert "另有 1 处没有列出" in check(who, shorter)


def test_who_mends_a_draft_is_told_the_line_and_led_back(town: Town, app: Flask) -> None:
    page = check(Visitor(app, town, ONE), NEW.replace('to = "unfounded"\n', 'to = "nowhere"\n', 1), 422)
    line = NEW[: NEW.index('to = "unfounded"\n')].count("\n") + 1
    assert f"第 {line} 行：" in page
    assert "返回，重新上传" in page


def test_two_persons_put_it_in_force_from_its_day_on_on_every_node(town: Town, app: Flask) -> None:
    one, other = Visitor(app, town, ONE), Visitor(app, town, OTHER)
    key = proposed(one)
    assert proposed(one) == key
    assert one.post(f"{DRAFTS}/{key}", {"step": "enforce"}).status_code == 403
    assert town.all(select(law_file)) == []
    assert "看检查、试算和不同之处" in other.get("/admin/law")
    other.page = other.post("/admin/law/check", {"draft": str(key)})
    assert all(word in other.text for word in ("试算：", "15 个工作日", "12 个工作日", "返回草案")), other.text[:500]
    assert "提请施行</button>" not in other.text
    assert other.post("/admin/law/check", {"draft": "999"}).status_code == 404
    other.get("/admin/law")
    assert other.post(f"{DRAFTS}/{key}", {"step": "enforce"}).status_code == 303
    said = other.get("/admin/law")
    assert "已决定施行" in said
    assert "2026-07" in said
    law = town.services.law
    assert law.in_force("tip_off", date(2026, 6, 30)).version == "2026-04"
    assert law.in_force("tip_off", date(2026, 7, 1)).version == "2026-07"
    assert other.post(f"{DRAFTS}/{key}", {"step": "enforce"}).status_code == 409
    other.page = other.post(DRAFTS, {"content": NEW + "\n# 另一个文件\n"})
    assert (other.page.status_code, "2026-07" in other.text) == (422, True)
    told = [
        (row.action, row.actor_role)
        for row in town.all(select(event).where(event.c.stream.startswith("law/")).order_by(event.c.id))
    ]
    assert told == [("propose_law", "legal_reviewer"), ("enforce_law", "legal_reviewer")]


def test_what_was_put_in_force_is_taken_back_before_its_day_on_every_node(town: Town, app: Flask, clock: Clock) -> None:
    one, other = Visitor(app, town, ONE), Visitor(app, town, OTHER)
    key = proposed(one)
    assert one.post(f"{DRAFTS}/{key}", {"step": "withdraw"}).status_code == 409
    other.get("/admin/law")
    assert other.post(f"{DRAFTS}/{key}", {"step": "enforce"}).status_code == 303
    assert "施行前撤回</button>" in one.get("/admin/law")
    assert one.post(f"{DRAFTS}/{key}", {"step": "drop"}).status_code == 409
    assert one.post(f"{DRAFTS}/{key}", {"step": "withdraw"}).status_code == 303
    said = one.get("/admin/law")
    assert "施行前已撤回" in said
    assert town.services.law.in_force("tip_off", date(2026, 7, 1)).version == "2026-04"
    assert one.post(f"{DRAFTS}/{key}", {"step": "withdraw"}).status_code == 409
    again = proposed(one)
    assert again != key
    other.get("/admin/law")
    assert other.post(f"{DRAFTS}/{again}", {"step": "enforce"}).status_code == 303
    other.get("/admin/law")
    assert town.services.law.in_force("tip_off", date(2026, 7, 1)).version == "2026-07"
    clock.travel(datetime(2026, 7, 1, 9, tzinfo=SHANGHAI))
    other = Visitor(app, town, OTHER)
    assert "施行前撤回</button>" not in other.get("/admin/law")
    assert other.post(f"{DRAFTS}/{again}", {"step": "withdraw"}).status_code == 409
    told = [row.action for row in town.all(select(event).where(event.c.stream.startswith("law/")).order_by(event.c.id))]
    assert told == ["propose_law", "enforce_law", "withdraw_law", "propose_law", "enforce_law"]


def test_who_else_may_decide_is_named_and_hints_come_after_what_matters(town: Town, app: Flask) -> None:
    one = Visitor(app, town, ONE)
    said = check(one, NEW)
    assert (
        said.index("试算：") < said.index("与前一版本的不同") < said.index("检查提示") < said.index("提请施行</button>")
    )
    proposed(one)
    names = "、".join(
        sorted(
            str(row.name)
            for row in town.all(select(person))
            if "legal_reviewer" in row.login and row.id != town.actor(ONE).id
        )
    )
    assert names
    assert f"等待另一位法制审核人员（{names}）决定" in one.get("/admin/law")
    with town.db.begin() as tx:
        tx.execute(
            delete(role_grant).where(
                role_grant.c.role == "legal_reviewer", role_grant.c.person_id != town.actor(ONE).id
            )
        )
    assert "没有另一位法制审核人员，请系统管理员" in one.get("/admin/law")


def test_a_draft_can_be_dropped_by_whoever_proposed_it(town: Town, app: Flask) -> None:
    one = Visitor(app, town, ONE)
    key = proposed(one)
    assert one.post(f"{DRAFTS}/{key}", {"step": "drop"}).status_code == 303
    assert "已作废" in one.get("/admin/law")
    assert town.all(select(law_file)) == []
    assert one.post(f"{DRAFTS}/{key}", {"step": "drop"}).status_code == 409
    assert one.post(f"{DRAFTS}/999", {"step": "drop"}).status_code == 404
    assert one.post(f"{DRAFTS}/{key}", {"step": "else"}).status_code == 422


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace("2026-07-01", "2026-06-10").replace('"2026-07"', '"2026-06"'), "已到"),
        (edited(NEW, ('version   = "2026-07"', 'version   = "2026-04"')), "2026-04"),
    ],
    ids=["day that has come", "version there is"],
)
def test_what_cannot_be_put_in_force_is_not_taken(town: Town, app: Flask, text: str, said: str) -> None:
    who = Visitor(app, town, ONE)
    who.get("/admin/law")
    who.page = who.post(DRAFTS, {"content": text})
    assert (who.page.status_code, said in who.text) == (422, True)
    assert town.all(select(law_draft)) == []


@pytest.mark.parametrize("who", ["acceptor@ENV", "head@ENV", "system_admin@CREDIT", "yunxi", "auditor@CREDIT"])
def test_nobody_else_sees_or_decides(town: Town, app: Flask, who: str) -> None:
    key = proposed(Visitor(app, town, ONE))
    stranger = Visitor(app, town, who)
    stranger.get("/admin/law", 403)
    for path, data in ((DRAFTS, {"content": NEW}), (f"{DRAFTS}/{key}", {"step": "enforce"}), ("/admin/law/check", {})):
        assert stranger.post(path, data).status_code == 403
    assert [row.state for row in town.all(select(law_draft))] == ["proposed"]
