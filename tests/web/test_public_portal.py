"""公众服务: what citizens look up without an account; who has nothing public is told from nobody."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import Connection, insert, select, update
from sqlalchemy import event as on

from repairflow import times
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework.queries.records import public_lookup
from repairflow.law.publicity import list_days
from repairflow.letters.model import LetterData, Pressed
from repairflow.records import list_entry, office, record, subject
from repairflow.web.public import blueprint as public
from repairflow.web.public import credit
from repairflow.web.shared.press import OnDemand
from tests.conftest import Clock
from tests.support.building import COMPANIES, Town
from tests.support.calling import application
from tests.support.every_kind import USCC, made

pytestmark = pytest.mark.either_database

NAME, OTHER = COMPANIES[0][1], COMPANIES[1][1]
NOTHING = "没有查到公示中的信息"


@pytest.fixture
def client(town: Town) -> FlaskClient:
    def doors(app: Flask) -> None:
        app.register_blueprint(public.blueprint)

    return application(town, doors).test_client()


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was pressed, one page each, in place of the press."""
    pressed: list[str] = []

    class Fake:
        def press(self, data: LetterData) -> Pressed:
            pressed.append(data.kind)
            return made(data)

    monkeypatch.setattr(OnDemand, "press", Fake())
    return pressed


def looked(client: FlaskClient, text: str, path: str = "/credit") -> str:
    answer = client.get(path, query_string={"q": text})
    assert answer.status_code == 200
    return answer.text


def same(page: str, text: str) -> str:
    """The page without what was typed and what differs between any two requests."""
    return re.sub(r"[0-9a-f-]{36}", "", page.replace(text, "?"))


def statements(town: Town) -> list[str]:
    found: list[str] = []

    @on.listens_for(town.db.engine, "before_cursor_execute")
    def look(_tx: Connection, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    return found


def test_the_first_page_leads_everywhere(town: Town, client: FlaskClient) -> None:
    town.turn(update(office).where(office.c.code == "CREDIT").values(contact="云溪县政务大厅，电话 0517-5550100"))
    assert client.get("/").location == "/start"
    page = client.get("/start").text
    for there in ("/credit", "/lists", "/guides/repair", "/guides/objection", "/verify", "/report", "/login", "/acts"):
        assert f'="{there}"' in page, there
        assert client.get(there).status_code in (200, 303), there
    assert "0517-5550100" in page
    assert "noindex" not in page
    robots = client.get("/robots.txt").text
    assert {"Disallow: /verify/", "Disallow: /my/", "Allow: /start"} <= set(robots.splitlines())


def test_what_is_public_is_found_by_code_or_exact_name(town: Town, client: FlaskClient) -> None:
    number = town.record()
    disputed = town.file_objection(town.record(kinds=("stop_business", "fine"), fine="25"))
    town.do(disputed, "accept")
    document = town.of_record(number).document_number
    listed = town.listed()
    for text in (USCC, USCC.lower(), f" {USCC[:4]} {USCC[4:]}", NAME, f"{NAME} "):
        page = looked(client, text)
        for words in (
            NAME,
            document,
            "超标排放水污染物",
            "异议处理中",
            "严重",
            "最长至",
            "云溪县生态环境局",
            "严重失信主体名单",
        ):
            assert words in page, (text, words)
        assert page.count("异议处理中") == 1
    assert town.of_record(listed).document_number in page
    for part in (NAME[:4], USCC[:17], OTHER, f"%{NAME[2:]}"):
        assert NOTHING in looked(client, part)
    answer = client.get("/credit", query_string={"q": NAME})
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"][:7]) == ("private, no-store", "noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_an_entry_is_told_on_its_days_alone(town: Town, client: FlaskClient, clock: Clock) -> None:
    """Whether or not the worker has come; and never where its record is not shown."""
    town.honoured()
    entry = town.one(select(list_entry))
    last = list_days(town.law.packs["CN-2026"].list_kind["honour"], entry.listed_on).max_until
    pages = ("/credit", "/lists/honour")
    for day, shown in ((last, True), (last + timedelta(days=1), False)):
        clock.travel(times.at(day, time(10)))
        for path in pages:
            assert (NAME in client.get(path, query_string={"q": USCC}).text) is shown, (path, day)


def test_an_entry_is_hidden_with_its_record(town: Town, client: FlaskClient) -> None:
    number = town.listed()
    assert "严重失信主体名单" in looked(client, USCC)
    town.turn(update(record).where(record.c.number == number).values(minor=True))
    assert NOTHING in looked(client, USCC)
    assert NAME not in looked(client, USCC, "/lists/serious")


def test_no_answer_is_endless(town: Town, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [town.of_record(town.record(document=f"溪环罚〔2026〕{n}号")).document_number for n in (91, 92, 93)]
    assert "只列出最近的一部分" not in looked(client, USCC)
    monkeypatch.setattr(public_lookup, "MOST", 2)
    page = looked(client, USCC)
    assert "只列出最近的一部分" in page
    assert sum(number in page for number in numbers) == 2


def test_whoever_has_nothing_public_gets_one_answer(town: Town, client: FlaskClient) -> None:
    """In the same words, after the same statements: a person, one who is unknown, and whose record is sealed, ended, hidden."""
    number = town.record(performed=True)
    town.record(company="hengtuo")
    person = {"name": "宋远山", "kind": "natural_person", "uscc": None, "id_index": "x" * 64}
    trader = {"name": "何不言", "kind": "sole_trader", "uscc": "92320830MA1X2Y3T4Q"}
    for index, row in enumerate((person, trader)):
        town.turn(insert(subject).values(row))
        key = town.one(subject.select().where(subject.c.name == row["name"])).id
        moved = town.record(document=f"溪罚〔2026〕9{index}号")
        town.turn(update(record).where(record.c.number == moved).values(subject_id=key, of_person=index == 0))
    of_yunxi = update(record).where(record.c.number == number)
    assert NOTHING not in looked(client, NAME)
    assert NOTHING not in looked(client, str(trader["uscc"]))
    run, answers = statements(town), {}
    for name, text, values in (
        ("a person", "宋远山", {}), ("a trader under a person's name", "何不言", {}), ("unknown", "查无此单位有限公司", {}),
        ("an unknown code", "91110000802100433B", {}), ("no code", "11010519491231002X", {}),
        ("sealed", NAME, {"state": "sealed"}), ("ended", NAME, {"state": "ceased"}), ("masked", NAME, {"state": "masked"}),
        ("never public", USCC, {"state": "unpublished"}), ("of a child", NAME, {"state": "published", "minor": True}),
        ("over, not ended yet", NAME, {"state": "published", "minor": False, "max_until": town.today - timedelta(days=1)}),
    ):  # fmt: skip
        if values:
            town.turn(of_yunxi.values(values))
        run.clear()
        page = looked(client, text)
        assert NOTHING in page, name
        answers[name] = (same(page, text), tuple(run))
    assert len({page for page, _ in answers.values()}) == 1
    assert len({ran for _, ran in answers.values()}) == 1
    # the maximum ends publicity, whether or not the duty was performed
    town.turn(of_yunxi.values(duty_performed_on=None))
    assert NOTHING in looked(client, NAME)
    town.turn(of_yunxi.values(max_until=date(2030, 1, 1)))
    assert NOTHING not in looked(client, NAME)


def test_looking_is_throttled_for_each_address(town: Town, client: FlaskClient) -> None:
    statuses = [client.get("/credit?q=x").status_code for _ in range(credit.LOOKS + 1)]
    assert statuses == [200] * credit.LOOKS + [429]
    assert client.get("/credit").status_code == 200
    assert client.get("/credit?q=x", environ_overrides={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200


FIXED = {
    "basis": "设定依据", "conditions": "受理条件", "materials": "申请材料", "process": "办理流程", "limits": "办理时限",
    "fee": "收费标准", "contacts": "咨询监督电话",
}  # fmt: skip


def test_guides_are_data_beside_the_pages(town: Town) -> None:
    """Each with its fixed items, where to apply and the forms; kept by caches, asked again by tag."""
    town.turn(update(office).values(contact="云溪县政务大厅，0517-5550100"))
    client = make_app(Program(town.settings, town.db, town.services)).test_client()
    site = town.settings.public_url.rstrip("/")  # by whatever name of it somebody asks
    listed = {one["name"]: one for one in client.get("/guides.json", headers={"Host": "127.0.0.1"}).json["guides"]}
    assert all(one["url"].startswith(f"{site}/guides/") for one in listed.values())
    assert {"repair", "objection", "tip_off"} <= listed.keys()
    assert "record" not in listed
    for name, one in listed.items():
        answer = client.get(one["url"])
        data, page = answer.json, client.get(f"/guides/{name}").text
        assert all(item in data for item in FIXED), name
        assert all(f"{heading}</h2>" in page for heading in FIXED.values()), name
        assert data["contacts"] == {
            "云溪县信用中心（咨询、监督）": "云溪县政务大厅，0517-5550100",
            "云溪县生态环境局（咨询）": "云溪县政务大厅，0517-5550100",
            "云溪县市场监督管理局（咨询）": "云溪县政务大厅，0517-5550100",
        }
        for words in (*data["basis"], *data["conditions"], *data["contacts"], *(m["label"] for m in data["materials"])):
            assert escape(words) in page, (name, words)
        unread = [one for one in (*data["periods"], *data["limits"]) if not one["verified"]]
        parts = (bool(data["conditions"]) and not data["conditions_verified"]) + (not data["materials_verified"])
        marks = page.partition('id="diagram"')[0].count(">待核实<")
        assert marks == len(unread) + parts, name  # what nobody has read is marked on the page as in the data
        for form in data["forms"]:
            assert form["url"].removeprefix(site) in page
    repair = client.get("/guides/repair.json")
    assert repair.json["apply"] == f"{site}/my/credit-file"
    assert [form["title"] for form in repair.json["forms"]] == ["信用修复申请表", "信用修复承诺书"]
    assert (repair.headers["Cache-Control"], repair.headers["Access-Control-Allow-Origin"]) == (
        "public, max-age=300",
        "*",
    )
    again = client.get("/guides/repair.json", headers={"If-None-Match": repair.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in repair.headers
    assert [one["verified"] for one in repair.json["periods"]] == [False] * 3
    assert "受理期限 3 个工作日（待核实）" in client.get("/guides").text
    assert (
        client.get("/kiosk/guides/repair").text.count(">待核实<") == len(repair.json["limits"]) + 2
    )  # conditions and materials
    assert client.get("/guides/listing.json").json["apply"] is None
    for absent in ("record", "nothing"):
        assert client.get(f"/guides/{absent}.json").status_code == 404
    town.turn(update(office).values(contact=""))
    assert "还没有登记联系方式" in client.get("/guides/repair").text


def test_blank_forms_are_pressed_once_a_day(town: Town, client: FlaskClient, clock: Clock, press: list[str]) -> None:
    for _ in range(3):
        answer = client.get("/guides/forms/repair_application.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert press == ["repair_application"]
    assert client.get("/guides/forms/repair_granted.pdf").status_code == 404
    clock.travel(clock.instant + timedelta(days=1))
    client.get("/guides/forms/repair_application.pdf")
    assert press == ["repair_application"] * 2
