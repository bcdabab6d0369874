"""移出名单: after the minimum stay, by itself at the end, or void from the start; measures lifted, closed on receipts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from repairflow.casework.case_state import record_events
from repairflow.casework.cases.transition import try_system
from repairflow.casework.event_log import NewEvent
from repairflow.casework.queries.documents import verification
from repairflow.errors import Forbidden
from repairflow.records import (
    cases,
    letter,
    linked_person,
    list_entry,
    mandate,
    measure,
    outbox,
    own_rule,
    record,
)
from tests.law_stories.chaining import entries
from tests.law_stories.telling import letters, receipts, refused, told, words
from tests.law_stories.test_listing_story import listing
from tests.support.building import Town

YEAR_LATER = date(2027, 6, 11)
DECIDED = "removal_decision"


def on_list(town: Town, kind: str = "serious", *, linked: bool = False) -> str:
    """The number of a record on a list."""
    case = listing(town, kind)
    if linked or kind == "serious":
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
    record_events.append(tx, row, NewEvent(action="measure", at=town.now))


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
    listed = town.one(select(letter).where(letter.c.kind == "listing_decision").order_by(letter.c.id).limit(1))
    with town.db.read() as tx:
        assert verification.verification(tx, listed.token, town.today).ended == "已移出名单"
    text = words(town, case, "removal_decision")
    for said in (
        "严重失信主体名单",
        "2026年6月10日经《列入名单决定书》（溪环信列〔2026〕1号）被列入",
        "解除因列入名单实施的失信惩戒措施",
        "最短列入期限已于2027年6月10日届满",
    ):
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
    for who in ("yunxi", "examiner@ENV"):  # only the system opens it, on the day
        with pytest.raises(Forbidden, match="由系统到期启动"):
            apply(town, number, "expiry", who=town.actor(who))


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


def test_an_office_annuls_while_the_application_to_leave_is_open(town: Town) -> None:
    number = on_list(town)
    waiting = apply(town, number)
    case = town.file("list_removal", number, town.actor("examiner@ENV"), kinds=(), kind="annulment")
    for who, kind in (("examiner@ENV", "annulment"), ("yunxi", "application")):  # each once
        with refused("no_duplicate_pending"):
            town.file("list_removal", number, town.actor(who), kinds=(), kind=kind)
    town.do(case, "annul")
    with town.db.begin() as tx:
        try_system(tx, town.services, waiting, "record_changed", f"woken/{waiting}", town.now)
    assert (town.case(waiting).state, left(town)) == ("overtaken", ["annulled", "annulled"])
    assert any(waiting in title for title in town.notices("yunxi", "progress"))


def test_a_listing_is_not_annulled_by_nothing(town: Town) -> None:
    """What undoes a decision says by what: no article is read that does, so the office confirms one and the letter cites it."""
    case = town.file("list_removal", on_list(town), town.actor("examiner@ENV"), kinds=(), kind="annulment")
    rule = (own_rule.c.procedure == "list_removal", own_rule.c.action == "annul")
    kept = town.all(select(own_rule).where(*rule))
    town.turn(delete(own_rule).where(*rule))
    with refused("rule_unconfirmed"):
        town.do(case, "annul")
    town.turn(insert(own_rule).values([one._asdict() for one in kept]))
    town.do(case, "annul")
    assert "依据《云溪县信用工作规则》第三条，本机关决定撤销《列入名单决定书》" in words(
        town, case, "annulment_decision"
    )


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


@pytest.mark.parametrize(("kind", "said"), [("serious", True), ("watch", False)])
def test_a_removal_speaks_of_a_shortest_stay_only_where_the_list_has_one(town: Town, kind: str, said: bool) -> None:
    number = on_list(town, kind)
    town.at(YEAR_LATER if kind == "serious" else date(2026, 7, 1))
    case = apply(town, number)
    town.steps(case, "accept", "report_verification", "remove")
    text = words(town, case, DECIDED)
    assert ("最短列入期限已于2027年6月10日届满" in text) is said
    assert ("最短列入期限" in text) is said
    assert "行为已纠正、义务已全部履行" in text
    assert "移出事由：申请移出，符合移出条件" in text


MOVES = [
    # how the subject leaves, how its people are told of it
    ("application", ("accept", "report_verification", "remove"), "移出严重失信主体名单：云溪环保科技有限公司"),
    ("annulment", ("annul",), "撤销列入严重失信主体名单：云溪环保科技有限公司"),
]


@pytest.mark.parametrize(("kind", "steps", "told_of"), MOVES)
def test_who_answers_for_the_subject_hears_how_the_own_record_moved(
    town: Town, kind: str, steps: tuple[str, ...], told_of: str
) -> None:
    case = listing(town, "serious")
    town.do(case, "link_person")
    theirs = town.one(select(linked_person.c.person_id)).person_id
    speaks = {"person_id": town.people["hengtuo"], "subject_id": theirs, "valid_from": date(2020, 1, 1)}
    town.turn(insert(mandate).values(capacity="representative", **speaks))
    town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
    assert "记入严重失信主体名单：云溪环保科技有限公司" in town.notices("hengtuo")
    number = str(entries(town, case)[0].number)
    town.at(YEAR_LATER)
    leaving = apply(town, number, kind)
    town.steps(leaving, *steps)
    assert told_of in town.notices("hengtuo", "ended")
    town.sound()


@pytest.mark.parametrize("performed", [True, False], ids=["duties performed", "duties not performed"])
def test_a_serious_entry_ends_with_its_longest_stay(town: Town, performed: bool) -> None:
    number = on_list(town)
    if performed:
        with town.db.begin() as tx:
            tx.execute(update(record).where(record.c.number == number).values(duty_performed_on=town.today))
            town_note(town, tx, number)
    town.at(date(2029, 6, 11))
    town.sweep()
    assert (town.of_record(number).state, left(town)) == ("ceased", ["expired", "expired"])


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
    case = repair_begun_before(town, number) if procedure == "repair" else town.file(procedure, number)
    town.steps(case, *steps)
    assert left(town) == [how, how]
    assert {row.state for row in town.all(select(record))} == {state}
    change = "annulled" if how == "annulled" else "removed"
    assert {m["change"] for m in told(town, case) if "change" in m} == {change}
    town.sound()


def repair_begun_before(town: Town, number: str) -> str:
    """A repair of an entry that was filed before entries were left by 移出名单 alone: it runs to its end."""
    with refused("record_not_on_list"):
        town.file_repair(number)
    source = town.of_record(number).source
    this = update(record).where(record.c.number == number)
    town.turn(this.values(source={name: value for name, value in source.items() if name != "list_kind"}))
    case = town.file_repair(number)
    town.turn(this.values(source=source))
    return case


def false_removal(town: Town, kind: str = "serious") -> tuple[str, str]:
    """An entry that was removed on an application, with receipts; the numbers of its record and of that case."""
    number = on_list(town, kind, linked=kind == "serious")
    bear(town, number)
    town.at(YEAR_LATER if kind == "serious" else date(2026, 7, 1))
    case = apply(town, number)
    town.steps(case, "accept", "report_verification", "remove")
    receipts(town, case)
    town.at(timedelta(days=60))
    return number, case


HEARD = ("serve_notice", "state_defence", "propose_revocation")


def test_a_removal_got_by_false_material_is_revoked(town: Town) -> None:
    number, first = false_removal(town)
    assert (left(town), town.of_record(number).state) == (["removed", "removed"], "sealed")
    case = town.file("revocation", None, who=town.actor("examiner@ENV"), case=first)
    town.steps(case, *HEARD)
    with refused("first_case_was"):  # not a repair
        town.do(case, "revoke")
    town.do(case, "relist")
    row, today = town.of_record(number), town.today
    assert (row.state, row.publish_from) == ("restored", today)
    assert row.min_until == today.replace(year=today.year + 1)
    assert (row.apply_from, row.max_until) == (row.min_until + timedelta(days=1), today.replace(year=today.year + 3))
    own, theirs = town.all(select(list_entry).order_by(list_entry.c.id))
    assert [(one.left_on, one.left_how, one.left_by) for one in (own, theirs)] == [(None, None, None)] * 2
    person = town.one(select(record).where(record.c.id == theirs.record_id))
    assert (person.state, person.max_until) == ("unpublished", row.max_until)  # 自然人不公示
    assert town.one(select(measure.c.lifted_at).where(measure.c.record_id == row.id)).lifted_at is None
    messages = told(town, case)
    assert {m["change"] for m in messages if "change" in m} == {"listed"}
    assert {m["state"] for m in messages if "state" in m} == {"restored"}
    assert "revoked" not in {m.get("result") for m in messages}  # it was no repair
    text = words(town, case, "removal_revoked")
    removal = town.one(select(letter.c.number).where(letter.c.case_id == town.case(first).id, letter.c.kind == DECIDED))
    for said in (removal.number, "恢复将你单位列入严重失信主体名单", "列入期限重新计算：自2027年8月10日起", "行政诉讼"):
        assert said in text, said
    assert (town.case(case).outcome, letters(town, case)) == ("listed", ["hearing_notice", "removal_revoked"])
    with refused("minimum_period_served"):  # the period that restarted is served anew
        town.do(apply(town, number), "accept")
    town.sound()


def test_an_internal_entry_comes_back_unseen_and_leaves_by_itself(town: Town) -> None:
    number, first = false_removal(town, "watch")
    case = town.file("revocation", None, who=town.actor("examiner@ENV"), case=first)
    town.steps(case, *HEARD, "relist")
    row = town.of_record(number)
    assert (row.state, row.publish_from, row.max_until, left(town)) == (
        "unpublished", None, town.today.replace(year=2027, month=2, day=28), [None],
    )  # fmt: skip
    assert [row.kind for row in town.pushes(case)] == ["measure_restore"]  # to the partner alone whose measure it is
    assert "重点关注名单" in words(town, case, "removal_revoked")
    town.at(row.max_until + timedelta(days=1))
    town.sweep()
    assert left(town) == ["expired"]
    town.sound()


def test_a_repair_of_an_entry_that_is_revoked_brings_it_back(town: Town) -> None:
    number = on_list(town, linked=True)
    town.at(YEAR_LATER)
    first = repair_begun_before(town, number)
    town.steps(first, "accept", "report_verification", "propose_grant", "grant")
    receipts(town, first)
    case = town.file("revocation", None, who=town.actor("examiner@ENV"), case=first)
    town.steps(case, *HEARD)
    with refused("first_case_was"):
        town.do(case, "relist")
    town.do(case, "revoke")
    assert left(town) == [None, None]
    assert town.of_record(number).max_until == town.today.replace(year=town.today.year + 3)
    assert {m["change"] for m in told(town, case) if "change" in m} == {"listed"}


def test_nobody_lied_where_the_time_ran_out(town: Town) -> None:
    number = on_list(town, "watch")
    town.at(date(2026, 12, 11))
    town.sweep()
    (expired,) = town.all(select(cases.c.number).where(cases.c.kind == "expiry"))
    with refused("first_case_kind_not"):
        town.file("revocation", None, who=town.actor("examiner@ENV"), case=expired.number)
    assert town.of_record(number).state == "sealed"
