"""Lists and interviews of a subject: told to itself and to the offices that handle it, to nobody else."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask import Flask

from repairflow.casework.queries.records.lists_and_interviews import standing
from repairflow.errors import NotFound
from tests.law_stories.chaining import opened
from tests.support.building import Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

DOCUMENT = {"basis_number": "溪环罚〔2026〕9号", "basis_office": "云溪县生态环境局", "basis_date": "2026-05-20"}


def listed(town: Town, kind: str = "serious") -> str:
    case = opened(town, "listing", inputs={"list_kind": kind, **DOCUMENT})
    if kind == "serious":
        town.do(case, "link_person")
    town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
    return case


def interviewed(town: Town) -> str:
    """A reminder interview that was held and signed; its rectification runs."""
    case = opened(town, "interview", kind="reminder")
    town.do(case, "approve")
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-16T09:30"})
    town.at(date(2026, 6, 16), time(9, 40))
    town.steps(case, "record_meeting", "sign_record")
    return case


@pytest.mark.parametrize("who", ["yunxi", "yunxi's agent"])
def test_the_credit_file_says_which_list_since_when_until_when_and_how_to_leave(
    app: Flask, town: Town, who: str
) -> None:
    case = listed(town)
    page = Visitor(app, town, who).get("/my/credit-file")
    for words in (
        "严重失信主体名单", "云溪县生态环境局，2026年6月10日列入，至 2029年6月10日期满", "自 2027年6月11日起可以申请移出",
        "列入满规定的最短期限，且已纠正失信行为", "在列期间可以依法采取的措施：限制参加政府采购和工程投标",
        f'href="/my/cases/{case}"', "没有约谈记录",
    ):  # fmt: skip
        assert words in page, words


def test_interviews_stand_in_the_credit_file_and_at_the_desk_and_are_not_public(app: Flask, town: Town) -> None:
    case = interviewed(town)
    for who, path in (("yunxi", "/my/credit-file"), ("acceptor@ENV", f"/desk/cases/{town.file_repair()}")):
        page = Visitor(app, town, who).get(path)
        for words in ("提示性约谈", "约谈后整改", "云溪县生态环境局，2026年6月16日", case, "没有列入任何名单"):
            assert words in page, words
    assert case not in Visitor(app, town, "hengtuo").get("/my/credit-file")


def test_who_stands_on_no_list_is_told_so(app: Flask, town: Town) -> None:
    listed(town)
    page = Visitor(app, town, "hengtuo").get("/my/credit-file")
    assert "没有列入任何名单" in page
    assert "没有约谈记录" in page
    assert "严重失信主体名单" not in page


def test_the_desk_tells_it_beside_a_case_of_the_subject(app: Flask, town: Town) -> None:
    """The authority opens the listing itself; another office that handles the subject reads of it and opens nothing."""
    case, objection = listed(town), town.file_repair()
    page = Visitor(app, town, "acceptor@ENV").get(f"/desk/cases/{objection}")
    assert "主体的名单和约谈" in page
    assert f'href="/desk/cases/{case}"' in page
    assert "没有约谈记录" in page


def test_a_list_that_was_left_is_told_with_its_end(town: Town) -> None:
    listed(town, "watch")
    town.at(town.law.calendar.add_working_days(town.today, 140))
    town.sweep()
    with town.db.read() as tx:
        (one,) = standing(tx, town.law, town.actor("yunxi"), town.subjects["yunxi"]).entries
    assert (one.label, one.left, one.left_on) == ("重点关注名单", "期满移出", town.today)


def test_others_are_not_told(town: Town) -> None:
    listed(town)
    with town.db.read() as tx:
        for who in ("hengtuo", "acceptor@MARKET"):
            with pytest.raises(NotFound):
                standing(tx, town.law, town.actor(who), town.subjects["yunxi"])
        for who in ("auditor@CREDIT", "supervisor@CREDIT"):  # the credit office looks over every office's cases
            assert standing(tx, town.law, town.actor(who), town.subjects["yunxi"]).entries
