"""破产重整: masked while the plan runs, repaired when it is performed, public again when it fails."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from repairflow.records import measure
from tests.law_stories.telling import letters, receipts, refused, told, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both

RULING = ("ruling", "plan")
TO_MASK = ("accept", "report_check", "mask")


def masked(town: Town) -> tuple[str, str]:
    """A record masked under a plan: its number and the case's."""
    number = town.record(date(2026, 5, 20), measured=True)  # its minimum period has not passed
    case = town.file("reorganisation", number, kinds=RULING)
    town.steps(case, *TO_MASK)
    return number, case


def lifted(town: Town, number: str) -> bool:
    of = select(measure.c.lifted_at).where(measure.c.record_id == town.of_record(number).id)
    return town.one(of).lifted_at is not None


def test_a_plan_that_is_performed_ends_in_repair(town: Town) -> None:
    number, case = masked(town)
    assert (town.of_record(number).state, lifted(town, number)) == ("masked", True)
    assert "masked" in {m.get("result") for m in told(town, case)}
    assert set(town.dues(case)) == {"progress", "plan"}
    assert town.dues(case)["progress"].due_day == date(2026, 12, 10)
    text = words(town, case, "masking_decision")
    assert all(word in text for word in ("裁定", town.of_record(number).document_number))
    assert "行政复议" not in text  # what was asked for is granted
    town.at(date(2026, 9, 10))
    town.steps(case, "report_progress", "confirm_progress")
    assert town.dues(case)["progress"].due_day == date(2027, 3, 10)  # the next six months
    with refused("new_material_supplied"):
        town.do(case, "report_completion", materials=())
    who = town.actor("yunxi")
    town.do(case, "report_completion", materials=(town.material("performance", who),))
    town.steps(case, "confirm_completion", "repair")
    assert town.of_record(number).state == "ceased"
    receipts(town, case)
    assert (town.case(case).outcome, town.of_record(number).state) == ("granted", "sealed")
    assert letters(town, case) == ["repair_receipt", "repair_accepted", "masking_decision", "case_result"]
    town.sound()


def test_the_ruling_alone_is_enough_and_the_letter_speaks_as_the_scheme_does(town: Town) -> None:
    """国办发〔2025〕22号: 持裁定书提出，暂时屏蔽、暂时解除，执行完毕后重新评定; it names neither the plan nor sharing."""
    number = town.record(date(2026, 5, 20), measured=True)
    case = town.file("reorganisation", number, kinds=("ruling",))
    town.steps(case, *TO_MASK)
    text = words(town, case, "masking_decision")
    assert all(word in text for word in ("暂时屏蔽", "暂时解除", "重新评定信用状况"))
    assert "停止共享" not in text
    assert "最短公示期" not in town.procedure(case).summary
    assert "cease_sharing" not in town.procedure(case).action["mask"].effects


def test_nothing_of_it_is_said_to_be_read(town: Town) -> None:
    """22号 was read in excerpts: no basis and no limit of the procedure calls itself read, and nothing is 临时."""
    law = town.procedure(masked(town)[1])
    assert not [name for name, one in law.basis.items() if one.verified]
    assert not [name for name, one in law.clock.items() if one.verified]
    assert law.clock["plan"].basis == ("default",)
    assert not law.material["plan"].required
    assert "临时" not in law.model_dump_json()


@pytest.mark.parametrize(
    ("kind", "said", "not_said"),
    [
        ("reorganisation", ("裁定，批准重整计划", "在重整计划执行期间", "重整计划执行完毕的"), "和解协议"),
        ("composition", ("裁定，认可和解协议", "在和解协议执行期间", "和解协议执行完毕的"), "重整计划"),
    ],
)
def test_letters_name_what_the_court_approved(town: Town, kind: str, said: tuple[str, ...], not_said: str) -> None:
    case = town.file("reorganisation", town.record(date(2026, 5, 20)), kinds=("ruling",), inputs={"plan_kind": kind})
    town.steps(case, *TO_MASK, "report_failure", "unmask")
    masking, unmasking = (words(town, case, one) for one in ("masking_decision", "unmasking_decision"))
    assert all(one in masking for one in said)
    assert all(one in unmasking for one in said[:2])
    assert not_said not in masking + unmasking


def test_a_plan_that_fails_brings_the_record_back(town: Town) -> None:
    number, case = masked(town)
    town.do(case, "report_failure")
    town.do(case, "keep_masked")
    assert town.of_record(number).state == "masked"
    town.steps(case, "report_failure", "unmask")
    assert (town.case(case).outcome, town.of_record(number).state, lifted(town, number)) == (
        "unmasked",
        "restored",
        False,
    )
    assert "unmasked" in {m.get("result") for m in told(town, case)}
    assert "行政诉讼" in words(town, case, "unmasking_decision")
    town.sound()


@pytest.mark.parametrize(("last", "state", "letter"), [
    (("refuse",), "not_accepted", "repair_not_accepted"),
    (("accept", "report_check", "deny"), "denied", "case_result"),
    (("accept", "withdraw"), "withdrawn", "repair_withdrawn"),
])  # fmt: skip
def test_other_ends_leave_the_record_public(town: Town, last: tuple[str, ...], state: str, letter: str) -> None:
    number = town.record()
    case = town.file("reorganisation", number, kinds=RULING)
    town.steps(case, *last)
    assert (town.case(case).state, letters(town, case)[-1], town.of_record(number).state) == (
        state,
        letter,
        "published",
    )


def test_no_ruling_no_filing(town: Town) -> None:
    with refused("materials_complete"):
        town.file("reorganisation", town.record(), kinds=("plan",))


def test_a_ruling_that_is_not_in_force_masks_nothing(town: Town) -> None:
    case = town.file("reorganisation", town.record(), kinds=RULING)
    town.do(case, "accept")
    town.do(case, "report_check", inputs={"ruling_in_force": False})
    with refused("input_was"):
        town.do(case, "mask")


def test_four_eyes(town: Town) -> None:
    case = town.file("reorganisation", town.record(), kinds=RULING)
    town.do(case, "accept")
    both = town.actor("examiner@ENV", "decider@ENV")
    town.do(case, "report_check", both)
    with refused("four_eyes"):
        town.do(case, "mask", both)


def test_a_report_not_made_is_escalated_and_a_supplement_not_brought_lapses(town: Town) -> None:
    number, case = masked(town)
    town.at(town.dues(case)["progress"].due_day + timedelta(days=1))
    town.sweep()
    assert (town.case(case).state, town.of_record(number).state) == ("masked", "masked")
    other = town.file("reorganisation", town.record(date(2026, 11, 2)), kinds=RULING)
    town.do(other, "request_supplement")
    town.serve(other)
    town.at(town.dues(other)["supplement"].due_day + timedelta(days=1))
    town.sweep()
    assert (town.case(other).outcome, letters(town, other)[-1]) == ("lapsed", "repair_lapsed")
