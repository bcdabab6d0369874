"""A correction that makes a record heavier decides against its subject: told and heard before, remedies, a basis, organ and court
(复议法实施条例 17)."""

from __future__ import annotations

from datetime import timedelta
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

pytestmark = pytest.mark.either_database

HEAVIER, LIGHTER = {"fine_wan": "500"}, {"fine_wan": "0.02"}
WAYS = ("correction", "objection", "remedy")
UNHEARD = ("objection", "remedy")
"""Ways in which nobody is heard: what is heavier goes to 信息更正."""


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


def told(town: Town, values: dict[str, str], *, speaks: bool = True) -> str:
    """A 信息更正 whose subject was told of these values, has spoken (or let the term go by), and waits for the decision."""
    case = town.file("correction", town.record(), town.actor("examiner@ENV"), kinds=())
    town.do(case, "serve_notice", inputs={"corrections": values})
    town.serve(case)
    if speaks:
        town.do(case, "state_defence")
    else:
        town.at(timedelta(days=10))
        town.sweep()
    town.do(case, "propose_heard")
    return case


def corrected(town: Town, values: dict[str, str]) -> Any:
    return last(town, told(town, values), "correct", values)


def last(town: Town, case: str, step: str, values: dict[str, str]) -> Any:
    town.do(case, step, inputs={"corrections": values})
    of = letter.c.case_id == town.case(case).id
    return town.one(sa.select(letter).where(of).order_by(letter.c.id.desc()).limit(1)).content["fields"]


def refusals(town: Town, case: str, step: str, values: dict[str, str]) -> set[str]:
    with pytest.raises(Refused) as refused:
        town.do(case, step, inputs={"corrections": values})
    return {one.code for one in refused.value.refusals}


@pytest.mark.parametrize("speaks", [True, False])
def test_a_heavier_correction_is_told_before_it_is_decided(town: Town, speaks: bool) -> None:
    """The notice names what is intended, why, by which document, and until when one may speak; the decision answers what was said."""
    case = told(town, HEAVIER, speaks=speaks)
    of = letter.c.case_id == town.case(case).id
    notice = town.one(sa.select(letter).where(of, letter.c.kind == "hearing_notice")).content["fields"]
    assert "罚款金额（万元）由“2”更正为“500”" in notice["proposed"]
    assert "失信程度由“一般”更正为“严重”" in notice["proposed"]
    assert notice["statement_time"].startswith("自收到本文书之日起5个工作日内")
    assert notice["reason"]
    assert notice["legal_bases"]
    said = last(town, case, "correct", HEAVIER)
    answered = "不予采纳" in said["hearing_note"]
    assert answered is speaks
    assert ("在规定的期限内没有陈述、申辩" in said["hearing_note"]) is not speaks
    assert "行政复议" in "".join(said["remedy_paragraphs"])


def test_nobody_decides_what_the_subject_was_not_told_of(town: Town) -> None:
    case, step = begun(town, "correction")
    assert refusals(town, case, step, HEAVIER) == {"burden_unheard"}
    town.do(case, "send_back")
    assert refusals(town, case, "serve_notice", LIGHTER) == {"burden_none"}
    town.do(case, "serve_notice", inputs={"corrections": HEAVIER})
    town.do(case, "state_defence")
    town.do(case, "propose_heard")
    assert refusals(town, case, "correct", {"fine_wan": "600"}) == {"graver_than_told"}
    assert refusals(town, case, "correct", HEAVIER | {"confiscated_wan": "3"}) == {"graver_than_told"}
    assert last(town, case, "correct", {"fine_wan": "3"})[
        "corrections"
    ]  # gentler than told: part of what was said is followed


def test_who_is_heard_may_be_left_alone(town: Town) -> None:
    case = told(town, HEAVIER)
    town.do(case, "keep", inputs={"plea_answer": "adopted"})
    assert town.case(case).state == "kept"
    town.sound()


@pytest.mark.parametrize("way", UNHEARD)
def test_a_way_in_which_nobody_is_heard_makes_nothing_heavier(town: Town, way: str) -> None:
    """复议法 63 第二款, 行政诉讼法 77 第二款: neither a remedy nor an objection makes it worse for who asked; 信息更正 does."""
    case, step = begun(town, way)
    assert refusals(town, case, step, HEAVIER) == {"burden_unheard"}
    assert last(town, case, step, LIGHTER)["corrections"]


@pytest.mark.parametrize("values", [
    {"fine_wan": "2.1"}, {"confiscated_wan": "1"}, {"penalty_kinds": "罚款、没收违法所得"}, {"class": "严重"},
    {"decision_date": "2026-05-20"},
])  # fmt: skip
def test_what_is_heavier(town: Town, values: dict[str, str]) -> None:
    case, step = begun(town, "correction")
    assert refusals(town, case, step, values) == {"burden_unheard"}


def test_a_heavier_correction_tells_reconsideration_and_the_court(town: Town) -> None:
    said = "".join(corrected(town, HEAVIER)["remedy_paragraphs"])
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
    case, step = begun(town, way)
    said = "".join(last(town, case, step, LIGHTER).get("remedy_paragraphs", []))
    assert "行政复议" not in said
    assert "行政诉讼" not in said


def test_a_heavier_correction_waits_for_organ_and_court_and_a_lighter_one_does_not(town: Town) -> None:
    case = told(town, HEAVIER)
    town.turn(sa.update(office).values(review_organs="", court=""))
    assert "remedy_settings" in refusals(town, case, "correct", HEAVIER)
    assert last(town, case, "correct", LIGHTER)["corrections"]


def test_a_heavier_correction_waits_for_a_basis_and_a_lighter_one_does_not(town: Town) -> None:
    case = told(town, HEAVIER)
    town.turn(sa.delete(own_rule))
    assert refusals(town, case, "correct", HEAVIER) == {"rule_unconfirmed"}
    assert last(town, case, "correct", LIGHTER)["corrections"]


@pytest.mark.parametrize("step", ["serve_notice", "correct"])
def test_the_notice_waits_for_the_rule_by_which_one_is_heard_and_for_what_it_announces(town: Town, step: str) -> None:
    case = town.file("correction", town.record(), town.actor("examiner@ENV"), kinds=())
    town.turn(sa.delete(own_rule).where(own_rule.c.procedure == "correction", own_rule.c.action == step))
    assert refusals(town, case, "serve_notice", HEAVIER) == {"rule_unconfirmed"}


@pytest.mark.parametrize(("values", "against"), [
    ({"class": "serious"}, True), ({"class": "minor"}, False), ({"decision_date": "2026-05-20"}, True),
    ({"decision_date": "2025-12-01"}, False), ({"document_number": "溪环罚〔2026〕99号"}, False),
])  # fmt: skip
def test_class_and_days_decide_for_whom_a_correction_is(town: Town, values: dict[str, str], against: bool) -> None:
    case = told(town, values) if against else begun(town, "correction")[0]
    said = "".join(last(town, case, "correct", values).get("remedy_paragraphs", []))
    assert ("行政复议" in said) is against


@pytest.mark.parametrize("read", [True, False])
def test_days_that_nobody_has_read_stand_in_no_table_of_corrections(town: Town, read: bool) -> None:
    if not read:
        town.turn(sa.delete(own_rule).where(own_rule.c.procedure == "periods"))
    case = told(town, HEAVIER)
    of = letter.c.case_id == town.case(case).id
    notice = town.one(sa.select(letter).where(of, letter.c.kind == "hearing_notice")).content["fields"]
    labels = {row[1] for row in last(town, case, "correct", HEAVIER)["corrections"]}
    assert {"罚款金额（万元）", "失信程度"} <= labels
    assert ("最长公示期届满日" in labels) is read
    assert ("最长公示期届满日" in notice["proposed"]) is read


def test_the_preview_tells_what_the_letter_will(town: Town) -> None:
    case = told(town, HEAVIER)
    command = town.command(case, "correct", inputs={"corrections": HEAVIER})
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
        text = preview(tx, town.services, at, command, town.now)
    assert "行政复议" in str(text)


@pytest.mark.parametrize("against", [True, False])
def test_the_part_on_remedies_stands_only_where_one_is_told(town: Town, against: bool) -> None:
    if against:
        case = town.file_objection(town.record())
        town.steps(case, "accept", "consult", "report_finding", "dismiss")
    else:
        case, step = begun(town, "objection")
        last(town, case, step, LIGHTER)
    of = letter.c.case_id == town.case(case).id
    made = town.one(sa.select(letter).where(of).order_by(letter.c.id.desc()).limit(1))
    lines = [one.get("text") for one in made.content["paragraphs"]]
    assert made.kind == "objection_result"
    assert ("三、救济途径" in lines) is against


@pytest.mark.parametrize(
    ("way", "values"), [("correction", HEAVIER), ("correction", LIGHTER), ("objection", LIGHTER)],
    ids=["heavier", "lighter", "objection"],
)  # fmt: skip
def test_the_subject_sees_what_changed_and_what_is_open_against_it(
    town: Town, way: str, values: dict[str, str]
) -> None:
    """On the page of the case, from the decision on: values before and after, the letter, and the remedies of a heavier record."""
    case, step = (told(town, HEAVIER), "correct") if values == HEAVIER else begun(town, way)
    last(town, case, step, values)
    page = Visitor(make(town), town, "yunxi").get(f"/my/cases/{case}")
    _, _, box = page.partition('id="changed"')
    box = box.partition("</section>")[0]
    assert f"罚款金额（万元）：2 → {values['fine_wan']}" in box
    against = values == HEAVIER
    wanted = ("更正以后失信程度加重", "申请行政复议", "提起行政诉讼")
    assert [one in box for one in wanted] == [against] * 3
    assert "依据的文书：" in box
