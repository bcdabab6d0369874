"""Administrators load a calendar year after seeing what it moves, and say that the clock is right."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.casework import clock_guard, heartbeats
from repairflow.records import calendar_year, event
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

ADMIN = "system_admin@CREDIT"
YEAR = """\
year = 2027
published = true
source = "国务院办公厅关于2027年部分节假日安排的通知"

[[holiday]]
name = "元旦"
from = 2027-01-01
to   = 2027-01-04
"""


def check(who: Visitor, text: str) -> int:
    who.get("/admin/calendar")
    data = {"csrf_token": who.token, "file": (io.BytesIO(text.encode()), "2027.toml")}
    who.page = who.client.post("/admin/calendar/check", data=data, content_type="multipart/form-data")
    return who.page.status_code


def loaded(town: Town) -> int:
    return len(town.all(select(calendar_year.c.id)))


def test_a_year_is_checked_then_confirmed(app: Flask, town: Town, clock: Clock) -> None:
    clock.travel(town.at(date(2026, 12, 30)))
    number = town.file_repair()
    who = Visitor(app, town, ADMIN)
    assert check(who, YEAR) == 200
    assert number in who.text
    assert loaded(town) == 0  # seen, not done
    answer = who.post("/admin/calendar", {"content": YEAR, "where": "2027.toml"})
    assert answer.status_code == 200
    assert number in who.text
    assert loaded(town) == 1
    assert "2027" in who.get("/admin/calendar")
    desk = Visitor(app, town, "acceptor@ENV")
    assert "暂定" not in desk.get(f"/desk/cases/{number}")
    town.sound()


def test_what_the_browser_sends_back_is_what_was_checked(app: Flask, town: Town) -> None:
    """The text travels through a hidden field: its line ends and first line survive."""
    who = Visitor(app, town, ADMIN)
    check(who, YEAR)
    assert who.post("/admin/calendar", {"content": YEAR.replace("\n", "\r\n"), "where": "2027.toml"}).status_code == 303
    assert town.one(select(calendar_year.c.content)).content == YEAR


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (YEAR + "work = [2027-01-04]\n", "2027.toml:9"),
        (YEAR + '[[holiday]]\nname = "元旦"\nfrom = 2027-01-02\nto = 2027-01-02\n', "2027.toml:11"),
        (YEAR.replace("2027", "2026"), "2027.toml:1"),
        ("x" * 70_000, "64 KB"),
    ],
    ids=["weekday", "twice", "other content", "too large"],
)
def test_a_bad_file_is_answered_with_its_line(app: Flask, town: Town, text: str, told: str) -> None:
    who = Visitor(app, town, ADMIN)
    assert check(who, text) == 422
    assert told in who.text
    assert loaded(town) == 0


def test_a_bad_file_is_refused_at_the_confirmation_too(app: Flask, town: Town) -> None:
    who = Visitor(app, town, ADMIN)
    who.get("/admin/calendar")
    assert who.post("/admin/calendar", {"content": YEAR.replace("2027", "2026"), "where": "x.toml"}).status_code == 422
    assert loaded(town) == 0


def test_a_year_of_the_package_is_checked_too(app: Flask, town: Town) -> None:
    who = Visitor(app, town, ADMIN)
    who.get("/admin/calendar")
    who.post("/admin/calendar/check", {"year": "2026"})
    assert "已经载入" in who.text


@pytest.mark.either_database
@pytest.mark.parametrize("name", ["acceptor@ENV", "supervisor@CREDIT", "auditor@CREDIT", "yunxi"])
@pytest.mark.parametrize("path", ["/admin/", "/admin/calendar", "/admin/clock"])
def test_only_administrators_come_in(app: Flask, town: Town, name: str, path: str) -> None:
    Visitor(app, town, name).get(path, 403)


def test_everybody_at_work_is_warned_in_december(app: Flask, town: Town, clock: Clock) -> None:
    who, subject = Visitor(app, town, "acceptor@ENV"), Visitor(app, town, "yunxi")
    warning = "2027 年的放假安排尚未载入"
    assert warning not in who.get("/desk/")
    clock.travel(town.at(date(2026, 12, 1)))
    who, subject = Visitor(app, town, "acceptor@ENV"), Visitor(app, town, "yunxi")
    assert warning in who.get("/desk/")
    assert warning not in subject.get("/my/credit-file")
    assert app.test_client().get("/health").get_json()["warnings"] == ["calendar"]


def jump(town: Town, clock: Clock) -> None:
    with town.db.begin() as tx:
        heartbeats.put(tx, clock_guard.CLOCK, clock())
    clock.travel(town.at(timedelta(hours=7)))


def test_the_clock_is_confirmed_on_a_page_and_in_the_trail(app: Flask, town: Town, clock: Clock) -> None:
    jump(town, clock)
    who = Visitor(app, town, ADMIN)
    assert "去处理" in who.get("/admin/")
    who.get("/admin/clock")
    assert who.post("/admin/clock").status_code == 303
    assert "已确认系统时间" in who.get("/admin/clock")
    kept = town.one(select(event).where(event.c.action == "confirm_clock"))
    assert (kept.actor_name, kept.actor_role) == (ADMIN, "system_admin")
    with town.db.read() as tx:
        assert not clock_guard.holding(tx, clock())
    town.sound()


def test_a_clock_nobody_asked_about_is_left_alone(app: Flask, town: Town) -> None:
    who = Visitor(app, town, ADMIN)
    who.get("/admin/clock")
    who.post("/admin/clock")
    assert town.all(select(event).where(event.c.action == "confirm_clock")) == []
