"""处罚法 48: what shows a penalty that was changed, annulled, or confirmed unlawful or void is withdrawn within three working days of that
decision's effect, on every platform; nothing else is said to rest on it. Due days counted by hand; 19 to 21 June 2026 off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.errors import Invalid
from repairflow.records import cases, letter, record, withdrawal_statement
from tests.law_stories.telling import receipts, refused, words
from tests.support.building import Town
from tests.web.desk_visit import Officer
from tests.web.portal_visit import make

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


HEAVIER = {"fine_wan": "500"}
WHY = "云溪县生态环境局2026年6月10日变更该处罚决定"
BACK = "经向作出机关核实，该处罚决定没有变更"


def recalled(town: Town, became: str = "changed") -> tuple[str, str]:
    """A penalty made heavier by its authority, withdrawn within the three days: every platform has withdrawn it."""
    number = town.record()
    case = found_by_the_office(town, number, "decision_changed", "2026-06-10")
    with refused("withdrawn_before_hearing"):
        town.do(case, "serve_notice", inputs={"corrections": HEAVIER})
    with refused("withdrawal_explained"):
        town.do(case, "recall", inputs={"public_reason": " ", "became": became})
    town.do(case, "recall", inputs={"public_reason": WHY, "became": became})
    return number, case


def test_a_heavier_change_is_withdrawn_within_three_days_and_heard_afterwards(town: Town) -> None:
    """What is known to be wrong leaves the public at once, with its reason; the heavier content waits for the hearing and comes with it."""
    number, case = recalled(town)
    assert town.of_record(number).state == "masked"
    (row,) = town.all(select(withdrawal_statement))
    assert (row.change, row.reason, row.effective_on) == ("changed", WHY, date(2026, 6, 10))
    pushed = [one.payload for one in town.pushes(case) if one.kind == "record_changed"]
    assert {(one["state"], one["withdrawal"]["reason"]) for one in pushed} == {("masked", WHY)}
    assert {one.kind for one in town.pushes(case)} == {"record_changed"}  # no repair is told
    look = make(town).test_client().get
    assert WHY in look("/withdrawals").text
    assert number not in look("/data/records.json").text
    assert (town.dues(case)["withdrawal"].state, town.dues(case)["withdrawal"].due_day) == (
        "running",
        date(2026, 6, 15),
    )
    receipts(town, case)
    assert town.case(case).state == "recalled"
    assert "withdrawal" not in town.dues(case)
    town.do(case, "serve_notice", inputs={"corrections": HEAVIER})
    town.serve(case)
    town.do(case, "state_defence")
    town.at(timedelta(days=10))
    town.sweep()
    assert LATE.format(case) not in town.notices("head@ENV", "escalation")
    town.do(case, "propose_heard")
    with refused("not_yet_done"):
        town.do(case, "keep")  # what was changed is not published as it was
    town.do(case, "correct", inputs={"corrections": HEAVIER, "public_reason": " "})
    assert town.of_record(number).state == "restored"
    assert len(town.all(select(withdrawal_statement))) == 1  # said once
    assert "withdrawal" not in town.dues(case)
    town.sound()


@pytest.mark.parametrize(("step", "inputs", "state", "said"), [
    ("correct", {"corrections": {"fine_wan": "1"}, "public_reason": " "}, "restored", 1),
    ("annul", {"public_reason": "云溪县人民政府2026年6月11日撤销该处罚决定"}, "sealed", 2),
    ("put_back", {"public_reason": BACK}, "restored", 2),
])  # fmt: skip
def test_what_was_withdrawn_may_turn_out_lighter_annulled_or_unchanged(
    town: Town, step: str, inputs: dict[str, object], state: str, said: int
) -> None:
    number, case = recalled(town)
    receipts(town, case)
    town.do(case, step, inputs=inputs)
    assert town.of_record(number).state == state
    assert len(town.all(select(withdrawal_statement))) == said
    assert ("已更正：处罚决定没有变动" in str(public(town))) is (step == "put_back")
    town.sound()


def public(town: Town) -> list[dict[str, Any]]:
    """The statements as open data has them, newest first."""
    return list(make(town).test_client().get("/data/withdrawals.json").json["rows"])


@pytest.mark.parametrize(("became", "told"), [
    ("changed", "变更"), ("revoked", "撤销"), ("unlawful", "确认违法"), ("void", "确认无效"), ("open", "正在核实"),
])  # fmt: skip
def test_the_statement_says_what_became_of_the_decision_and_no_more(town: Town, became: str, told: str) -> None:
    """All four have the same limit; only what is known is said, and what was open is said once it is known."""
    _, case = recalled(town, became)
    ((said,), pushed) = public(town), {one.payload["withdrawal"]["change"] for one in town.pushes(case)}
    assert (told in said["change"], pushed) == (True, {became})
    assert became == "open" or said["change"] == told
    receipts(town, case)
    lighter = {"corrections": {"fine_wan": "1"}, "public_reason": " " if became == "changed" else WHY}
    town.do(case, "correct", inputs=lighter)
    assert public(town)[0]["change"] == "变更"


def test_what_had_not_changed_is_taken_back_on_the_page_in_open_data_and_in_the_push(town: Town) -> None:
    number, case = recalled(town)
    receipts(town, case)
    with refused("withdrawal_explained"):
        town.do(case, "put_back", inputs={"public_reason": " "})
    town.do(case, "put_back", inputs={"public_reason": BACK})
    now, before = public(town)
    assert (now["change"], now["reason"], now["effective_on"], now["basis"]) == ("没有变动，恢复公示", BACK, None, None)
    assert (before["change"], before["reason"], before["effective_on"]) == (
        "变更（已更正：处罚决定没有变动）",
        WHY,
        None,
    )
    page = make(town).test_client().get("/withdrawals").text
    assert "<s>变更</s>" in page
    assert "起生效" not in page.partition("<table")[2]
    last = [one.payload for one in town.pushes(case) if one.kind == "record_changed"][-1]
    assert (last["state"], last["withdrawal"]["change"], last["withdrawal"]["basis"]) == ("restored", "stands", None)
    assert "已被依法" not in words(town, case, "case_result")
    assert number in make(town).test_client().get("/data/records.json").text


def stayed(town: Town, number: str) -> str:
    """A remedy about a record whose execution a court has stayed."""
    first = town.file_repair(number)
    town.steps(first, "accept", "report_verification", "propose_denial", "deny")
    who = town.actor("acceptor@ENV")
    return town.file("remedy", None, who=who, case=first, kind="litigation", kinds=("acceptance_document",))


@pytest.mark.parametrize("first", ["stay", "recall"])
@pytest.mark.parametrize("ends", ["end_stay", "put_back"])
def test_a_stay_and_a_withdrawal_each_hold_their_own_mask(town: Town, first: str, ends: str) -> None:
    """Whichever came first and whichever ends first: nothing is shown before both have ended, and then it is."""
    number = town.record()
    court = stayed(town, number)
    case = found_by_the_office(town, number, "decision_changed", "2026-06-10")
    recall = {"public_reason": WHY, "became": "changed"}
    if first == "stay":
        town.do(court, "stay")
        with refused("withdrawn_before_hearing"):  # hidden by the court alone: its end would show what is wrong
            town.do(case, "serve_notice", inputs={"corrections": HEAVIER})
        town.do(case, "recall", inputs=recall)
        assert "withdrawal" in str([one.payload for one in town.pushes(case)])
    else:
        town.do(case, "recall", inputs=recall)
        town.do(court, "stay")
    receipts(town, case)
    back = {"public_reason": BACK}
    if ends == "end_stay":
        town.do(case, "serve_notice", inputs={"corrections": HEAVIER})
        town.do(court, "end_stay")
        assert number not in make(town).test_client().get("/data/records.json").text  # during the whole hearing
        town.serve(case)
        town.do(case, "state_defence")
        town.do(case, "propose_heard")
    else:
        town.do(case, "put_back", inputs=back)
        assert [one.change for one in town.all(select(withdrawal_statement))] == ["changed", "stands"]
    assert town.of_record(number).state == "masked"
    if ends == "end_stay":
        town.do(case, "put_back", inputs=back)
    else:
        town.do(court, "end_stay")
    assert town.of_record(number).state == "restored"
    town.sound()


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_shown_again_bears_the_mark_of_an_objection_that_is_still_open(town: Town, closed: bool) -> None:
    number = town.record()
    objection = town.file_objection(number)
    town.do(objection, "accept")
    assert town.of_record(number).state == "disputed"
    case = found_by_the_office(town, number, "decision_changed", "2026-06-10")
    town.do(case, "recall", inputs={"public_reason": WHY, "became": "changed"})
    receipts(town, case)
    if closed:
        town.steps(objection, "consult", "report_finding", "dismiss")
    town.do(case, "correct", inputs={"corrections": {"fine_wan": "1"}, "public_reason": " "})
    assert town.of_record(number).state == ("restored" if closed else "disputed")
    town.sound()


def test_only_a_changed_public_penalty_is_withdrawn_before_its_correction(town: Town) -> None:
    other = found_by_the_office(town, town.record(), "mistaken", None)
    with refused("withdrawal_due"):
        town.do(other, "recall")
    officer = Officer(make(town), town, "examiner@ENV")
    asked = [
        'id="recall-public_reason"' in officer.get(f"/desk/cases/{case}")
        for case in (found_by_the_office(town, town.record(), "decision_changed", "2026-06-10"), other)
    ]
    assert asked == [True, False]


@pytest.mark.parametrize(("step", "label"), [("correct", "已更正"), ("annul", "已撤销")])
def test_an_end_is_called_what_was_decided(town: Town, step: str, label: str) -> None:
    """A record that was annulled was not corrected: the case, its figures and its subject say 撤销."""
    case = town.file("correction", town.record(), town.actor("examiner@ENV"), kinds=(), inputs={"effective_on": None})
    town.steps(case, "propose", step)
    receipts(town, case)
    row = town.case(case)
    assert town.procedure(case).state[row.state].label == label
    assert row.outcome == ("annulled" if step == "annul" else "corrected")
    town.sound()


def test_a_case_takes_back_its_own_mask_and_no_other(town: Town) -> None:
    """A record hidden by another case (破产重整) is not shown by a judgment that leaves the decision as it was."""
    with refused("change_of_penalty_dated"):
        decided(town, "2026-06-10", "upheld")
    case = town.one(select(cases).where(cases.c.procedure == "remedy"))
    town.turn(update(record).where(record.c.id == case.record_id).values(state="masked"))
    enter(town, case.number, "upheld", None)
    town.do(case.number, "record_upheld")
    assert town.one(select(record).where(record.c.id == case.record_id)).state == "masked"
