"""Officers read what they were told, and find the case from there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from repairflow.casework.queries import inbox
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

OFFICER = "acceptor@ENV"


def test_what_was_told_leads_to_the_case_and_is_marked_read(app: Flask, town: Town) -> None:
    number = town.file_repair()
    who = Visitor(app, town, OFFICER)
    page = who.get("/inbox/")
    assert f'href="/desk/cases/{number}"' in page
    assert "1 封未读" in page
    assert who.post("/inbox/read").status_code == 303
    assert "没有未读" in who.get("/inbox/")


def test_only_the_newest_unread_notices_are_looked_at(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count stands on every page; an officer who never marks one as read has all notices of the archive."""
    for _ in range(3):
        town.file_repair()
    actor = town.actor(OFFICER)
    for looked_at, counted in ((500, 3), (2, 2)):
        monkeypatch.setattr(inbox, "LOOKED_AT", looked_at)
        with town.db.read() as tx:
            assert inbox.unread(tx, actor) == counted


def test_what_waits_is_found_behind_many_that_have_passed(
    app: Flask, town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks at so many notices; where all of them have passed, it leads on."""
    waiting, *done = (town.file_repair() for _ in range(3))
    town.now = clock.travel(timedelta(hours=1))
    for number in done:
        town.steps(number, "accept")
    who = Visitor(app, town, OFFICER)
    assert f"待办：{waiting} 待受理" in who.get("/inbox/")
    monkeypatch.setattr(inbox, "LOOKED_AT", 2)
    page = who.get("/inbox/")
    assert waiting not in page
    assert "这一页没有消息" in page
    with town.db.read() as tx:
        first = inbox.inbox(tx, town.actor(OFFICER))
        second = inbox.inbox(tx, town.actor(OFFICER), before=first.next)
    assert (first.rows, [row.case_number for row in second.rows], second.next) == ((), [waiting], None)


def test_a_turn_that_has_passed_is_no_longer_waited_for(app: Flask, town: Town, clock: Clock) -> None:
    """Accepted an hour later: the notice to accept goes from the list and the count, and is found where one asks for it."""
    number, other = town.file_repair(), town.file_repair()
    town.now = clock.travel(timedelta(hours=1))
    town.steps(number, "accept")
    who = Visitor(app, town, OFFICER)
    page = who.get("/inbox/")
    assert (f"待办：{number} 待受理" in page, f"待办：{other} 待受理" in page, "1 封未读" in page) == (
        False,
        True,
        True,
    )
    page = who.get("/inbox/?all=1")
    assert (f"待办：{number} 待受理" in page, page.count("已办</span>"), "隐藏已办的待办" in page) == (True, 1, True)


def test_the_number_of_unread_stands_in_the_navigation(app: Flask, town: Town) -> None:
    town.file_repair()
    assert '收件箱 <span class="badge">1</span>' in Visitor(app, town, OFFICER).get("/desk/")


def test_reminders_and_escalations_arrive(app: Flask, town: Town, clock: Clock) -> None:
    town.file_repair()
    clock.travel(town.at(date(2026, 6, 16)))
    town.sweep()
    page = Visitor(app, town, "head@ENV").get("/inbox/")
    assert "督办：" in page
    assert "督办单" in page


def test_long_inboxes_are_paged(app: Flask, town: Town) -> None:
    for _ in range(31):
        town.file_repair()
    who = Visitor(app, town, OFFICER)
    first = who.get("/inbox/")
    assert first.count("list-group-item ") == 30
    assert "下一页" in first
    assert who.get("/inbox/?before=2").count("list-group-item ") <= 1
    who.get("/inbox/?before=x", 422)


@pytest.mark.parametrize(("name", "status"), [("yunxi", 403), ("system_admin@CREDIT", 200), ("auditor@CREDIT", 200)])
def test_it_is_for_staff(app: Flask, town: Town, name: str, status: int) -> None:
    Visitor(app, town, name).get("/inbox/", status)
