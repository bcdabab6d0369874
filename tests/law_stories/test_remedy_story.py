"""复议、诉讼登记: a stay masks, the outcome is confirmed by a second person and has its effect on publicity."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from repairflow.errors import Invalid
from repairflow.records import cases, letter, office
from tests.law_stories.telling import letters, receipts, refused, told
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


def registered(town: Town, kind: str = "litigation", **inputs: str) -> tuple[str, str]:
    number = town.record()
    first = town.file_repair(number)
    town.steps(first, "accept", "report_verification", "propose_denial", "deny")
    case = town.file(
        "remedy",
        None,
        who=town.actor("acceptor@ENV"),
        case=first,
        kind=kind,
        kinds=("acceptance_document",),
        inputs=inputs,
    )
    return number, case


def report(town: Town, case: str, outcome: str) -> None:
    paper = town.material("outcome_document", town.actor("examiner@ENV"))
    day = town.today.isoformat() if outcome in {"annulled", "changed"} else None
    town.do(case, "report_outcome", inputs={"outcome": outcome, "effective_on": day}, materials=(paper,))


def test_what_a_court_did_is_of_a_day_that_has_come(town: Town) -> None:
    _, case = registered(town)
    paper = town.material("outcome_document", town.actor("examiner@ENV"))
    with pytest.raises(Invalid) as told_so:
        town.do(case, "report_outcome", inputs={"outcome": "upheld", "decided_on": "2026-06-11"}, materials=(paper,))
    assert [(one.where, "还没有到" in one.text) for one in told_so.value.problems] == [("decided_on", True)]
    with pytest.raises(Invalid) as told_so:
        registered(town, accepted_on="2026-06-11")
    assert [(one.where, "还没有到" in one.text) for one in told_so.value.problems] == [("accepted_on", True)]
    assert [row.number for row in town.all(select(cases).where(cases.c.procedure == "remedy"))] == [case]


@pytest.mark.parametrize(("kind", "told_outcome", "action", "state", "outcome"), [
    ("litigation", "upheld", "record_upheld", "restored", "recorded"),
    ("reconsideration", "withdrawn", "record_withdrawn", "restored", "withdrawn"),
    ("litigation", "annulled", "carry_annulment", "sealed", "annulled"),
    ("reconsideration", "changed", "carry_change", "restored", "corrected"),
])  # fmt: skip
def test_a_stay_and_an_outcome(town: Town, kind: str, told_outcome: str, action: str, state: str, outcome: str) -> None:
    number, case = registered(town, kind)
    town.do(case, "stay")
    assert town.of_record(number).state == "masked"
    assert "masked" in {m.get("result") for m in told(town, case)}
    report(town, case, told_outcome)
    for other in {"record_upheld", "record_withdrawn", "carry_annulment", "carry_change"} - {action}:
        with refused("input_was"):
            town.do(case, other)
    town.turn(update(office).values(review_organs="", court=""))  # nothing that is told to be contested waits for them
    town.do(case, action)
    if action.startswith("carry"):  # done once the platforms have it
        assert town.case(case).outcome is None
        receipts(town, case)
    assert (town.case(case).outcome, town.of_record(number).state) == (outcome, state)
    assert letters(town, case) == (["case_result"] if action.startswith("carry") else [])
    if action.startswith(
        "carry"
    ):  # what carries out a decision of a court or a reviewing organ can be contested in neither
        said = town.one(select(letter).where(letter.c.kind == "case_result")).content
        assert not said["fields"]["remedy_paragraphs"]
        assert not any("救济" in one["text"] or "申请行政复议" in one["text"] for one in said["paragraphs"])
    town.sound()


def test_a_stay_that_ends_shows_the_record_again(town: Town) -> None:
    number, case = registered(town)
    town.steps(case, "stay", "end_stay")
    assert town.of_record(number).state == "restored"
    with refused("wrong_state"):
        town.do(case, "stay")


def test_without_a_stay_publicity_goes_on(town: Town) -> None:
    number, case = registered(town)
    report(town, case, "upheld")
    town.do(case, "record_upheld")
    assert town.of_record(number).state == "published"


def test_the_paper_is_needed_and_two_people(town: Town) -> None:
    _, case = registered(town)
    with refused("new_material_supplied"):
        town.do(case, "report_outcome", materials=())
    both = town.actor("examiner@ENV", "decider@ENV")
    paper = town.material("outcome_document", both)
    town.do(case, "report_outcome", both, inputs={"outcome": "upheld"}, materials=(paper,))
    with refused("four_eyes"):
        town.do(case, "record_upheld", both)
