"""复核: another office and other people look again, once for the same facts; what they change is carried out to the end."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from repairflow.errors import NotFound
from repairflow.records import case_link, cases, office, own_rule
from tests.law_stories.telling import belongs_to, letters, receipts, refused, words
from tests.support.building import OWN_RULES, Town, law
from tests.support.read_terms import term_is_read

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


def denied(town: Town) -> tuple[str, str]:
    """A record whose repair was denied by ENV, which has MARKET above it, and that case."""
    belongs_to(town, "ENV", parent_id=town.offices["MARKET"])
    number = town.record()
    case = town.file_repair(number)
    town.steps(case, "accept", "report_verification", "propose_denial", "deny")
    town.serve(case)
    return number, case


def asked(town: Town, first: str, **more: Any) -> str:
    return town.file("review", None, case=first, **({"kinds": ()} | more))


def dismissed(town: Town) -> str:
    """An objection that the credit centre dismissed, with an office above it that takes up reviews."""
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", "dismiss")
    town.serve(case)
    return case


def test_a_review_is_told_with_what_gives_it_and_its_term_is_held_against_nobody(town: Town) -> None:
    """No article read here gives it: the office's own rule does, and the letter cites that."""
    first, given = dismissed(town), f"（{OWN_RULES}）"
    told = f"可以自收到本文书之日起15个工作日内向云溪县市场监督管理局申请复核{given}。"
    assert told in words(town, first, "objection_result")
    town.turn(delete(own_rule).where(own_rule.c.procedure == "remedies"))
    said = words(town, dismissed(town), "objection_result")
    assert "申请复核" not in said
    assert "行政复议" in said
    town.at(date(2026, 12, 1))
    assert town.case(asked(town, first)).state == "submitted"


def test_a_term_somebody_has_read_is_told(town: Town) -> None:
    term_is_read(town)
    said = words(town, dismissed(town), "objection_result")
    assert "可以自收到本文书之日起15个工作日内向云溪县市场监督管理局申请复核" in said


def test_a_review_maintains(town: Town) -> None:
    _, first = denied(town)
    case = asked(town, first)
    assert town.case(case).deciding_id == town.offices["MARKET"]
    town.steps(case, "accept", "report_review", "maintain")
    assert (town.case(case).outcome, letters(town, case)) == ("maintained", ["case_accepted", "case_result"])
    text = words(town, case, "case_result")
    assert all(word in text for word in ("云溪县生态环境局", "行政复议", "维持"))
    with refused("not_decided_before"):
        asked(town, first, inputs={"new_facts": None})
    again = asked(town, first, inputs={"new_facts": "新取得缴款凭证一份。"})
    assert town.case(again).state == "submitted"
    town.sound()


@pytest.mark.parametrize(("how", "state", "outcome"), [
    ("repair", "ceased", "corrected"), ("annul", "sealed", "annulled"), ("correct", "published", "corrected"),
])  # fmt: skip
def test_a_review_that_changes_is_carried_out_by_the_authority(town: Town, how: str, state: str, outcome: str) -> None:
    number, first = denied(town)
    case = asked(town, first)
    town.steps(case, "accept", "report_review", "change")
    assert (town.case(case).outcome, town.of_record(number).state) == ("upheld", "published")
    link = town.one(select(case_link).where(case_link.c.from_id == town.case(case).id))
    follow = str(town.one(select(cases.c.number).where(cases.c.id == link.to_id)).number)
    assert (town.case(follow).procedure, town.case(follow).deciding_id) == ("correction", town.offices["ENV"])
    town.do(follow, "propose")
    for step in ("find_right", "withdraw"):  # what a review decided is carried out
        with refused("follows_no_case"):
            town.do(follow, step)
    town.do(follow, how)
    assert town.of_record(number).state == state
    receipts(town, follow)
    assert town.case(follow).outcome == outcome
    town.sound()


def test_who_took_part_before_takes_no_part_now(town: Town) -> None:
    _, first = denied(town)
    case = asked(town, first)
    worked_there = town.actor("reviewer@ENV", "acceptor@MARKET", "reviewer@MARKET", "decider@MARKET")
    with refused("other_person_than_first"):
        town.do(case, "accept", worked_there)
    town.do(case, "accept")
    with refused("other_person_than_first"):
        town.do(case, "report_review", worked_there)


@pytest.mark.parametrize(("before", "step"), [
    ((), "accept"), (("accept", "report_review"), "maintain"), (("accept", "report_review"), "change"),
    (("accept", "report_review"), "change_partly"),
])  # fmt: skip
def test_the_office_that_decided_takes_no_step_that_decides_again(
    town: Town, before: tuple[str, ...], step: str
) -> None:
    """A case that came to it after all, whatever way: by a merger of offices or a correction of the register."""
    _, first = denied(town)
    case = asked(town, first)
    for done in before:
        town.do(case, done)
    env = town.offices["ENV"]
    town.turn(update(cases).where(cases.c.number == case).values(deciding_id=env, receiving_id=env))
    stood = town.case(case).state
    with refused("other_office_than_first"):
        town.do(case, step, town.actor("acceptor@ENV" if step == "accept" else "decider@ENV"))
    assert town.case(case).state == stood


def test_an_office_above_itself_takes_up_no_review_of_its_own(town: Town) -> None:
    _, first = denied(town)
    belongs_to(town, "ENV", parent_id=town.offices["ENV"])
    with refused("other_office_than_first"):
        asked(town, first)


def test_four_eyes(town: Town) -> None:
    _, first = denied(town)
    case = asked(town, first)
    town.do(case, "accept")
    both = town.actor("reviewer@MARKET", "decider@MARKET")
    town.do(case, "report_review", both)
    with refused("four_eyes"):
        town.do(case, "maintain", both)


def test_when_and_after_what_a_review_may_be_asked(town: Town) -> None:
    _, first = denied(town)
    town.at(date(2026, 7, 2))  # 15 working days after 10 June, the 19th a holiday
    assert town.case(asked(town, first)).state == "submitted"
    other = town.file_repair(town.record(date(2026, 1, 6)))
    with refused("first_case_was"):
        asked(town, other)
    town.do(other, "withdraw")
    with refused("first_case_was"):
        asked(town, other)


def test_too_late(town: Town) -> None:
    term_is_read(town)
    _, first = denied(town)
    town.at(date(2026, 7, 3))
    with refused("within_term_of_first"):
        asked(town, first)


def test_the_time_for_it_begins_with_service(town: Town) -> None:
    term_is_read(town)
    belongs_to(town, "ENV", parent_id=town.offices["MARKET"])
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial", "deny")
    town.at(date(2026, 8, 3))  # long after the decision, which reaches its addressee only now
    assert town.case(asked(town, case)).state == "submitted"
    other = town.file_repair(town.record(date(2026, 2, 6)))
    town.steps(other, "accept", "report_verification", "propose_denial", "deny")
    town.at(date(2026, 8, 20))
    town.serve(other)
    town.at(date(2026, 9, 10))  # fifteen working days after 20 August
    assert town.case(asked(town, other)).state == "submitted"
    late = town.file_repair(town.record(date(2026, 3, 6)))
    town.steps(late, "accept", "report_verification", "propose_denial", "deny")
    town.serve(late)
    town.at(date(2026, 10, 12))
    with refused("within_term_of_first"):
        asked(town, late)


@pytest.mark.parametrize(("closes", "hour", "channel", "open_"), [
    ("17:30", time(17, 30), "window", True),
    ("17:30", time(17, 31), "window", False),
    ("17:30", time(23, 59), "portal", True),
    ("", time(23, 59), "window", True),
])  # fmt: skip
def test_on_the_last_day_a_window_ends_when_it_closes(
    town: Town, closes: str, hour: time, channel: str, open_: bool
) -> None:
    """民法典 203(2); 2 July is the fifteenth working day."""
    town.turn(update(office).values(closes_at=closes))
    term_is_read(town)
    _, first = denied(town)
    town.at(date(2026, 7, 2), hour)
    who = town.actor("registrar@CREDIT" if channel == "window" else "yunxi")
    if open_:
        assert town.case(asked(town, first, who=who, channel=channel)).state == "submitted"
        return
    with refused("within_term_of_first"):
        asked(town, first, who=who, channel=channel)


def test_nobody_asks_about_somebody_elses_case(town: Town) -> None:
    _, first = denied(town)
    with pytest.raises(NotFound):
        asked(town, first, who=town.actor("hengtuo"))


def test_a_decision_of_the_credit_office_goes_to_the_office_above_it(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", "dismiss")
    with refused("no_reviewer"):
        asked(town, case)
    assert "申请复核" not in words(town, case, "objection_result")  # what nobody takes up is not promised
    assert "申请行政复议" in words(town, case, "objection_result")
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    assert town.case(asked(town, case)).deciding_id == town.offices["MARKET"]
    other = town.file_objection()
    town.steps(other, "accept", "consult", "report_finding", "dismiss")
    assert "申请复核" in words(town, other, "objection_result")


def test_the_credit_centre_reviews_no_decision_of_a_bureau(town: Town) -> None:
    """No text read gives a centre that power: neither by default nor as the office registered above; the letter tells of none."""
    for above in (None, town.offices["CREDIT"]):
        belongs_to(town, "ENV", parent_id=above)
        case = town.ended()
        with refused("no_reviewer"):
            asked(town, case)
        told = words(town, case, "repair_denied")
        assert "申请复核" not in told
        assert "申请行政复议" in told


def test_every_review_that_a_letter_promises_can_be_filed() -> None:
    review = law().versions("review")[-1]
    (asks,) = [use.parameters for use in review.filing_guards if use.guard == "first_case_was"]
    promised = {
        (p.procedure, action.to and p.state[action.to].outcome)
        for name in law().names()
        for p in law().versions(name)
        for action in p.action.values()
        if "review" in action.remedy
    }
    assert len(promised) > 15
    assert {(p, o) for p, o in promised if p not in asks["procedure"] or o not in asks["outcome"]} == set()
    assert "review" not in asks["procedure"]  # a review is not reviewed


@pytest.mark.parametrize(("steps", "state", "letter"), [
    (("refuse",), "not_accepted", ["case_not_accepted"]),
    (("accept", "withdraw"), "withdrawn", ["case_accepted"]),
])  # fmt: skip
def test_other_ends(town: Town, steps: tuple[str, ...], state: str, letter: list[str]) -> None:
    _, first = denied(town)
    case = asked(town, first)
    town.steps(case, *steps)
    assert (town.case(case).state, letters(town, case)) == (state, letter)


def test_a_late_office_is_reported(town: Town) -> None:
    _, first = denied(town)
    case = asked(town, first)
    town.do(case, "accept")
    town.at(town.dues(case)["handling"].due_day + timedelta(days=10))
    assert "escalate:3" in town.sweep()
    assert town.case(case).state == "reviewing"
