"""A correction that makes a record heavier decides against its subject: remedies, a basis, organ and court (复议法实施条例 17)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.preview import preview
from repairflow.errors import Refused
from repairflow.law.remedies_of_acts import may_burden
from repairflow.records import letter, office, own_rule
from tests.support.building import Town, law
from tests.web.portal_visit import Visitor, make

HEAVIER, LIGHTER = {"fine_wan": "500"}, {"fine_wan": "0.02"}
WAYS = ("correction", "objection", "remedy")


def begun(town: Town, way: str) -> tuple[str, str]:
    """A case that stands before its correction, and the step that corrects."""
    if way == "correction":
        case = town.file("correction", town.record(), town.actor("examiner@ENV"), kinds=())
        town.do(case, "propose")
        return case, "correct"
    if way == "remedy":
        spec = town.law.in_force("remedy", town.today)
        kinds = [kind for kind, one in spec.material.items() if one.required]
        who = town.actor("acceptor@ENV")
        case = town.file("remedy", None, who, kind="reconsideration", case=town.ended(), kinds=kinds)
        town.do(case, "report_outcome", inputs={"outcome": "changed", "effective_on": town.today.isoformat()})
        return case, "carry_change"
    case = town.file_objection(town.record())
    town.do(case, "accept")
    if way == "own_fault":
        return case, "correct_own_fault"
    town.do(case, "consult")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    return case, "uphold_correct"


def corrected(town: Town, way: str, values: dict[str, str]) -> Any:
    case, step = begun(town, way)
    return last(town, case, step, values)


def last(town: Town, case: str, step: str, values: dict[str, str]) -> Any:
    town.do(case, step, inputs={"corrections": values})
    of = letter.c.case_id == town.case(case).id
    return town.one(sa.select(letter).where(of).order_by(letter.c.id.desc()).limit(1)).content["fields"]


def refusals(town: Town, case: str, step: str, values: dict[str, str]) -> set[str]:
    with pytest.raises(Refused) as refused:
        town.do(case, step, inputs={"corrections": values})
    return {one.code for one in refused.value.refusals}


@pytest.mark.parametrize("way", WAYS)
def test_a_heavier_correction_tells_reconsideration_and_the_court(town: Town, way: str) -> None:
    said = "".join(corrected(town, way, HEAVIER)["remedy_paragraphs"])
    assert "60日内向云溪县人民政府申请行政复议" in said
    assert "6个月内依法向云溪县人民法院提起行政诉讼" in said


def test_nothing_gets_heavier_by_a_post_that_does_not_decide(town: Town) -> None:
    """A platform's own fault is put right at once by who checks; what burdens is decided by a deciding post, after another person."""
    case, step = begun(town, "own_fault")
    assert refusals(town, case, step, HEAVIER) == {"burden_post"}
    assert last(town, case, step, LIGHTER)["corrections"]


def test_every_step_that_may_burden_is_a_decision_after_another_person() -> None:
    found = [(p, name, one) for p in law().procedures.values() for name, one in p.action.items() if may_burden(one)]
    assert {name for _, name, _ in found} >= {"correct", "uphold_correct", "carry_change"}
    alone = [(p.procedure, name) for p, name, one in found if not one.distinct_from]
    assert alone == []


@pytest.mark.parametrize("way", WAYS)
def test_a_lighter_correction_has_nothing_to_contest(town: Town, way: str) -> None:
    said = "".join(corrected(town, way, LIGHTER).get("remedy_paragraphs", []))
    assert "行政复议" not in said
    assert "行政诉讼" not in said


@pytest.mark.parametrize("way", WAYS)
def test_a_heavier_correction_waits_for_organ_and_court_and_a_lighter_one_does_not(town: Town, way: str) -> None:
    case, step = begun(town, way)
    town.turn(sa.update(office).values(review_organs="", court=""))
    assert "remedy_settings" in refusals(town, case, step, HEAVIER)
    assert last(town, case, step, LIGHTER)["corrections"]


@pytest.mark.parametrize("way", WAYS)
def test_a_heavier_correction_waits_for_a_basis_and_a_lighter_one_does_not(town: Town, way: str) -> None:
    case, step = begun(town, way)
    town.turn(sa.delete(own_rule))
    assert refusals(town, case, step, HEAVIER) == {"rule_unconfirmed"}
    assert last(town, case, step, LIGHTER)["corrections"]


@pytest.mark.parametrize(("values", "against"), [
    ({"class": "serious"}, True), ({"class": "minor"}, False), ({"decision_date": "2026-05-20"}, True),
    ({"decision_date": "2025-12-01"}, False), ({"document_number": "溪环罚〔2026〕99号"}, False),
])  # fmt: skip
def test_class_and_days_decide_for_whom_a_correction_is(town: Town, values: dict[str, str], against: bool) -> None:
    said = "".join(corrected(town, "correction", values).get("remedy_paragraphs", []))
    assert ("行政复议" in said) is against


@pytest.mark.parametrize("told", [True, False])
def test_days_that_nobody_has_read_stand_in_no_table_of_corrections(town: Town, told: bool) -> None:
    case, step = begun(town, "correction")
    if not told:
        town.turn(sa.delete(own_rule).where(own_rule.c.procedure == "periods"))
    labels = {row[1] for row in last(town, case, step, HEAVIER)["corrections"]}
    assert {"罚款金额（万元）", "失信程度"} <= labels
    assert ("最长公示期届满日" in labels) is told


def test_the_preview_tells_what_the_letter_will(town: Town) -> None:
    case, step = begun(town, "correction")
    command = town.command(case, step, inputs={"corrections": HEAVIER})
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
        text = preview(tx, town.services, at, command, town.now)
    assert "行政复议" in str(text)


@pytest.mark.parametrize("values", [HEAVIER, LIGHTER])
def test_the_part_on_remedies_stands_only_where_one_is_told(town: Town, values: dict[str, str]) -> None:
    case, step = begun(town, "objection")
    last(town, case, step, values)
    of = letter.c.case_id == town.case(case).id
    made = town.one(sa.select(letter).where(of).order_by(letter.c.id.desc()).limit(1))
    lines = [one.get("text") for one in made.content["paragraphs"]]
    assert made.kind == "objection_result"
    assert ("三、救济途径" in lines) is (values == HEAVIER)


@pytest.mark.parametrize("way", ["correction", "objection"])
@pytest.mark.parametrize("values", [HEAVIER, LIGHTER], ids=["heavier", "lighter"])
def test_the_subject_sees_what_changed_and_what_is_open_against_it(
    town: Town, way: str, values: dict[str, str]
) -> None:
    """On the page of the case, from the decision on: values before and after, the letter, and the remedies of a heavier record."""
    case, step = begun(town, way)
    last(town, case, step, values)
    page = Visitor(make(town), town, "yunxi").get(f"/my/cases/{case}")
    _, _, box = page.partition('id="changed"')
    box = box.partition("</section>")[0]
    assert f"罚款金额（万元）：2 → {values['fine_wan']}" in box
    against = values == HEAVIER
    wanted = ("更正以后失信程度加重", "申请行政复议", "提起行政诉讼")
    assert [one in box for one in wanted] == [against] * 3
    assert "依据的文书：" in box
