"""Repair of both laws: the way of a case, every refusal, every lapse, transfer, hearing, window and single window."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from repairflow.casework.actor import Actor
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from repairflow.records import office
from tests.law_stories.telling import belongs_to, letters, receipts, refused, told, words
from tests.support.building import Town

USUAL = ("accept", "report_verification", "propose_grant", "grant")
LEGACY_DAY = date(2026, 3, 2)
PLATFORM = Actor(None, "全国信用信息共享平台", "platform")


@pytest.mark.parametrize(("day", "version", "pack"), [
    (LEGACY_DAY, "2023-05", "CN-2023"),
    (date(2026, 3, 31), "2023-05", "CN-2023"),
    (date(2026, 4, 1), "2026-04", "CN-2026"),
    (date(2026, 6, 10), "2026-04", "CN-2026"),
])  # fmt: skip
def test_the_law_of_the_filing_day_carries_a_case_to_its_end(town: Town, day: date, version: str, pack: str) -> None:
    town.at(day)
    number = town.record(date(2025, 10, 9), measured=True)
    case = town.file_repair(number)
    assert (town.case(case).procedure_version, town.case(case).pack) == (version, pack)
    town.at(date(2026, 6, 15))  # a case of the old law goes on under it after its repeal
    town.steps(case, *USUAL)
    assert town.of_record(number).state == "ceased"
    assert {m.get("result") for m in told(town, case)} >= {"approved"}
    receipts(town, case)
    assert (town.case(case).outcome, town.of_record(number).state) == ("granted", "sealed")
    assert letters(town, case) == ["repair_receipt", "repair_accepted", "repair_granted"]
    cited = words(town, case, "repair_granted")
    assert ("第36号" in cited, "第58号" in cited) == (False, False)  # nobody has read the articles of either
    town.sound()


@pytest.mark.parametrize(("day", "kinds", "asked"), [
    (LEGACY_DAY, ("fine",), set()),
    (LEGACY_DAY, ("fine", "stop_business"), {"training", "credit_report"}),
    (date(2026, 6, 10), ("fine", "stop_business"), set()),
])  # fmt: skip
def test_means_of_repair_are_asked_where_the_pack_asks_for_them_and_nowhere_else(
    town: Town, day: date, kinds: tuple[str, ...], asked: set[str]
) -> None:
    town.at(day)
    number = town.record(date(2025, 1, 6), kinds=kinds)
    known = set(town.law.in_force("repair", day).material)
    assert ("training" in known) == (day == LEGACY_DAY)
    if asked:
        with refused("materials_complete"):
            town.file_repair(number)
    kinds_brought = ("performance_proof", *sorted(asked))
    assert town.case(town.file_repair(number, kinds=kinds_brought)).state == "submitted"


def test_no_pack_covers_a_day_before_the_first_law(town: Town) -> None:
    number = town.record()
    town.at(date(2023, 4, 28))
    with pytest.raises(Refused, match="没有"):
        town.law.in_force("repair", town.today)
    assert town.of_record(number).state == "published"


def test_market_regulation_has_a_pack_and_limits_of_its_own(town: Town) -> None:
    belongs_to(town, "MARKET", domain="market_regulation")
    case = town.file_repair(town.record(office_code="MARKET"))
    assert (town.case(case).procedure_version, town.case(case).pack) == ("2026-04.1", "SAMR-2026")
    assert town.dues(case)["acceptance"].due_day == date(2026, 6, 12)
    other = town.file_repair(town.record(office_code="ENV"))
    assert town.dues(other)["acceptance"].due_day == date(2026, 6, 15)
    assert set(town.law.packs["SAMR-2026"].lists["repair_deny_grounds"]) > set(
        town.law.packs["CN-2026"].lists["repair_deny_grounds"]
    )
    town.steps(case, *USUAL)
    receipts(town, case)
    assert town.case(case).outcome == "granted"


@pytest.mark.parametrize(("action", "before", "state", "letter"), [
    ("refuse", (), "not_accepted", "repair_not_accepted"),
    ("deny", ("accept", "report_verification", "propose_denial"), "denied", "repair_denied"),
    ("withdraw", ("accept", "report_verification"), "withdrawn", "repair_withdrawn"),
])  # fmt: skip
def test_other_ends(town: Town, action: str, before: tuple[str, ...], state: str, letter: str) -> None:
    number = town.record()
    case = town.file_repair(number)
    town.steps(case, *before, action)
    assert (town.case(case).state, letters(town, case)[-1], town.of_record(number).state) == (
        state,
        letter,
        "published",
    )
    if state in {"not_accepted", "denied"}:
        assert "行政复议" in words(town, case, letter)


def test_transfer_changes_who_decides_and_starts_a_limit_of_its_own(town: Town) -> None:
    case = town.file_repair()
    old = town.actor("acceptor@ENV")
    town.at(date(2026, 6, 11))
    event = town.do(case, "transfer", inputs={"to_office": "MARKET"})
    row = town.case(case)
    assert (row.state, row.deciding_id, row.number) == ("transferred", town.offices["MARKET"], case)
    assert set(town.dues(case)) == {"acceptance_after_transfer"}
    assert town.dues(case)["acceptance_after_transfer"].due_day == date(2026, 6, 16)
    assert "云溪县市场监督管理局" in words(town, case, "transfer_letter")
    assert town.trail(case)[-1].seq == event.seq
    assert any("移送" in title for title in town.notices("acceptor@MARKET"))
    with pytest.raises(Forbidden):
        town.do(case, "accept", old)  # it is no longer theirs
    town.do(case, "transfer", inputs={"to_office": "ENV"})
    with refused("times_below"):
        town.do(case, "transfer", inputs={"to_office": "MARKET"})
    town.steps(case, *USUAL)
    town.sound()


@pytest.mark.parametrize(
    ("code", "refusal"), [("NOWHERE", "no_such_office"), ("EMPTY", "nobody_there"), ("ENV", "same_office")]
)
def test_a_case_goes_to_another_authority_only(town: Town, code: str, refusal: str) -> None:
    with town.db.begin() as tx:
        tx.execute(office.insert().values(code="EMPTY", name="空", short_name="空", mark="空", kind="authority"))
    case = town.file_repair()
    before = town.counts()
    with refused(refusal):
        town.do(case, "transfer", inputs={"to_office": code})
    assert (town.counts()["event"], town.case(case).state) == (before["event"], "submitted")


def test_a_hearing_pauses_the_limit_and_gives_the_exact_rest_back(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    whole = town.dues(case)["handling"]
    assert whole.due_day == date(2026, 6, 22)  # 10 June + 7 working days; the 19th is a holiday
    town.at(date(2026, 6, 12))
    town.do(case, "serve_notice")
    assert (town.dues(case)["handling"].state, town.dues(case)["handling"].days_remaining) == ("paused", 6)
    assert "陈述" in words(town, case, "hearing_notice")
    town.at(date(2026, 6, 16))
    town.do(case, "state_defence")
    assert town.dues(case)["handling"].due_day == date(2026, 6, 25)
    with refused("not_yet_done"):
        town.do(case, "serve_notice")


def test_a_hearing_nobody_answers_ends_by_itself_and_decides_nothing(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice")
    town.serve(case)
    town.at(town.dues(case)["statement"].due_day + timedelta(days=1))
    town.sweep()
    assert (town.case(case).state, town.case(case).outcome) == ("reviewing", None)


def test_a_supplement_not_brought_lapses(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    town.serve(case)
    town.at(town.dues(case)["supplement"].due_day + timedelta(days=1))
    town.sweep()
    assert (town.case(case).outcome, letters(town, case)[-1]) == ("lapsed", "repair_lapsed")


def test_a_late_office_is_reported_and_decides_nothing(town: Town) -> None:
    case = town.file_repair()
    town.at(date(2026, 7, 20))
    assert {"due", "escalate:1", "escalate:3"} <= set(town.sweep())
    assert town.case(case).state == "submitted"


def test_four_eyes(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    both = town.actor("reviewer@ENV", "decider@ENV")
    with refused("four_eyes"):
        town.do(case, "grant", both)
    assert town.do(case, "grant").to_state == "executing"


def test_a_record_that_is_no_longer_public_ends_the_case(town: Town) -> None:
    number = town.record()
    repair, objection = town.file_repair(number), town.file_objection(number)
    with refused("record_no_longer_public"):
        town.do(repair, "terminate")
    town.steps(objection, "accept", "consult", "report_finding", "uphold_annul")
    town.do(repair, "terminate")
    assert (town.case(repair).outcome, letters(town, repair)[-1]) == ("terminated", "termination_notice")


def test_a_clerk_files_at_the_window_for_any_subject(town: Town) -> None:
    number = town.record()
    clerk = town.actor("registrar@CREDIT")
    case = town.file_repair(number, who=clerk, channel="window")
    row = town.case(case)
    assert (row.channel, row.filed_by, row.state) == ("window", town.people["registrar@CREDIT"], "submitted")
    assert town.trail(case)[0].actor_role == "applicant"
    with pytest.raises(NotFound):  # over the portal a clerk speaks for nobody
        town.file_repair(town.record(company="hengtuo"), who=town.actor("acceptor@MARKET"), channel="portal")
    town.steps(case, *USUAL)


def test_the_single_window_forwards_a_filing_once(town: Town) -> None:
    number = town.record()
    first = town.filing("repair", number, PLATFORM, channel="single_window", external_serial="XY-320830-0001")
    made = town.submit(first)
    row = town.case(made.case)
    assert (row.channel, row.external_serial, row.filed_by) == ("single_window", "XY-320830-0001", None)
    before = town.counts()
    again = town.submit(
        town.filing("repair", number, PLATFORM, channel="single_window", external_serial="XY-320830-0001", kinds=())
    )
    assert (again.case, again.replayed) == (made.case, True)
    assert town.counts() == before
    other = town.record(date(2026, 1, 6))
    with pytest.raises(Conflict):
        town.submit(
            town.filing("repair", other, PLATFORM, channel="single_window", external_serial="XY-320830-0001", kinds=())
        )
    with pytest.raises(Invalid):
        town.submit(town.filing("repair", other, PLATFORM, channel="single_window"))
    town.steps(made.case, *USUAL)
    assert told(town, made.case)[1]["ext_serial"] == "XY-320830-0001"
    town.sound()
