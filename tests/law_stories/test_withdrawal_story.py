"""处罚法 48: what shows a penalty that was changed, annulled, or confirmed unlawful or void is withdrawn within three working days of that
decision's effect, on every platform; nothing else is said to rest on it. Due days counted by hand; 19 to 21 June 2026 off."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from repairflow.errors import Invalid
from repairflow.records import cases, letter
from tests.law_stories.telling import receipts, refused
from tests.support.building import Town

pytestmark = pytest.mark.either_database

# the day of effect, and the third working day after it: today is Wednesday 10 June
DAYS = [
    ("2026-06-10", date(2026, 6, 15)),  # 11, 12, 15
    ("2026-06-05", date(2026, 6, 10)),  # a Friday: 8, 9, 10
    ("2026-06-01", date(2026, 6, 4)),  # entered when the three days were over
    ("2026-04-30", date(2026, 5, 8)),  # 1 to 5 May off: 6, 7, 8
]

LATE = "督办：{} 撤回处罚决定信息期限逾期"


def decided(town: Town, effective_on: str | None, outcome: str = "annulled") -> tuple[str, str]:
    """A penalty record, and its remedy in which a court's decision was entered."""
    number = town.record()
    first = town.file_repair(number)
    town.steps(first, "accept", "report_verification", "propose_denial", "deny")
    case = town.file(
        "remedy", None, who=town.actor("acceptor@ENV"), case=first, kind="litigation", kinds=("acceptance_document",)
    )
    enter(town, case, outcome, effective_on)
    return number, case


def enter(town: Town, case: str, outcome: str, effective_on: str | None) -> None:
    paper = town.material("outcome_document", town.actor("examiner@ENV"))
    inputs = {"outcome": outcome, "effective_on": effective_on}
    town.do(case, "report_outcome", inputs=inputs, materials=(paper,))


def found_by_the_office(town: Town, number: str, cause: str, effective_on: str | None) -> str:
    inputs = {"cause": cause, "effective_on": effective_on}
    return town.file("correction", number, town.actor("examiner@ENV"), kinds=(), inputs=inputs)


@pytest.mark.parametrize(("effective_on", "due"), DAYS)
def test_the_three_days_begin_with_the_effect_of_the_decision_and_not_with_its_entry(
    town: Town, effective_on: str, due: date
) -> None:
    _, case = decided(town, effective_on)
    limit = town.dues(case)["withdrawal"]
    assert (limit.due_day, limit.started_on) == (due, date.fromisoformat(effective_on))
    assert town.procedure(case).clock["withdrawal"].verified
    other = found_by_the_office(town, town.record(), "decision_changed", effective_on)
    assert town.dues(other)["withdrawal"].due_day == due
    town.sound()


def test_across_the_year_end(town: Town) -> None:
    """2027 has no arrangement yet: 31 December, 4 and 5 January, the 1st a holiday by 国务院令795."""
    town.at(date(2026, 12, 31))
    case = found_by_the_office(town, town.record(), "decision_changed", "2026-12-30")
    limit = town.dues(case)["withdrawal"]
    assert (limit.due_day, limit.provisional) == (date(2027, 1, 5), True)


@pytest.mark.parametrize(("outcome", "step", "state"), [
    ("annulled", "carry_annulment", "annulled"), ("changed", "carry_change", "corrected"),
])  # fmt: skip
def test_a_late_push_is_late_and_overseen(town: Town, outcome: str, step: str, state: str) -> None:
    """Carried out in time, but a platform answers on the day after the last: the limit ran on until then."""
    _, case = decided(town, "2026-06-10", outcome)
    town.at(date(2026, 6, 11))
    town.do(case, step)
    assert town.case(case).outcome is None
    limit = town.dues(case)["withdrawal"]
    assert (limit.state, limit.due_day) == ("running", date(2026, 6, 15))
    town.at(date(2026, 6, 16))
    town.sweep()
    assert LATE.format(case) in town.notices("head@ENV", "escalation")
    receipts(town, case)
    assert town.case(case).outcome == state
    town.sound()


def test_what_was_entered_too_late_is_overseen_at_once(town: Town) -> None:
    _, case = decided(town, "2026-06-01")
    town.sweep()
    assert LATE.format(case) in town.notices("head@ENV", "escalation")


def test_the_day_is_asked_for_and_has_come(town: Town) -> None:
    number = town.record()
    with refused("change_of_penalty_dated"):
        decided(town, None)
    with refused("change_of_penalty_dated"):
        found_by_the_office(town, number, "decision_changed", None)
    with pytest.raises(Invalid) as wrong:
        found_by_the_office(town, number, "decision_changed", "2026-06-11")
    assert [(one.where, "还没有到" in one.text) for one in wrong.value.problems] == [("effective_on", True)]


@pytest.mark.parametrize("cause", ["mistaken", "reviewed"])
def test_other_corrections_neither_have_the_limit_nor_name_the_article(town: Town, cause: str) -> None:
    number = town.record()
    with refused("change_of_penalty_dated"):
        found_by_the_office(town, number, cause, "2026-06-10")
    case = found_by_the_office(town, number, cause, None)
    town.steps(case, "propose", "correct")
    assert "withdrawal" not in town.dues(case)
    procedure = town.procedure(case)
    for clock in ("execution", "synchronising"):
        assert not procedure.clock[clock].verified
        assert not {"chufa.a48", "chufa.a85"} & set(procedure.clock[clock].basis)
    said = town.one(select(letter).where(letter.c.case_id == town.case(case).id))
    assert "第四十八条" not in str(said.content)


@pytest.mark.parametrize("outcome", ["upheld", "withdrawn"])
def test_what_stands_has_nothing_to_withdraw(town: Town, outcome: str) -> None:
    with refused("change_of_penalty_dated"):
        decided(town, "2026-06-10", outcome)
    case = town.one(select(cases).where(cases.c.procedure == "remedy")).number
    enter(town, case, outcome, None)
    assert "withdrawal" not in town.dues(case)


def test_a_listing_is_no_penalty(town: Town) -> None:
    case = found_by_the_office(town, town.listed(), "decision_changed", None)
    assert "withdrawal" not in town.dues(case)
