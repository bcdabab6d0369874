"""The queue and the list of all cases: order, figures, filters, search, pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from repairflow.casework.queries.cases import view as case_queries
from repairflow.records import role_grant, subject
from repairflow.web.staff import case_lists
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def numbers(page: str) -> list[str]:
    """Case numbers in the table, from top to bottom."""
    return re.findall(r'href="/desk/cases/([A-Z]+-\d+-\d+)(?:\?looked=[^"]*)?">', page)


def test_the_queue_is_ordered_by_due_day(app: Flask, town: Town, clock: Clock) -> None:
    """Filed later but late, due today, due later: the nearest end comes first."""
    first = town.file_repair()
    town.now = clock.travel(timedelta(days=1))
    second = town.file_repair()
    town.now = clock.travel(timedelta(days=6))
    third = town.file_repair()
    page = Officer(app, town, "acceptor@ENV").get("/desk/")
    assert numbers(page) == [first, second, third]
    assert "逾期 2 件" in page
    assert "其余 1 件" in page
    assert "剩 3 个工作日" in page


@pytest.mark.parametrize(
    ("who", "waiting"),
    [
        ("acceptor@ENV", ["submitted"]),  # who may break any case off is not waited for in all
        ("examiner@ENV", ["verifying"]),
        ("reviewer@ENV", ["reviewing"]),
        ("decider@ENV", []),
        ("provider@ENV", []),
        ("acceptor@MARKET", []),
    ],
)
def test_the_queue_holds_the_cases_that_wait_for_me(app: Flask, town: Town, who: str, waiting: list[str]) -> None:
    """In each of them the case page offers a step of the visitor's own."""
    cases = {"submitted": town.file_repair(), "verifying": town.file_repair(), "reviewing": town.file_repair()}
    town.do(cases["verifying"], "accept")
    town.steps(cases["reviewing"], "accept", "report_verification")
    mine = [cases[state] for state in waiting]
    assert numbers(Officer(app, town, who).get("/desk/")) == mine
    for case in mine:
        with town.db.read() as tx:
            found = case_queries.view(tx, town.law, town.actor(who), case, town.now)
        assert any(option.mine for option in found.options)


def test_tabs_count_and_filter(app: Flask, town: Town) -> None:
    with town.db.begin() as tx:
        tx.execute(
            insert(role_grant).values(
                person_id=town.people["registrar@CREDIT"], role="acceptor", office_id=town.offices["ENV"]
            )
        )
    repair, objection = town.file_repair(), town.file_objection()
    officer = Officer(app, town, "registrar@CREDIT")
    page = officer.get("/desk/")
    assert sorted(numbers(page)) == sorted([repair, objection])
    for tab in ("全部 2", "信用修复 1", "异议处理 1"):
        assert tab in page
    assert numbers(officer.get("/desk/?procedure=objection")) == [objection]
    assert "没有符合条件的待办" in officer.get("/desk/?procedure=objection&own=1")


def test_only_those_i_handled(app: Flask, town: Town) -> None:
    """A case sent back for verification returns to whoever verified it; another examiner's does not show."""
    case, other = town.file_repair(), town.file_repair()
    town.steps(case, "accept", "report_verification", "return_to_verification")
    town.do(other, "accept")
    officer = Officer(app, town, "examiner@ENV")
    assert sorted(numbers(officer.get("/desk/"))) == sorted([case, other])
    assert numbers(officer.get("/desk/?own=1")) == [case]


def test_a_disputed_record_is_marked(app: Flask, town: Town) -> None:
    case = town.file_objection()
    town.do(case, "accept")
    assert "异议已标注" in Officer(app, town, "checker@CREDIT").get("/desk/")


def test_an_empty_queue_says_so(app: Flask, town: Town) -> None:
    page = Officer(app, town, "acceptor@ENV").get("/desk/")
    assert "没有待办" in page
    assert "data-rf-queue" not in page


def test_pages_by_keyset(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_lists, "PAGE", 2)
    cases = [town.file_repair() for _ in range(5)]
    officer = Officer(app, town, "acceptor@ENV")
    for path, order in (("/desk/", cases), ("/desk/cases", cases[::-1])):
        seen, page = [], officer.get(path)
        while True:
            seen += numbers(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            if following is None:
                break
            page = officer.get(following.group(1))
            assert "回到第一页" in page
        assert seen == order


@pytest.mark.parametrize("path", ["/desk/?after=x", "/desk/cases?after=x", "/desk/?after=2026-06-10.x"])
def test_a_forged_cursor_is_refused(app: Flask, town: Town, path: str) -> None:
    assert "翻页标记无效" in Officer(app, town, "acceptor@ENV").get(path, 422)


def test_search_finds_by_everything_people_know(app: Flask, town: Town) -> None:
    yunxi = town.file_repair(town.record(document="溪环罚〔2026〕47号"))
    hengtuo = town.file_repair(town.record(company="hengtuo", document="溪环罚〔2026〕61号"), who=town.actor("hengtuo"))
    code = town.one(select(subject.c.uscc).where(subject.c.id == town.subjects["hengtuo"])).uscc
    officer = Officer(app, town, "acceptor@ENV")
    for text, found in (
        ("恒拓", [hengtuo]), ("〔2026〕47号", [yunxi]), (code, [hengtuo]), (code.lower(), [hengtuo]),
        ("溪环罚", [hengtuo, yunxi]), ("%", []), ("没有这家", []),
    ):  # fmt: skip
        assert numbers(officer.get(f"/desk/cases?q={text}")) == found, text


def test_a_number_leads_to_its_case(app: Flask, town: Town) -> None:
    case = town.file_repair()
    officer = Officer(app, town, "acceptor@ENV")
    answer = officer.client.get(f"/desk/cases?q= {case.lower()} ")
    assert (answer.status_code, answer.location) == (303, f"/desk/cases/{case}")
    foreign = Officer(app, town, "acceptor@MARKET").get(f"/desk/cases?q={case}")
    assert "没有找到办件" in foreign
    assert "云溪环保科技有限公司" not in foreign


def test_open_and_closed(app: Flask, town: Town) -> None:
    going, ended = town.file_repair(), town.file_repair()
    town.do(ended, "withdraw")
    officer = Officer(app, town, "acceptor@ENV")
    assert numbers(officer.get("/desk/cases?state=open")) == [going]
    assert numbers(officer.get("/desk/cases?state=closed")) == [ended]
    assert numbers(officer.get("/desk/cases?procedure=objection")) == []
    assert "已办结" in officer.get("/desk/cases")


def test_agents_have_no_desk(app: Flask, town: Town) -> None:
    visitor = Officer(app, town, "yunxi")
    for path in ("/desk/", "/desk/cases", "/desk/imports", "/oversight/"):
        visitor.get(path, 403)


def test_the_limit_that_runs_is_named(app: Flask, town: Town) -> None:
    """While a supplement is awaited the acceptance limit stands still; the row shows the one that runs."""
    case = town.file_repair()
    town.do(case, "request_supplement")
    town.serve(case)
    page = Officer(app, town, "acceptor@ENV").get("/desk/cases")
    assert case in page
    assert "补正期限" in page
    assert "受理期限" not in page
