"""限期整改: ordered by another than who proposed it, proved, accepted by another, extended once; lapse proposes an interview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from repairflow.errors import Forbidden
from tests.law_stories.chaining import follow_up, opened, uscc
from tests.law_stories.telling import letters, refused, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


@pytest.fixture
def ordered(town: Town) -> str:
    case = opened(town, "rectification", record=town.record(), inputs={"demands": ["拆除暗管", "补办手续"]})
    town.do(case, "issue", inputs={"term": 20})
    return town.serve(case)


def test_the_usual_path(town: Town, ordered: str) -> None:
    assert letters(town, ordered) == ["rectification_order"]
    text = words(town, ordered, "rectification_order")
    assert "拆除暗管" in text
    assert "约谈" in text
    assert "请自收到本文书之日起20日内（收到当日不计入）完成整改" in text
    assert town.dues(ordered)["rectification"].due_day == date(2026, 6, 30)
    town.do(ordered, "submit_proof")
    town.do(ordered, "accept_rectification")
    assert (town.case(ordered).outcome, letters(town, ordered)[-1]) == ("rectified", "rectification_verdict")
    order = words(town, ordered, "rectification_order")
    assert "信改〔2026〕1号" in order
    assert "信改〔2026〕1号" in words(town, ordered, "rectification_verdict")
    town.sound()


def test_who_proposed_neither_orders_nor_accepts(town: Town) -> None:
    both = town.actor("examiner@ENV", "decider@ENV", "reviewer@ENV")
    case = town.file("rectification", None, both, kinds=(), subject=uscc())
    with refused("not_the_filer"):
        town.do(case, "issue", both)
    town.steps(case, "issue", "submit_proof")
    with refused("not_the_filer"):
        town.do(case, "accept_rectification", both)


def test_who_ordered_does_not_accept(town: Town) -> None:
    case = opened(town, "rectification")
    both = town.actor("decider@ENV", "reviewer@ENV")
    town.do(case, "issue", both)
    town.do(case, "submit_proof")
    for action in ("accept_rectification", "reject", "return_for_more"):
        with refused("four_eyes"):
            town.do(case, action, both)


def test_proof_comes_with_a_document(town: Town, ordered: str) -> None:
    with refused("new_material_supplied"):
        town.do(ordered, "submit_proof", materials=())
    with pytest.raises(Forbidden):
        town.do(ordered, "accept_rectification", town.actor("yunxi"))


def test_a_returned_proof_leaves_the_days_that_were_left(town: Town, ordered: str) -> None:
    due = town.dues(ordered)["rectification"].due_day
    town.at(timedelta(days=5))
    town.do(ordered, "submit_proof")
    town.at(timedelta(days=6))
    town.do(ordered, "return_for_more")
    # the day on which proof came in is not used up: 4 days were, 16 are left
    assert town.dues(ordered)["rectification"].due_day == due + timedelta(days=7)


def test_extended_once_and_before_the_end(town: Town, ordered: str) -> None:
    due = town.dues(ordered)["rectification"].due_day
    town.do(ordered, "request_extension")
    town.do(ordered, "extend")
    assert town.dues(ordered)["rectification"].due_day == due + timedelta(days=15)
    assert letters(town, ordered)[-1] == "extension"
    for action in ("extend", "request_extension"):
        with refused("clock_not_yet_extended"):
            town.do(ordered, action)


def test_a_lapse_proposes_an_interview_with_the_same_demands(town: Town, ordered: str) -> None:
    town.at(timedelta(days=21))
    town.sweep()
    case = town.case(ordered)
    assert (case.outcome, letters(town, ordered)[-1]) == ("failed", "rectification_verdict")
    assert "没有收到整改情况报告" in words(town, ordered, "rectification_verdict")
    nxt = follow_up(town, ordered)
    assert (nxt.procedure, nxt.kind, nxt.state, nxt.record_id) == ("interview", "reminder", "proposed", case.record_id)
    assert nxt.inputs["demands"] == ["拆除暗管", "补办手续"]
    town.sound()


@pytest.mark.parametrize(("steps", "outcome", "last"), [
    (("drop",), "dropped", None),
    (("issue", "submit_proof", "reject"), "failed", "rectification_verdict"),
])  # fmt: skip
def test_other_ends(town: Town, steps: tuple[str, ...], outcome: str, last: str | None) -> None:
    case = opened(town, "rectification")
    town.steps(case, *steps)
    assert (town.case(case).outcome, next(reversed(letters(town, case)), None)) == (outcome, last)


def test_a_late_office_is_reported_and_decides_nothing(town: Town) -> None:
    case = opened(town, "rectification")
    town.at(timedelta(days=20))
    assert "escalate:1" in town.sweep()
    assert town.case(case).state == "drafted"
