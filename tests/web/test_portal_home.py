"""The start of an enterprise: what it must do and by when, how it stands, what it may apply for now and from which day."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete

from repairflow.records import own_rule
from tests.support.building import COMPANIES, Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database


def test_who_signs_in_begins_here(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, "yunxi")
    assert visitor.client.get("/login/code").location == "/my/"
    assert "我的首页" in visitor.get("/my/")
    for words in (
        "没有等您办理的办件，",
        "里的消息都看过了",
        "没有正在公示的失信信息",
        "没有需要修复的信息",
        COMPANIES[0][1],
    ):
        assert words in visitor.text


def test_what_may_be_applied_for_and_from_which_day(app: Flask, town: Town) -> None:
    ready, early = town.record(date(2026, 1, 5)), town.record(date(2026, 5, 20))
    page = Visitor(app, town, "yunxi").get("/my/")
    assert f'href="/my/file/repair/{ready}"' in page
    assert f"/my/file/repair/{early}" not in page
    assert "起可以申请修复，还有 72 天" in page
    assert "有 <strong>2</strong> 条失信信息正在公示" in page
    assert ready not in Visitor(app, town, "hengtuo").get("/my/")


def test_what_is_due_comes_first_and_what_others_do_stands_apart(app: Flask, town: Town) -> None:
    mine, theirs = town.file_repair(), town.file_repair()
    town.do(mine, "request_supplement")
    town.serve(mine)  # the time for it runs from then
    page = Visitor(app, town, "yunxi").get("/my/")
    due, _, rest = page.partition('id="h-apply"')
    assert mine in due
    assert "去办理" in due
    assert "最迟" in due
    assert theirs not in due
    assert theirs in rest.partition('id="h-others"')[2]
    assert mine not in rest.partition('id="h-others"')[2]


def test_a_filing_that_was_begun_is_gone_on_with(app: Flask, town: Town) -> None:
    number = town.record(date(2026, 1, 5))
    visitor = Visitor(app, town, "yunxi")
    visitor.get(f"/my/file/repair/{number}")
    token = visitor.post(f"/my/file/repair/{number}").location.split("/drafts/")[1].split("/")[0]
    page = visitor.get("/my/")
    assert page.count(f"/my/drafts/{token}") == 2  # where it is to be gone on with, and where it is offered
    assert "继续申请修复" in page


def test_who_speaks_for_nobody_is_told_so(app: Flask, town: Town) -> None:
    Visitor(app, town, "acceptor@ENV").get("/my/", 403)
    stranger = app.test_client().get("/my/")
    assert (stranger.status_code, stranger.location) == (303, "/login?next=/my/")


def test_what_was_sent_and_not_looked_at_is_said_beside_what_is_due(app: Flask, town: Town) -> None:
    """A letter sets limits without waiting in a case: nothing due is not nothing to do."""
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    visitor = Visitor(app, town, "yunxi")
    assert "条消息还没有看" in visitor.get("/my/")
    visitor.post("/my/inbox/read")
    assert "条消息还没有看" not in visitor.get("/my/")


@pytest.mark.parametrize("known", [True, False], ids=["confirmed", "nobody confirmed"])
def test_a_day_that_nobody_confirmed_is_open_on_the_page(app: Flask, town: Town, known: bool) -> None:
    town.record(date(2026, 1, 5))
    town.record(date(2026, 5, 20))
    if not known:
        town.turn(delete(own_rule).where(own_rule.c.procedure == "periods"))
    page = Visitor(app, town, "yunxi").get("/my/")
    assert ("起可以申请修复（待核实）" in page, "最短公示期已满（待核实" in page) == (not known, not known)
    assert known == ("起可以申请修复，还有" in page)
