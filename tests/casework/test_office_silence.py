"""When an office's limit passes, the applicant hears what can be done against it, from which day and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update

from repairflow.records import notice, office
from tests.law_stories.chaining import opened
from tests.law_stories.telling import belongs_to
from tests.support.building import Town

pytestmark = pytest.mark.either_database

KIND = "office_silent"


def told(town: Town, case: str) -> list[str]:
    found = select(notice.c.body).where(notice.c.case_id == town.case(case).id, notice.c.kind == KIND)
    rows = town.all(found.where(notice.c.person_id == town.people["yunxi"]).order_by(notice.c.id))
    return [row.body for row in rows]


def late(town: Town, case: str) -> None:
    town.at(date(2026, 6, 16), time(10))
    town.sweep()


def test_the_applicant_hears_from_which_day_and_where(town: Town) -> None:
    """Filed on 10 June; the three working days to accept end on the 15th."""
    case = town.file_repair()
    verified = town.procedure(case).clock["acceptance"].verified
    late(town, case)
    (body,) = told(town, case)
    # a limit that nobody has read is the office's own arrangement
    assert ("云溪县生态环境局没有在本单位安排的期限内（依据待核实）办理" in body) is not verified
    (title,) = {row.title for row in town.all(select(notice.c.title).where(notice.c.kind == KIND))}
    assert ("待核实" in title) is not verified
    # by hand: with a verified limit review is open from 16 June for 60 days, to 14 August; without one the office has 60
    # days from 10 June, to 9 August, and review 60 days more, to 8 October, the first working day behind the holiday
    first, last = ("6月16日", "8月14日") if verified else ("8月10日", "10月8日")
    assert f"自2026年{first}起可以向云溪县人民政府申请行政复议，期限60日，至2026年{last}" in body
    # a court hears of it after the reconsideration alone (行政复议法 23), within 15 days of its decision (行政诉讼法 45)
    assert "应当先申请行政复议；对复议决定不服的，可以自收到复议决定书之日起15日内向云溪县人民法院提起行政诉讼" in body
    for article in ("第十六条第一款", "第二十条第一款", "第二十三条第一款第三项", "第四十五条"):
        assert article in body
    assert "不需要重新申请" in body


def test_it_is_told_once_for_a_limit(town: Town) -> None:
    case = town.file_repair()
    late(town, case)
    town.at(date(2026, 6, 20))
    town.sweep()
    assert len(told(town, case)) == 1


def test_an_applicant_is_told_after_an_outage_too(town: Town) -> None:
    case = town.file_repair()
    town.at(date(2026, 7, 20))
    town.sweep()
    assert len(told(town, case)) == 1


def test_time_for_a_supplement_is_not_the_office_s_silence(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    town.at(date(2026, 6, 17))
    town.do(case, "supply")
    town.at(date(2026, 7, 1))
    town.sweep()
    (body,) = told(town, case)
    # by hand: with a verified limit counted anew from the 17th; without one the office has 60 days from then, to 16 August
    verified = town.procedure(case).clock["acceptance"].verified
    assert ("自2026年6月" in body) if verified else ("自2026年8月17日起可以" in body)


def test_an_office_without_settings_says_where_to_ask(town: Town) -> None:
    with town.db.begin() as tx:
        tx.execute(update(office).values(review_organs="", court=""))
    case = town.file_repair()
    late(town, case)
    (body,) = told(town, case)
    assert "行政复议机关（可以向" in body
    assert "有管辖权的人民法院" in body


# Filed on 10 June 2026; 19 to 21 June off. By hand: the last day on which nothing may be told yet, and from when review is open.
# 上海 36(2): five from receipt, of which two to send on are a stage; sent on, the provider's own five. 河南 41(2): seven from
# receipt, whatever is done within. 深圳 51(3): the provider tells in two.
PLACES = [
    ("310000", (), date(2026, 6, 17), "2026年6月18日", "云溪县信用中心"),
    ("410100", ("accept",), date(2026, 6, 22), "2026年6月23日", "云溪县信用中心"),
    ("310000", ("accept", "consult"), date(2026, 6, 17), "2026年6月18日", "云溪县生态环境局"),
    ("440300", ("accept", "consult"), date(2026, 6, 12), "2026年6月13日", "云溪县生态环境局"),
]


@pytest.mark.parametrize(("division", "steps", "quiet", "opens", "who"), PLACES)
def test_a_stage_that_is_over_leaves_the_rest_of_the_limit(
    town: Town, division: str, steps: tuple[str, ...], quiet: date, opens: str, who: str
) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    for step in steps:
        town.do(case, step)
    town.at(quiet, time(22))
    town.sweep()
    assert told(town, case) == []
    town.at(quiet + timedelta(days=4), time(10))
    town.sweep()
    (body,) = told(town, case)
    assert body.startswith(f"{who}没有在期限内办理")
    assert f"自{opens}起可以向" in body
    # 复议法 34: a reconsideration that comes to nothing opens the court as well
    assert "受理以后超过复议期限不作答复的" in body
    assert "第三十四条" in body


@pytest.mark.parametrize("procedure", ["rectification", "interview"])
def test_who_applied_for_nothing_is_told_nothing(town: Town, procedure: str) -> None:
    kind = next(iter(town.law.in_force(procedure, town.today).kinds), None)
    case = opened(town, procedure, kind=kind)
    town.at(date(2026, 7, 20))
    town.sweep()
    assert told(town, case) == []


def test_an_unread_figure_is_not_told(town: Town) -> None:
    case = town.file_repair()
    law = town.services.law_store.law
    pack = law.packs[town.case(case).pack]
    bare = pack.model_copy(update={"term": {name: one for name, one in pack.term.items() if name != "inaction_suit"}})
    town.services.law_store.law = replace(law, packs={**law.packs, pack.pack: bare})
    late(town, case)
    assert told(town, case) == []
