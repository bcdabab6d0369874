"""抽查检查结果: a record of its own; it goes with the penalty it led to when that is repaired, and comes back with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework.queries.cases import timeline
from repairflow.records import letter, outbox, record, target
from tests.law_stories.chaining import opened
from tests.law_stories.telling import belongs_to, receipts, refused
from tests.support.building import Town

GRANT = ("accept", "report_verification", "propose_grant", "grant")
REVOKE = ("serve_notice", "state_defence", "propose_revocation", "revoke")


@pytest.fixture
def market(town: Town) -> Town:
    """The town's authority is one of market regulation."""
    belongs_to(town, "ENV", domain="market_regulation")
    return town


def proposed(town: Town, **inputs: Any) -> str:
    return opened(town, "check_result", inputs=inputs, kinds=("check_document",))


def entered(town: Town) -> tuple[str, str]:
    """A confirmed result; the numbers of its case and of its record."""
    case = proposed(town, check_number=f"溪市监抽检〔2026〕{len(town.all(select(record)))}号")
    town.do(case, "confirm")
    return case, town.all(select(record).where(record.c.kind == "check_result").order_by(record.c.id))[-1].number


def bound(town: Town, **penalty: Any) -> tuple[str, str]:
    """A penalty and the result that led to it; their numbers."""
    number = town.record(**penalty)
    case, result = entered(town)
    town.do(case, "name_penalty", inputs={"penalty": number})
    assert town.case(case).outcome == "recorded"
    return number, result


def repaired(town: Town, number: str) -> str:
    case = town.file_repair(number)
    town.steps(case, *GRANT)
    return case


def test_a_result_is_a_record_with_its_period_and_its_letter(market: Town) -> None:
    _, number = entered(market)
    row = market.of_record(number)
    assert (row.kind, row.state, row.severity, row.behaviour) == (
        "check_result", "published", "ordinary", "“双随机、一公开”抽查检查不合格",
    )  # fmt: skip
    assert row.max_until == market.today.replace(year=market.today.year + 1)
    told = market.all(select(letter.c.kind).where(letter.c.record_id == row.id))
    assert [one.kind for one in told] == ["repair_informed"]
    assert market.all(select(outbox.c.id).where(outbox.c.record_id == row.id, outbox.c.topic == "push"))
    market.at(row.apply_from)
    repaired(market, number)  # it may be repaired like any other
    assert market.of_record(number).state == "ceased"
    market.sound()


def test_it_goes_with_the_repair_of_its_penalty_and_comes_back_with_it(market: Town) -> None:
    penalty, result = bound(market)
    other = entered(market)[1]  # led to nothing
    first = repaired(market, penalty)
    assert [market.of_record(n).state for n in (penalty, result, other)] == ["ceased", "ceased", "published"]
    mine = market.of_record(result).id
    shown = {push.payload["state"] for push in market.pushes(first) if push.record_id == mine}
    goals = market.all(
        select(target.c.code).join(outbox).where(outbox.c.record_id == mine, outbox.c.case_id.is_not(None))
    )
    assert (shown, {goal.code for goal in goals}) == ({"ceased"}, {"site", "province"})
    assert market.notices("yunxi", "ended")
    with market.db.begin() as tx:  # the repair is done when the platforms have taken down both
        waiting = tx.execute(select(outbox.c.id).where(outbox.c.record_id == mine, outbox.c.case_id.is_not(None))).all()
        assert len(waiting) == 2
    receipts(market, first)
    assert market.case(first).outcome == "granted"
    market.at(timedelta(days=30))
    revocation = market.file("revocation", None, who=market.actor("examiner@ENV"), case=first)
    market.steps(revocation, *REVOKE)
    assert [market.of_record(n).state for n in (penalty, result)] == ["restored", "restored"]
    assert {p.payload["state"] for p in market.pushes(revocation) if p.record_id == mine} == {"restored"}
    row = market.of_record(result)
    assert row.publish_from == row.decision_date  # only the penalty's period is counted anew
    market.sound()


def test_what_ended_by_itself_does_not_come_back(market: Town) -> None:
    penalty, result = bound(market)
    market.at(market.of_record(result).apply_from)
    repaired(market, result)
    first = repaired(market, penalty)
    receipts(market, first)
    revocation = market.file("revocation", None, who=market.actor("examiner@ENV"), case=first)
    market.steps(revocation, *REVOKE)
    assert (market.of_record(penalty).state, market.of_record(result).state) == ("restored", "ceased")


def test_a_penalty_that_was_repaired_before_it_was_named(market: Town) -> None:
    penalty = market.record()
    case, result = entered(market)
    first = repaired(market, penalty)
    assert market.of_record(result).state == "published"
    market.do(case, "name_penalty", inputs={"penalty": penalty})
    assert market.of_record(result).state == "ceased"
    with market.db.read() as tx:
        life = timeline.of_record(tx, market.law, market.of_record(result).id)
    assert "写明所涉行政处罚" in [event.label for event in life]
    assert [event.label for event in life if event.label.isascii()] == []  # no code stands before anybody
    receipts(market, first)
    revocation = market.file("revocation", None, who=market.actor("examiner@ENV"), case=first)
    market.steps(revocation, *REVOKE)
    assert market.of_record(result).state == "restored"


def test_a_penalty_that_only_ran_out_takes_nothing_with_it(market: Town) -> None:
    penalty = market.record()
    market.at(market.of_record(penalty).max_until + timedelta(days=1))
    market.sweep()
    case, result = entered(market)
    market.do(case, "name_penalty", inputs={"penalty": penalty})
    assert (market.of_record(penalty).state, market.of_record(result).state) == ("ceased", "published")


def test_only_a_penalty_of_the_same_subject(market: Town) -> None:
    case, result = entered(market)
    for number in (market.record(company="hengtuo"), result, "SX-2026-999999"):
        with refused("no_such_penalty"):
            market.do(case, "name_penalty", inputs={"penalty": number})
    market.do(case, "no_penalty")


def test_the_same_result_is_not_entered_twice(market: Town) -> None:
    for number in (1, 2):
        case = proposed(market, check_number="溪市监抽检〔2026〕8号")
        if number == 1:
            market.do(case, "confirm")
        else:
            with refused("number_taken"):
                market.do(case, "confirm")
            market.do(case, "review_return")


def test_other_fields_keep_no_such_results_and_another_person_confirms(town: Town) -> None:
    with refused("check_results_kept"):
        town.do(proposed(town), "confirm")
    belongs_to(town, "ENV", domain="market_regulation")
    both = town.actor("examiner@ENV", "reviewer@ENV")
    with refused("not_the_filer"):
        town.do(opened(town, "check_result", kinds=("check_document",)), "confirm", both)
