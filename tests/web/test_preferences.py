"""People choose how they are reached, and keep their deadlines in a calendar of their own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.casework.notifications.channels import open_feed
from repairflow.db import Database
from repairflow.records import calendar_feed, event, preference
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, replace(settings, smtp_url="smtp://127.0.0.1:2525"))


def address(who: Visitor) -> str:
    who.get("/preferences")
    who.post("/preferences/calendar")
    found = re.search(r'id="feed"[^>]*value="[^"]*(/calendar/[^"]+\.ics)"', who.text)
    assert found, who.text
    return found.group(1)


@pytest.mark.parametrize("name", ["yunxi", "acceptor@ENV", "system_admin@CREDIT"])
def test_everybody_chooses(app: Flask, town: Town, name: str) -> None:
    who = Visitor(app, town, name)
    who.get("/preferences")
    data = {"email": "a@example.cn", "phone": "138 0000 0000", "chosen": ["deadline/mail", "progress/sms"]}
    assert who.post("/preferences", data).status_code == 303
    kept = town.all(select(preference.c.topic, preference.c.channel).order_by(preference.c.topic))
    assert [tuple(row) for row in kept] == [("deadline", "mail"), ("progress", "sms")]
    page = who.get("/preferences")
    assert 'value="13800000000"' in page
    assert page.count(" checked") == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"email": "x", "phone": ""}, "电子邮箱格式不正确"),
        ({"email": "", "phone": "1"}, "11 位数字"),
        ({"email": "", "phone": "", "chosen": ["deadline/mail"]}, "请填写电子邮箱"),
        ({"email": "", "phone": "", "chosen": ["deadline/pigeon"]}, "不能选择"),
        ({"email": "", "phone": "", "chosen": ["deadline"]}, "不能选择"),
    ],
)
def test_what_cannot_work_is_asked_again(app: Flask, town: Town, data: dict[str, object], told: str) -> None:
    who = Visitor(app, town, "yunxi")
    who.get("/preferences")
    assert who.post("/preferences", data).status_code == 422
    assert told in who.text
    assert town.all(select(preference)) == []


def test_without_a_server_mail_is_not_offered(database: Database, settings: Settings, clock: Clock) -> None:
    town = Town(database, settings)
    who = Visitor(make(town), town, "yunxi")
    assert "/mail" not in who.get("/preferences")
    assert who.post("/preferences", {"email": "a@b.cn", "phone": "", "chosen": ["deadline/mail"]}).status_code == 422


def test_a_calendar_shows_its_owners_limits_alone(app: Flask, town: Town) -> None:
    number = town.file_repair()
    row = next(iter(town.dues(number).values()))
    mine = address(Visitor(app, town, f"{row.owner}@ENV"))
    other = address(Visitor(app, town, f"{row.owner}@MARKET"))
    stranger = app.test_client()
    answer = stranger.get(mine)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert f"DTSTART;VALUE=DATE:{row.due_day:%Y%m%d}" in answer.text
    assert number in answer.text.replace("\r\n ", "")
    assert number not in stranger.get(other).text.replace("\r\n ", "")
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_enterprise_sees_what_it_must_do_and_when_it_may_apply(app: Flask, town: Town) -> None:
    record = town.record()
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    own = town.dues(number)["supplement"]
    text = app.test_client().get(address(Visitor(app, town, "yunxi"))).text.replace("\r\n ", "")
    assert town.of_record(record).document_number in text
    assert f"DTSTART;VALUE=DATE:{own.due_day:%Y%m%d}" in text
    rival = app.test_client().get(address(Visitor(app, town, "hengtuo"))).text.replace("\r\n ", "")
    assert town.of_record(record).document_number not in rival


def test_an_address_is_shown_once_and_can_be_taken_back(app: Flask, town: Town) -> None:
    who, stranger = Visitor(app, town, "yunxi"), app.test_client()
    first = address(who)
    assert first not in who.get("/preferences")
    second = address(who)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    who.get("/preferences")
    assert who.post("/preferences/calendar/close").status_code == 303
    assert stranger.get(second).status_code == 404
    assert stranger.get("/calendar/anything.ics").status_code == 404
    acts = [
        row.action for row in town.all(select(event).where(event.c.action.like("%calendar_feed")).order_by(event.c.id))
    ]
    assert acts == ["open_calendar_feed", "close_calendar_feed", "open_calendar_feed", "close_calendar_feed"]
    town.sound()


def test_the_address_itself_is_not_kept(town: Town) -> None:
    with town.db.begin() as tx:
        token = open_feed(tx, town.actor("yunxi"), town.now)
    kept = town.one(select(calendar_feed.c.token_digest)).token_digest
    assert token not in kept
    assert len(kept) == 64
