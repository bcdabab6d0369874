"""侵权责任追究: misuse of credit information is investigated with the access log as evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from repairflow.errors import Forbidden
from repairflow.records import subject
from tests.law_stories.telling import belongs_to, letters, refused, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


def filed(town: Town, who: str = "yunxi") -> str:
    code = town.one(select(subject.c.uscc).where(subject.c.id == town.subjects["yunxi"])).uscc
    return town.file("accountability", None, who=town.actor(who), subject=code)


def found(town: Town, case: str, who: str = "handler@CREDIT") -> None:
    log = town.material("access_log", town.actor(who))
    town.do(case, "report_finding", materials=(log,))


@pytest.mark.parametrize("filer", ["yunxi", "supervisor@CREDIT"])
@pytest.mark.parametrize(
    ("action", "outcome"),
    [("confirm", "upheld"), ("confirm_partly", "partly"), ("dismiss", "dismissed"), ("refer", "referred")],
)
def test_the_usual_ways(town: Town, filer: str, action: str, outcome: str) -> None:
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    belongs_to(town, "ENV", parent_id=town.offices["MARKET"])
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    case = filed(town, filer)
    town.do(case, "accept")
    found(town, case)
    town.do(case, action)
    assert (town.case(case).outcome, letters(town, case)) == (outcome, ["case_accepted", "case_result"])
    said = words(town, case, "case_result")
    ways = ("复核", "60日", "申请行政复议", "6个月", "提起行政诉讼")
    if outcome == "upheld":  # the letter goes to who complained and was right: nothing is decided against it
        assert not [way for way in ways if way in said], said
        return
    assert all(way in said for way in ways), said
    review = town.file("review", None, who=town.actor("yunxi"), case=case, kinds=())  # and who was told can file it
    town.steps(review, "accept", "report_review", "maintain")
    town.sound()


def test_other_ends_refusals_and_four_eyes(town: Town) -> None:
    case = filed(town)
    town.do(case, "refuse")
    assert letters(town, case) == ["case_not_accepted"]
    with pytest.raises(Forbidden):
        filed(town, "hengtuo")
    case = filed(town)
    town.do(case, "accept")
    with refused("new_material_supplied"):
        town.do(case, "report_finding", materials=())
    both = town.actor("handler@CREDIT", "decider@CREDIT")
    log = town.material("access_log", both)
    town.do(case, "report_finding", both, materials=(log,))
    with refused("four_eyes"):
        town.do(case, "dismiss", both)
    town.do(case, "withdraw")
    assert town.case(case).outcome == "withdrawn"


def test_an_investigation_is_extended_once_and_a_late_one_reported(town: Town) -> None:
    case = filed(town)
    town.do(case, "accept")
    before = town.dues(case)["investigation"].due_day
    town.do(case, "extend_investigation")
    assert town.dues(case)["investigation"].due_day > before
    with refused("clock_not_yet_extended"):
        town.do(case, "extend_investigation")
    town.at(town.dues(case)["investigation"].due_day + timedelta(days=1))
    assert "due" in town.sweep()
    assert town.case(case).state == "investigating"
