"""A denial rests on a ground that the examiner's findings do not contradict; the page says so beside each ground."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework.case_state import ground_findings
from repairflow.casework.case_state.situation import situation
from repairflow.errors import Refused
from repairflow.records import letter, record
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def proposed(town: Town, *unmet: str) -> str:
    """A repair whose denial is proposed after these conditions were found unmet; all were met where none is named."""
    case = town.file_repair()
    town.do(case, "accept")
    findings = town.unmet(case, *(unmet or ("nothing",)))
    town.do(case, "report_verification", inputs={"conditions": findings})
    town.do(case, "propose_denial")
    return case


@pytest.mark.parametrize(("unmet", "ground", "taken"), [
    ((), "duty_unperformed", False), ((), "no_commitment", False), ((), "other_law", False), ((), "period_not_over", False),
    ((), "false_material", True),  # says of no condition that it is not met
    (("performed",), "duty_unperformed", True), (("performed",), "not_corrected", True), (("performed",), "no_commitment", False),
    (("commitment",), "no_commitment", True), (("commitment",), "duty_unperformed", False),
    (("other_law",), "other_law", True), (("minimum_period",), "period_not_over", True),
])  # fmt: skip
def test_a_ground_fits_what_was_found(town: Town, unmet: tuple[str, ...], ground: str, taken: bool) -> None:
    case = proposed(town, *unmet)
    if taken:
        assert town.do(case, "deny", ground=ground).to_state == "denied"
        return
    before = town.counts()
    with pytest.raises(Refused) as refused:
        town.do(case, "deny", ground=ground)
    assert [one.code for one in refused.value.refusals] == ["ground_contradicts"]
    text = refused.value.refusals[0].text
    assert "提交的核查意见认定为符合" in text
    assert "退回重新核查" in text
    assert town.counts() == before


def test_the_last_findings_count(town: Town) -> None:
    case = proposed(town)
    town.steps(case, "return_to_review", "return_to_verification")
    town.do(case, "report_verification", inputs={"conditions": town.unmet(case, "performed")})
    town.do(case, "propose_denial")
    assert town.do(case, "deny", ground="duty_unperformed").to_state == "denied"


OWES = "尚欠罚款一万元"


@pytest.mark.parametrize(("reason", "decided"), [
    ("", "你单位属于“义务未全部履行”的情形。综上，不符合信用修复条件。"),
    (f"{OWES}。", "你单位属于“义务未全部履行”的情形。综上，不符合信用修复条件。"),  # as the findings have it
    ("你单位尚未全部履行行政处罚决定等文书确定的义务。", "你单位属于“义务未全部履行”的情形。综上，不符合信用修复条件。"),  # as the ground
    ("提交的回单是另一笔罚款的。", "你单位属于“义务未全部履行”的情形。提交的回单是另一笔罚款的。综上，不符合信用修复条件。"),
])  # fmt: skip
def test_the_letter_says_once_which_condition_is_not_met(town: Town, reason: str, decided: str) -> None:
    case = proposed(town, "performed")
    town.do(case, "deny", ground="duty_unperformed", reason=reason)
    row = town.one(select(letter).where(letter.c.kind == "repair_denied"))
    said = "".join(part["text"] for part in row.content["paragraphs"])
    assert said.count("不符合“行为已纠正、义务已全部履行”的条件") == 1  # with what was found, not again with the ground
    assert said.count(OWES) == 1
    assert f"二、决定{decided}依据" in said
    assert "尚未全部履行行政处罚决定" not in said


def test_a_ground_that_no_finding_says_is_told_in_its_own_words(town: Town) -> None:
    case = proposed(town)
    town.do(case, "deny", ground="false_material", reason="回单系伪造。")
    row = town.one(select(letter).where(letter.c.kind == "repair_denied"))
    said = "".join(part["text"] for part in row.content["paragraphs"])
    assert "二、决定你单位提交的材料与核查情况不符。回单系伪造。综上，不符合信用修复条件。" in said


def test_each_ground_says_what_it_denies_and_what_was_found(town: Town) -> None:
    case = proposed(town, "performed")
    with town.db.read() as tx:
        said = ground_findings.beside(situation(tx, town.law, town.case(case), town.today), "deny")
    assert said["duty_unperformed"] == ("不符合“行为已纠正、义务已全部履行”的条件；与核查意见一致", False)
    assert said["no_commitment"] == ("不符合“已公开作出信用承诺”的条件；核查意见认定为符合，不能选用", True)
    assert said["other_law"].text.startswith("不符合“法律、行政法规、部门规章规定的其他条件”；")
    assert "false_material" not in said


def test_a_removal_is_denied_for_what_was_found(town: Town) -> None:
    case = town.begin("list_removal")
    town.at(date(2027, 6, 14))  # the shortest stay is over
    town.do(case, "accept")
    town.do(case, "report_verification", inputs={"conditions": town.unmet(case, "minimum_stay")})
    with pytest.raises(Refused, match="没有新的更重处罚"):
        town.do(case, "deny", ground="new_penalty")
    assert town.do(case, "deny", ground="stay_not_over").to_state == "denied"
    row = town.one(select(letter).where(letter.c.kind == "removal_denied"))
    said = "".join(part["text"] for part in row.content["paragraphs"])
    assert "你单位属于“最短列入期限未满”的情形。" in said
    assert "最短列入期限尚未届满" not in said  # the findings, before it, give the day


@pytest.mark.parametrize(("simple", "first"), [(True, True), (False, False), (None, False)])
def test_who_objects_to_a_penalty_hears_where_to_go_first(town: Town, simple: bool | None, first: bool) -> None:
    """复议法 23(1)(1): what was decided on the spot goes to reconsideration first."""
    number = town.record()
    town.turn(update(record).where(record.c.number == number).values(simple_procedure=simple))
    town.do(town.file_objection(number), "refuse", ground="not_objection")
    row: Any = town.one(select(letter).where(letter.c.kind == "objection_not_accepted"))
    way = row.content["fields"]["way_out"]
    assert "应当先" in way  # the general words say it of penalties on the spot, too
    assert way.startswith("对当场作出的行政处罚决定不服的，应当先就该决定申请行政复议") == first
    assert ("也可以直接提起行政诉讼" in way) != first
    assert "第二十三条第一款第一项" in way
