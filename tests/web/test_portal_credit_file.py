"""The credit file over HTTP: what an enterprise sees of its records, from which day it may apply, and what it may not see."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select

from repairflow.records import mandate, own_rule, record
from repairflow.web.portal import credit_file_filter
from tests.support.building import Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database


def test_a_record_that_may_be_repaired_offers_it_and_says_how_its_days_were_counted(app: Flask, town: Town) -> None:
    number = town.record(date(2026, 1, 5), measured=True)
    page = Visitor(app, town, "yunxi").get("/my/credit-file")
    assert f'href="/my/file/repair/{number}"' in page
    assert f'href="/my/file/objection/{number}"' in page
    assert "最短公示期 2026-04-05 已满" in page
    assert "最短公示期为三个月，至 2026年4月5日届满" in page
    assert "待核实" not in page  # the deciding office has confirmed the period
    assert "最长至 2027-01-05" in page
    assert "正在执行的惩戒措施：限制投标" in page
    assert "还需要：" in page


def test_a_period_that_nobody_read_or_confirmed_is_said_to_be_open(app: Flask, town: Town) -> None:
    town.record(date(2026, 1, 5))
    with town.db.engine.begin() as tx:
        tx.execute(delete(own_rule).where(own_rule.c.procedure == "periods"))
    page = Visitor(app, town, "yunxi").get("/my/credit-file")
    assert "以上公示期待核实" in page  # in how the days were counted
    assert "公示期和可以申请的日期按本系统的规则计划" in page  # under the bar
    assert "公示期待核实。" in page  # for who hears the bar read out


def test_a_record_in_its_minimum_period_says_how_many_days_remain(app: Flask, town: Town) -> None:
    number = town.record(date(2026, 5, 20))  # until 20 August; today is 10 June
    visitor = Visitor(app, town, "yunxi")
    page = visitor.get("/my/credit-file")
    assert "还有 72 天可申请" in page
    assert f"/my/file/repair/{number}" not in page
    assert f"/my/file/objection/{number}" in page
    start = visitor.get(f"/my/file/repair/{number}")
    assert "现在还不能申请" in start
    assert "开始填写" not in start


@pytest.mark.parametrize(
    ("steps", "said", "button"),
    [
        ((), "异议处理", "查看异议处理"),
        (("accept",), "异议处理中", "查看异议处理"),
    ],
)
def test_an_open_case_is_linked_from_its_record(
    app: Flask, town: Town, steps: tuple[str, ...], said: str, button: str
) -> None:
    case = town.file_objection()
    for action in steps:
        town.do(case, action)
    page = Visitor(app, town, "yunxi").get("/my/credit-file")
    assert said in page
    assert button in page
    assert f'href="/my/cases/{case}"' in page


def test_a_minor_record_is_not_public_and_needs_no_repair(app: Flask, town: Town) -> None:
    town.record(kinds=("warning",), fine=None)
    page = Visitor(app, town, "yunxi").get("/my/credit-file")
    assert "轻微失信" in page
    assert "未公示" in page
    assert "无需申请修复" in page
    assert "/my/file/repair/" not in page
    assert "/my/file/objection/" in page  # what is kept and used can be wrong, though nobody is shown it


def test_a_granted_repair_shows_that_publicity_ended(app: Flask, town: Town) -> None:
    number = town.record()
    case = town.file_repair(number)
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    page = Visitor(app, town, "yunxi").get(f"/my/records/{number}")
    assert "已终止公示" in page
    assert f"/my/file/repair/{number}" not in page
    assert "信用修复决定书" in page


def test_the_record_page_has_its_facts_and_its_life(app: Flask, town: Town) -> None:
    number = town.record(document="溪罚〔2026〕9号", measured=True)
    page = Visitor(app, town, "yunxi").get(f"/my/records/{number}")
    for said in (
        "溪罚〔2026〕9号",
        "云溪县生态环境局",
        "2026年1月5日",
        "事实清楚。",
        "处罚款贰万元。",
        "2.00 万元",
        "限制投标",
        "记入信用档案",
    ):
        assert said in page


def test_somebody_else_s_record_is_absent(app: Flask, town: Town) -> None:
    number = town.record(company="hengtuo")
    case = town.file("repair", number, town.actor("hengtuo"))
    visitor = Visitor(app, town, "yunxi")
    for path in (
        f"/my/records/{number}",
        f"/my/file/repair/{number}",
        f"/my/cases/{case}",
        f"/my/cases/{case}/receipt",
    ):
        visitor.get(path, 404)
    assert visitor.post(f"/my/file/repair/{number}").status_code == 404
    assert number not in visitor.get("/my/credit-file")
    visitor.get(f"/my/credit-file?subject={town.subjects['hengtuo']}")
    assert "云溪环保科技有限公司" in visitor.text  # whoever asks for another's file gets its own
    assert "没有失信信息" in visitor.text


@pytest.fixture
def agent(app: Flask, town: Town) -> Visitor:
    """Who speaks for 云溪 and for 恒拓."""
    with town.db.begin() as tx:
        tx.execute(
            insert(mandate).values(
                person_id=town.people["yunxi's agent"],
                subject_id=town.subjects["hengtuo"],
                capacity="agent",
                valid_from=date(2020, 1, 1),
            )
        )
    return Visitor(app, town, "yunxi's agent")


def acts_for(page: str) -> str:
    """In whose name the page says one acts."""
    found = re.search(r"您正在以 <strong>(.+?)</strong> 的名义办理", page)
    return found.group(1) if found else ""


YUNXI, HENGTUO = "云溪环保科技有限公司", "恒拓"


def test_an_agent_of_several_switches_between_them(agent: Visitor, town: Town) -> None:
    """The switch is a form without script; what was chosen holds on the pages that follow."""
    mine, other = town.record(), town.record(company="hengtuo")
    page = agent.get(f"/my/credit-file?subject={town.subjects['hengtuo']}")
    assert HENGTUO in acts_for(page)
    assert f"/my/records/{other}" in page
    assert f"/my/records/{mine}" not in page
    switch = re.search(r'<form method="get" action="([^"]+)"><label for="rf-acting">', page)
    assert switch
    assert switch.group(1) == "/my/credit-file"  # it stays the page it was
    assert "data-rf-autosubmit" not in page  # choosing by arrow keys sends nothing
    for path in ("/my/", "/my/credit-file", "/my/cases", "/my/ask", "/my/extracts", "/my/evidence", "/my/inbox"):
        assert HENGTUO in acts_for(agent.get(path)), path
    assert f"/my/records/{mine}" not in agent.get("/my/credit-file")
    case, name = town.file_objection(mine), '<option value="all"'
    town.do(case, "accept")
    for path in ("/my/cases", "/my/inbox"):  # the lists follow the strip, and may show all
        page = agent.get(path)
        assert case not in page, path
        assert name in page
        page = agent.get(f"{path}?subject=all")
        assert case in page
        assert "现在显示 <strong>全部主体</strong>" in page
        assert case in agent.get(path)  # the choice holds
        assert case not in agent.get(f"{path}?subject={town.subjects['hengtuo']}")
    assert "其他主体还有" in agent.text
    assert name not in agent.get("/my/credit-file")  # a page of one subject
    agent.get("/my/inbox")
    agent.post("/my/inbox/read", {"subject": str(town.subjects["hengtuo"])})
    assert "没有未读" in agent.get("/my/inbox")
    assert "其他主体还有" in agent.text  # what nobody was shown stays unread
    page = agent.get(f"/my/credit-file?subject={town.subjects['yunxi']}")
    assert acts_for(page) == YUNXI
    assert f"/my/records/{mine}" in agent.get("/my/credit-file")


def test_the_page_of_a_record_or_case_is_in_the_name_of_whom_it_is_about(agent: Visitor, town: Town) -> None:
    other = town.record(date(2026, 1, 5), company="hengtuo")
    case = town.file_objection()
    agent.get(f"/my/credit-file?subject={town.subjects['yunxi']}")
    for path in (f"/my/records/{other}", f"/my/records/{other}/means", f"/my/file/objection/{other}"):
        assert HENGTUO in acts_for(agent.get(path)), path
    for path in (f"/my/cases/{case}", f"/my/cases/{case}/step/withdraw"):
        assert acts_for(agent.get(path)) == YUNXI, path


def test_nobody_acts_for_a_stranger_s_company(agent: Visitor, app: Flask, town: Town) -> None:
    """Neither by an address nor by a choice from before the mandate ended."""
    agent.get(f"/my/credit-file?subject={town.subjects['hengtuo']}")
    with town.db.begin() as tx:
        tx.execute(
            delete(mandate).where(mandate.c.subject_id == town.subjects["hengtuo"], mandate.c.capacity == "agent")
        )
    page = agent.get("/my/credit-file")
    assert YUNXI in page
    assert HENGTUO not in page
    assert not acts_for(page)  # one company: nothing to switch
    alone = Visitor(app, town, "yunxi")
    page = alone.get(f"/my/?subject={town.subjects['hengtuo']}")
    assert HENGTUO not in page
    assert "rf-acting" not in page


def test_somebody_whose_mandates_ended_is_told_so(app: Flask, town: Town) -> None:
    with town.db.begin() as tx:
        tx.execute(delete(mandate).where(mandate.c.person_id == town.people["yunxi"]))
    assert "没有代理的主体" in Visitor(app, town, "yunxi").get("/my/credit-file")


def test_an_officer_has_no_business_here(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, "reviewer@ENV")
    for path in ("/my/credit-file", "/my/cases", "/my/inbox"):
        visitor.get(path, 403)


def test_a_long_file_is_paged_filtered_and_searched(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven records: two may be repaired, five wait; pages of three; a number is found however its brackets are typed."""
    monkeypatch.setattr(credit_file_filter, "PAGE_SIZE", 3)
    ready = {town.record(date(2026, 1, 5)) for _ in range(2)}
    waiting = {town.record(date(2026, 5, 20)) for _ in range(5)}
    visitor = Visitor(app, town, "yunxi")

    def shown(address: str) -> set[str]:
        page = visitor.get(f"/my/credit-file{address}")
        return {number for number in ready | waiting if f'id="r-{number}"' in page}

    pages = [shown(f"?page={page}") for page in (1, 2, 3, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 1]
    assert set.union(*pages) == ready | waiting
    assert ready <= pages[0]  # what can be acted on comes first
    assert shown("?show=repairable") == ready
    assert shown("?show=ended") == set()
    assert "没有符合条件的信息" in visitor.text
    one = min(waiting)
    with town.db.read() as tx:
        spelled = tx.execute(select(record.c.document_number).where(record.c.number == one)).scalar_one()
    assert shown(f"?q={spelled.replace('〔', '(').replace('〕', ')')}") == {one}
    assert "共 7 条" in visitor.get("/my/credit-file")
    visitor.get("/my/credit-file?page=x", 422)


def test_the_tile_counts_what_its_list_shows(app: Flask, town: Town) -> None:
    town.file_repair()
    town.file("objection", town.record())
    visitor = Visitor(app, town, "yunxi")
    tiles = re.sub(r"<[^>]+>|\s", "", visitor.get("/my/credit-file"))
    count = re.search(r"办理中(\d+)件", tiles)
    listed = set(re.findall(r"/my/cases/([A-Z]+-\d+-\d+)", visitor.get("/my/cases")))
    assert count is not None
    assert int(count.group(1)) == len(listed) == 2
