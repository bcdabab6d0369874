"""Leaving a list, as who looks into it reads the case: conditions of a list, not of a repair, and what its list asks."""

from __future__ import annotations

from sqlalchemy import select

from repairflow.law.identifiers import make_uscc
from repairflow.records import record
from tests.support.building import COMPANIES, Town
from tests.web.desk_visit import Officer, make


def on_the_watch_list(town: Town) -> str:
    """The number of an entry on a list that has no shortest stay."""
    inputs = {"list_kind": "watch", "behaviour": "unrectified"}
    code = make_uscc("320830", COMPANIES[0][2])
    case = town.file("listing", None, town.actor("examiner@ENV"), kinds=(), inputs=inputs, subject=code)
    town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
    return str(town.one(select(record).order_by(record.c.id.desc()).limit(1)).number)


def test_a_list_without_a_shortest_stay_says_so(town: Town) -> None:
    case = town.file("list_removal", on_the_watch_list(town), kind="application", kinds=("performance_proof",))
    town.steps(case, "accept")
    page = Officer(make(town), town, "examiner@ENV").get(f"/desk/cases/{case}")
    assert "移出条件</h2>" in page
    assert "修复条件</h2>" not in page
    assert "该名单没有最短列入期限" in page


def test_another_list_leaves_its_stay_to_the_office(town: Town) -> None:
    number = town.listed()
    town.at(town.of_record(number).apply_from)
    case = town.file("list_removal", number, kind="application", kinds=("performance_proof",))
    town.steps(case, "accept")
    assert "该名单没有最短列入期限" not in Officer(make(town), town, "examiner@ENV").get(f"/desk/cases/{case}")
