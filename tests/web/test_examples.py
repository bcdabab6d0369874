"""典型案例: written by one, published by another of the office, and naming nobody."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.auditing import chain
from repairflow.casework import event_log, party_names
from repairflow.casework.event_log import NewEvent
from repairflow.records import event, subject
from tests.support.building import COMPANIES, Town
from tests.support.every_kind import USCC
from tests.web.desk_visit import Officer

pytestmark = pytest.mark.either_database

WORDS = {
    "office": "ENV",
    "kind": "repaired",
    "title": "一家企业怎样修复信用",
    "text": "某环保公司按期整改。\n三个月后申请修复。",
}
NUMBER = "AL-2026-000001"


def settled(officer: Officer, decision: str, reason: str = "") -> int:
    officer.get("/desk/examples")
    return officer.post(f"/desk/examples/{NUMBER}", {"decision": decision, "reason": reason}).status_code


def test_one_writes_another_publishes(app: Flask, town: Town) -> None:
    anybody = app.test_client()
    clerk, other, stranger = (Officer(app, town, who) for who in ("acceptor@ENV", "decider@ENV", "acceptor@MARKET"))
    assert 'href="/desk/examples"' in clerk.get("/desk/acts")
    assert "写一个案例" in clerk.get("/desk/examples")
    assert clerk.post("/desk/examples", WORDS).status_code == 303
    assert "复核同意" not in clerk.get("/desk/examples")
    assert settled(clerk, "publish") == 403
    assert settled(stranger, "publish") == 404
    assert WORDS["title"] not in anybody.get("/examples").text
    assert "复核同意" in other.get("/desk/examples")
    assert settled(other, "publish") == 303
    assert settled(other, "refuse", "晚了") == 409
    page = anybody.get("/examples?kind=repaired").text
    for words in (WORDS["title"], "<p>三个月后申请修复。</p>", "云溪县生态环境局", "2026年6月10日公布"):
        assert words in page, words
    assert WORDS["title"] not in anybody.get("/examples?kind=broken").text
    assert 'href="/examples"' in anybody.get("/start").text
    assert settled(clerk, "withdraw") == 422
    assert settled(clerk, "withdraw", "情况变了。") == 303
    assert WORDS["title"] not in anybody.get("/examples").text
    trail = town.all(select(event).where(event.c.stream == f"example/{NUMBER}").order_by(event.c.seq))
    assert [(row.action, row.to_state) for row in trail] == [
        ("propose_example", "waiting"), ("publish_example", "published"), ("withdraw_example", "withdrawn"),
    ]  # fmt: skip
    assert chain.content(trail[0].body)["text"] == WORDS["text"]
    town.sound()


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("text", f"{COMPANIES[0][1]}按期整改。", f"请隐去：{COMPANIES[0][1]}"), ("title", f"代码 {USCC} 的单位", "统一社会信用代码"),
        ("text", f"代码 {USCC[:8].lower()} {USCC[8:]} 的单位", "统一社会信用代码"),
        ("text", "电话 13800001234。", "证件号码或者电话号码"), ("text", "证件 11010519491231002X。", "证件号码"),
        ("text", " ", "请填写“内容”"), ("kind", "other", "请选择类别"),
        ("title", "长" * 121, "不能超过 120 字"), ("office", "NONE", "请选择公布单位"),
    ],
)  # fmt: skip
def test_nobody_is_named(app: Flask, town: Town, field: str, words: str, said: str) -> None:
    town.record()
    clerk = Officer(app, town, "acceptor@ENV")
    clerk.get("/desk/examples")
    answer = clerk.post("/desk/examples", {**WORDS, field: words})
    assert answer.status_code == 422
    assert said in answer.text
    assert town.all(select(event).where(event.c.stream.like("example/%"))) == []


@pytest.mark.parametrize("words", ["重庆(新)建设有限公司", "重庆（新）建设 有限公司", "云溪 环保科技有限公司"])
def test_a_former_name_and_one_spelled_otherwise_name_somebody_too(app: Flask, town: Town, words: str) -> None:
    town.record()
    with town.db.begin() as tx:
        holder = town.subjects["yunxi"]
        party_names.rename(tx, holder, "重庆（新）建设有限公司", town.today, town.now)
        party_names.rename(tx, holder, COMPANIES[0][1], town.today, town.now)
        event_log.append(tx, f"subject/{holder}", NewEvent(action="rename", at=town.now))
    clerk = Officer(app, town, "acceptor@ENV")
    clerk.get("/desk/examples")
    answer = clerk.post("/desk/examples", {**WORDS, "text": f"{words}按期整改。"})
    assert (answer.status_code, "案例不写真名，请隐去" in answer.text) == (422, True)


@pytest.mark.parametrize("kind", ["organisation", "natural_person", "sole_trader"])
def test_nobody_learns_who_is_known_here(app: Flask, town: Town, kind: str) -> None:
    """Whom the writer does not see is not told of; before the example is public anybody's name keeps it back, and is not said."""
    town.turn(insert(subject).values(name="远山木", kind=kind, uscc="91110000802100433B"))
    clerk, other = (Officer(app, town, who) for who in ("acceptor@ENV", "decider@ENV"))
    clerk.get("/desk/examples")
    assert clerk.post("/desk/examples", {**WORDS, "text": "远山木按期整改。"}).status_code == 303
    other.get("/desk/examples")
    answer = other.post(f"/desk/examples/{NUMBER}", {"decision": "publish", "reason": ""})
    assert answer.status_code == 422
    assert "含有人名或者单位名称" in answer.text
    assert "请隐去：" not in answer.text
    assert settled(other, "refuse", "请隐去名称。") == 303


@pytest.mark.parametrize("kind", ["natural_person", "sole_trader"])
def test_of_a_person_no_name_is_repeated(app: Flask, town: Town, kind: str) -> None:
    town.record()
    town.turn(update(subject).values(kind=kind))
    clerk, stranger = (Officer(app, town, who) for who in ("acceptor@ENV", "acceptor@MARKET"))
    clerk.get("/desk/examples")
    answer = clerk.post("/desk/examples", {**WORDS, "text": f"{COMPANIES[0][1]}按期整改。"})
    assert answer.status_code == 422
    assert "含有人名，请隐去" in answer.text
    assert "请隐去：" not in answer.text
    stranger.get("/desk/examples")
    unseen = stranger.post("/desk/examples", {**WORDS, "office": "MARKET", "text": f"{COMPANIES[0][1]}按期整改。"})
    assert unseen.status_code == (303 if kind == "natural_person" else 422)  # a trader's record is public
