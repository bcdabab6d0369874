"""What happens when days pass: reminders, escalation, lapse by itself, and the end of a record's publicity."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update

from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import record_events
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.event_log import NewEvent
from repairflow.records import deadline, event, record, rung_fired
from repairflow.worker import chores
from tests.support.building import Town

DAY = timedelta(days=1)


def pass_days(town: Town, until: date) -> list[tuple[str, str]]:
    """Live day by day until the end of a day, sweeping at 09:30 and at midnight; (day, rung) of what fired."""
    fired = []
    while town.today <= until:
        for clock_time in (time(0, 5), time(9, 30)):
            town.at(town.today, clock_time)
            fired += [(town.today.isoformat(), rung) for rung in town.sweep()]
        town.at(town.today + DAY, time(0, 5))
    return fired


def test_a_supplement_stops_the_clock_and_gives_back_the_exact_rest(town: Town) -> None:
    """3 working days from Wednesday: after one of them the notice goes out; the two left are there after the supply."""
    number = town.file_repair()
    assert town.dues(number)["acceptance"].due_day == date(2026, 6, 15)
    town.at(date(2026, 6, 11))
    town.do(number, "request_supplement")
    town.serve(number)
    paused = town.dues(number)["acceptance"]
    assert (paused.state, paused.due_day, paused.days_remaining) == ("paused", None, 3)
    assert town.case(number).due_day == town.dues(number)["supplement"].due_day == date(2026, 6, 26)
    town.at(date(2026, 6, 24))
    town.do(number, "supply")
    running = town.dues(number)
    assert set(running) == {"acceptance"}
    assert (running["acceptance"].state, running["acceptance"].due_day) == ("running", date(2026, 6, 29))


def test_a_supplement_not_supplied_lapses_by_itself(town: Town) -> None:
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    due = town.dues(number)["supplement"].due_day
    fired = pass_days(town, due)
    assert town.case(number).state == "supplement", "the last day is the subject's to its end"
    assert [rung for _, rung in fired] == ["remind:3", "yellow", "remind:1"]
    town.at(due + DAY, time(0, 1))
    assert town.sweep() == ["due"]
    case, last = town.case(number), town.trail(number)[-1]
    assert (case.state, case.outcome, case.due_day) == ("lapsed", "lapsed", None)
    assert (last.action, last.actor_name, last.actor_role, last.actor_id) == ("lapse", "系统", "system", None)
    assert not town.dues(number)
    assert town.notices("yunxi", "progress")[-1].startswith("逾期未补正")
    town.sound()


def test_a_late_office_is_reported_and_decides_all_the_same(town: Town) -> None:
    number = town.file_repair()
    fired = pass_days(town, date(2026, 6, 30))
    assert fired == [
        ("2026-06-12", "remind:1"), ("2026-06-15", "yellow"), ("2026-06-16", "due"), ("2026-06-16", "escalate:1"),
        ("2026-06-18", "escalate:3"),
    ]  # fmt: skip
    case = town.case(number)
    assert case.state == "submitted", "lateness never decides a case"
    assert [row.action for row in town.trail(number)] == ["file", "escalate", "escalate", "escalate"]
    assert case.version == 4
    for who in ("acceptor@ENV", "head@ENV", "supervisor@CREDIT"):
        assert town.notices(who, "escalation") == [f"督办：{number} 受理期限逾期"] * 3
    assert not town.notices("head@MARKET")
    assert town.do(number, "accept").to_state == "verifying"
    town.sound()


def test_an_extension_moves_the_ladder(town: Town) -> None:
    number = town.file_repair()
    town.do(number, "accept")
    assert town.dues(number)["handling"].due_day == date(2026, 6, 22)
    town.at(date(2026, 6, 22))
    town.sweep()
    town.do(number, "extend_handling")
    assert town.dues(number)["handling"].due_day == date(2026, 7, 6)
    fired = pass_days(town, date(2026, 7, 6))
    assert {rung for _, rung in fired} <= {"remind:2", "remind:1", "yellow"}
    assert town.case(number).due_day == date(2026, 7, 6)


def test_an_outage_loses_nothing_and_disturbs_nobody_twice(town: Town) -> None:
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    town.at(date(2026, 8, 3))
    assert town.sweep() == ["remind:3", "yellow", "remind:1", "due"]
    assert town.case(number).state == "lapsed"
    assert not town.notices("yunxi", "reminder"), "reminders of a limit that is over tell nobody anything"
    assert town.sweep() == []
    late = town.all(select(rung_fired.c.late).where(rung_fired.c.case_id == town.case(number).id))
    assert all(row.late > 30 * 86_400 for row in late)


def test_every_rung_fires_once(town: Town) -> None:
    town.file_repair()
    town.at(date(2026, 6, 12))
    assert town.sweep() == ["remind:1"]
    for _ in range(3):
        town.at(timedelta(hours=1))
        assert town.sweep() == []
    assert len(town.notices("acceptor@ENV", "reminder")) == 1


def test_a_clock_that_begins_anew_on_the_same_day_does_not_stumble(town: Town) -> None:
    """Back to verification and forth again: limits that ended and began anew keep their own rungs."""
    number = town.file_repair()
    town.steps(number, "accept", "report_verification", "return_to_verification", "report_verification")
    assert pass_days(town, date(2026, 7, 10))
    assert [row.due_day for row in town.dues(number).values()] == [date(2026, 6, 22)]


# a record's own life


def publicity(town: Town, number: str) -> list[str]:
    return [
        row.next_rung for row in town.all(select(deadline).where(deadline.c.record_id == town.of_record(number).id))
    ]


def test_a_subject_hears_from_which_day_it_may_apply(town: Town) -> None:
    decided = town.today - timedelta(days=10)
    number = town.record(decided, entered=town.now)
    row = town.of_record(number)
    town.at(row.apply_from - timedelta(days=16), time(10))
    assert town.sweep() == []
    town.at(row.apply_from - timedelta(days=15), time(9))
    assert town.sweep() == ["may_apply:15"]
    town.at(row.apply_from, time(9))
    assert town.sweep() == ["may_apply"]
    titles = town.notices("yunxi", "may_apply")
    assert "还有 15 天" in titles[0]
    assert "现在可以申请" in titles[1]
    assert town.notices("yunxi's agent", "may_apply") == titles
    assert publicity(town, number) == ["due"]


@pytest.mark.parametrize("performed", [True, False], ids=["duties performed", "duties not performed"])
def test_the_maximum_period_ends_publicity(town: Town, performed: bool) -> None:
    """No article that anybody has read keeps a record public beyond its maximum, performed or not."""
    number = town.record(performed=performed)
    town.at(town.of_record(number).max_until, time(23, 59))
    town.sweep()
    assert town.of_record(number).state == "published"
    town.at(timedelta(minutes=2))
    assert town.sweep() == ["due"]
    row = town.of_record(number)
    assert row.state == "ceased"
    assert publicity(town, number) == []
    last = town.all(select(event).where(event.c.record_id == row.id).order_by(event.c.id))[-1]
    assert (last.actor_role, last.to_state, bool(last.reason)) == ("system", "ceased", True)
    assert town.notices("yunxi", "ended")
    town.sound()


def test_an_objection_keeps_no_record_public_beyond_its_maximum(town: Town) -> None:
    number = town.record(performed=False)
    town.at(town.of_record(number).max_until)
    case = town.file_objection(number)
    town.do(case, "accept")
    assert town.of_record(number).state == "disputed"
    town.at(town.today + DAY, time(0, 5))
    town.sweep()
    assert town.of_record(number).state == "ceased"
    town.steps(case, "consult", "report_finding", "dismiss")
    town.sweep()
    assert town.of_record(number).state == "ceased"
    town.sound()


def test_what_an_earlier_version_kept_public_ends_once(town: Town) -> None:
    """A record left in the state `held` ends in the first night: its trail, its platforms and its subject are told."""
    kept, fresh = town.record(performed=False), town.record()
    with town.db.begin() as tx:
        tx.execute(update(record).where(record.c.number == kept).values(state="held"))
        row = tx.execute(select(record).where(record.c.number == kept)).one()
        record_events.append(tx, row, NewEvent(action="measure", at=town.now))
    town.at(town.of_record(kept).max_until + DAY, time(0, 50))
    assert chores.end_held(town.db, town.services, town.now) == 1
    assert (town.of_record(kept).state, town.of_record(fresh).state) == ("ceased", "published")
    assert town.notices("yunxi", "ended")
    assert chores.end_held(town.db, town.services, town.now) == 0


def test_nobody_hears_that_a_repaired_record_may_be_repaired(town: Town) -> None:
    number = town.record()
    case = town.file_repair(number)
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    assert publicity(town, number) == []


def test_ending_what_has_ended_does_nothing(town: Town) -> None:
    number = town.record()
    town.steps(town.file_repair(number), "accept", "report_verification", "propose_grant", "grant")
    before = town.counts()
    with town.db.begin() as tx:
        row = tx.execute(select(record).where(record.c.number == number)).one()
        assert lifecycle.end_publicity(tx, town.services, row, SYSTEM, town.now) is None
    assert town.counts() == before
