"""移出名单: after the minimum stay, by itself at the end, or void from the start; measures lifted, closed on receipts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from repairflow.casework import records_life
from repairflow.casework.actor import SYSTEM
from repairflow.records import cases, list_entry, measure, outbox, record
from tests.law_stories.chaining import entries
from tests.law_stories.telling import letters, receipts, refused, told, words
from tests.law_stories.test_listing_story import listing
from tests.support.building import Town

YEAR_LATER = date(2027, 6, 10)


def on_list(town: Town, kind: str = "serious", *, linked: bool = False) -> str:
    """The number of a record on a list."""
    case = listing(town, kind)
    if linked:
        town.do(case, "link_person")
    town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
    return str(entries(town, case)[0].number)


def apply(town: Town, number: str, kind: str = "application", **more: Any) -> str:
    return town.file("list_removal", number, kind=kind, **({"kinds": ("performance_proof",)} | more))


def bear(town: Town, number: str) -> None:
    """The record bears a measure of another office."""
    with town.db.begin() as tx:
        tx.execute(
            insert(measure).values(
                record_id=tx.execute(select(record.c.id).where(record.c.number == number)).scalar_one(), code="bidding",
                label="限制参加政府采购和工程投标", office_id=town.offices["MARKET"], imposed_on=town.today,
            )
        )  # fmt: skip
        town_note(town, tx, number)


def town_note(town: Town, tx: Connection, number: str) -> None:
    row = tx.execute(select(record).where(record.c.number == number)).one()
    records_life.note(
        tx, row, "measure", actor=SYSTEM, role="system", from_state=None, to_state=None, reason=None, content={}, now=town.now,
    )  # fmt: skip


def left(town: Town) -> list[str | None]:
    return [row.left_how for row in town.all(select(list_entry).order_by(list_entry.c.id))]


def test_the_usual_path(town: Town) -> None:
    number = on_list(town, linked=True)
    bear(town, number)
    town.at(YEAR_LATER)
    case = apply(town, number)
    town.steps(case, "accept", "report_verification", "remove")
    assert town.of_record(number).state == "ceased"
    assert left(town) == ["removed", "removed"]
    assert {row.state for row in town.all(select(record))} == {"ceased"}
    text = words(town, case, "removal_decision")
    for said in ("严重失信主体名单", "2026年6月10日被列入", "解除惩戒措施", "最短列入期限已满"):
        assert said in text
    messages = told(town, case)
    assert {m["change"] for m in messages if "change" in m} == {"removed"}
    assert [m["measure_code"] for m in messages if "measure_code" in m] == ["bidding"]
    assert town.case(case).state == "executing"
    receipts(town, case)
    assert (town.case(case).outcome, town.of_record(number).state) == ("removed", "sealed")
    assert letters(town, case) == ["removal_receipt", "removal_decision"]
    town.sound()


def test_not_before_the_minimum_stay(town: Town) -> None:
    number = on_list(town)
    case = apply(town, number)
    with refused("minimum_period_served"):
        town.do(case, "accept")
    town.do(case, "refuse")
    assert (town.case(case).outcome, letters(town, case)[-1]) == ("refused", "removal_not_accepted")


def test_only_entries_of_a_list_and_once_at_a_time(town: Town) -> None:
    with refused("record_on_list"):
        apply(town, town.record())
    number = on_list(town)
    apply(town, number)
    with refused("no_duplicate_pending"):
        apply(town, number)
    with refused("maximum_stay_over"):
        apply(town, number, "expiry")


def test_four_eyes_and_conditions(town: Town) -> None:
    number = on_list(town)
    town.at(YEAR_LATER)
    case = apply(town, number)
    both = town.actor("examiner@ENV", "decider@ENV")
    town.do(case, "accept")
    kinds = town.law.packs["CN-2026"].lists["list_removal_conditions"]
    unmet = {code: {"met": code != "no_new", "note": "受到新的处罚"} for code in kinds}
    town.do(case, "report_verification", both, inputs={"conditions": unmet})
    with refused("four_eyes"):
        town.do(case, "remove", both)
    with refused("conditions_confirmed"):
        town.do(case, "remove")
    town.do(case, "deny", ground="new_penalty")
    assert "受到新的更重处罚" in words(town, case, "removal_denied")
    assert town.of_record(number).state == "published"


def test_annulment_is_another_thing(town: Town) -> None:
    number = on_list(town, linked=True)
    case = town.file("list_removal", number, town.actor("examiner@ENV"), kinds=(), kind="annulment")
    assert letters(town, case) == []  # nobody applied
    with refused("case_kind_is"):
        town.do(case, "accept")
    with refused("not_the_filer"):
        town.do(case, "annul", town.actor("examiner@ENV", "decider@ENV"))
    town.do(case, "annul")
    assert {row.state for row in town.all(select(record))} == {"sealed"}
    assert left(town) == ["annulled", "annulled"]
    text = words(town, case, "annulment_decision")
    assert "自始无效" in text
    assert town.of_record(number).document_number in text
    assert {m["change"] for m in told(town, case) if "change" in m} == {"annulled"}
    receipts(town, case)
    assert town.case(case).outcome == "annulled"
    town.sound()


def test_an_annulment_may_be_refused(town: Town) -> None:
    case = town.file("list_removal", on_list(town), town.actor("examiner@ENV"), kinds=(), kind="annulment")
    town.do(case, "maintain")
    assert (town.case(case).outcome, letters(town, case)) == ("maintained", ["listing_maintained"])


def test_a_watch_list_is_left_by_itself(town: Town) -> None:
    number = on_list(town, "watch")
    waiting = apply(town, number)
    town.do(waiting, "accept")
    town.at(date(2026, 12, 11))
    town.sweep()
    assert (town.of_record(number).state, left(town)) == ("sealed", ["expired"])
    (case,) = town.all(select(cases).where(cases.c.kind == "expiry"))
    assert (case.outcome, letters(town, case.number)) == ("removed", ["removal_decision"])
    text = words(town, case.number, "removal_decision")
    assert "列入期限届满" in text
    assert "提出移出申请" not in text
    assert not town.pushes(case.number)
    # whoever still asked to be removed is told, and the case ends
    woken = town.all(select(outbox).where(outbox.c.topic == "follow"))
    assert {row.case_id for row in woken} >= {town.case(waiting).id}


@pytest.mark.parametrize(("performed", "state", "how"), [(True, "ceased", "expired"), (False, "held", None)])
def test_a_serious_entry_ends_where_duties_are_performed(
    town: Town, performed: bool, state: str, how: str | None
) -> None:
    number = on_list(town)
    if performed:
        with town.db.begin() as tx:
            tx.execute(update(record).where(record.c.number == number).values(duty_performed_on=town.today))
            town_note(town, tx, number)
    town.at(date(2029, 6, 11))
    town.sweep()
    assert (town.of_record(number).state, left(town)) == (state, [how])


def test_withdrawal_and_lateness(town: Town) -> None:
    number = on_list(town)
    town.at(YEAR_LATER)
    case = apply(town, number)
    town.at(timedelta(days=14))
    assert "escalate:3" in town.sweep()
    town.do(case, "withdraw")
    assert (town.case(case).outcome, letters(town, case)[-1]) == ("withdrawn", "removal_withdrawn")


def test_a_target_may_be_waived(town: Town) -> None:
    number = on_list(town)
    town.at(YEAR_LATER)
    case = apply(town, number)
    town.steps(case, "accept", "report_verification", "remove")
    for target in ("site", "province"):
        town.do(case, "waive_target", inputs={"target": target})
    assert town.case(case).outcome == "removed"


@pytest.mark.parametrize(("procedure", "steps", "how", "state"), [
    ("objection", ("accept", "consult", "report_finding", "uphold_annul"), "annulled", "sealed"),
    ("repair", ("accept", "report_verification", "propose_grant", "grant"), "removed", "ceased"),
])  # fmt: skip
def test_what_ends_the_record_ends_the_entry(
    town: Town, procedure: str, steps: tuple[str, ...], how: str, state: str
) -> None:
    number = on_list(town, linked=True)
    town.at(YEAR_LATER)
    case = town.file(procedure, number)
    town.steps(case, *steps)
    assert left(town) == [how, how]
    assert {row.state for row in town.all(select(record))} == {state}
    change = "annulled" if how == "annulled" else "removed"
    assert {m["change"] for m in told(town, case) if "change" in m} == {change}
    town.sound()
