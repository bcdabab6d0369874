"""Stays on lists, on the pages alone: a list that is data (警示名单) is used like any other, and one ends by itself only where no
new dishonesty stands (期满核查)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from repairflow.records import record
from repairflow.worker import chores
from tests.stories.test_designation_on_pages import COMPANY, PAPER, chooses, files
from tests.stories.town_life import TownLife

WHY = {"事由": "责令整改后仍未改正。", **PAPER}


def put_on(life: TownLife, label: str) -> str:
    """云溪环保 on an internal list, from 新建办件 to the decision; the number of the case."""
    clerk = life.env.examiner
    chooses(clerk, "列入名单", "云溪环保")
    case = files(clerk, {"名单种类": label, **WHY})
    life.env.reviewer.presses(case, "审核通过")
    clerk.presses(case, "制发拟列入告知书")
    life.company.presses(case, "放弃陈述申辩")
    life.env.decider.presses(case, "决定列入")
    return case


@pytest.mark.parametrize(("label", "code"), [("警示名单", "warning"), ("重点关注名单", "watch")])
def test_a_list_that_is_data_alone_is_used_from_its_field_to_its_end(life: TownLife, label: str, code: str) -> None:
    clerk = life.env.examiner
    clerk.opens("/desk/lists")
    clerk.follows(label)
    clerk.reads("6个月", "失信行为已经纠正的，可以随时申请移出")  # its term and how one leaves, as the rule pack says
    put_on(life, label)
    assert COMPANY in clerk.opens(f"/desk/lists/{code}")
    assert COMPANY in life.market.examiner.opens(f"/desk/lists/{code}")  # shared among offices
    life.stranger.opens(f"/lists/{code}", 404)
    life.company.opens("/my/credit-file")
    life.company.reads(label)
    life.sound()


def test_an_entry_whose_time_is_over_is_looked_into_where_new_dishonesty_stands(life: TownLife) -> None:
    put_on(life, "重点关注名单")
    (entry,) = life.town.all(select(record).where(record.c.behaviour == "列入重点关注名单"))
    fresh = life.record(date(2026, 6, 20))
    last = entry.max_until
    life.long_after(last + timedelta(days=1))
    env = life.env
    case = env.acceptor.finds("YC")  # the system began it, and no letter went out
    env.acceptor.opens_case(case)
    env.acceptor.reads("期满移出", "在列期间", "期满核查")
    env.acceptor.presses(case, "期满核查")
    env.examiner.opens_case(case)
    env.examiner.reads(f"在列期间有新的失信信息：{fresh}")  # nobody has to look for it
    clean = "在列期间没有新的更重处罚"
    found = {"逐项核查移出条件": "具备", clean: "不具备", f"{clean}：情况说明": "6 月又受处罚。"}
    env.examiner.presses(case, "提交核查意见", found)
    env.decider.presses(case, "不予移出", {"事由": "在列期间受到新的更重处罚"})
    assert COMPANY in env.examiner.opens("/desk/lists/watch")
    life.company.opens_case(case)
    life.company.reads("不予移出")

    # what stood against it is sealed: the night ends the entry by itself
    life.town.turn(update(record).where(record.c.number == fresh).values(state="sealed"))
    life.days_pass(1)
    assert chores.end_entries(life.town.db, life.town.services, life.town.now) == 1  # what the worker does each night
    assert COMPANY not in env.examiner.opens("/desk/lists/watch")
    life.company.opens("/my/cases?show=all")
    life.company.reads("已移出")
    life.sound()
