"""A subject's limit that runs out on a provisional day decides nothing until the year is loaded or a person confirms."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from repairflow.casework.actor import Actor
from repairflow.casework.cases import calendar_loading, provisional_lapse
from repairflow.errors import Invalid, Refused
from repairflow.records import deadline
from tests.support.building import Town

pytestmark = pytest.mark.either_database

OPERATOR = Actor(None, "命令行", "system")
LIMIT = "supplement"
NOTICE = 'year = 2027\npublished = true\nsource = "通知"\n[[holiday]]\nname = "元旦"\nfrom = 2027-01-01\nto = 2027-01-{last}\n'


def run_out(town: Town, day: date = date(2026, 12, 18)) -> str:
    """A supplement asked for on a day: ten working days; swept the minute after its last one."""
    town.at(day)
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    due = town.dues(number)[LIMIT].due_day
    town.at(due + timedelta(days=1), time(0, 5))
    town.sweep()
    return number


def confirm(town: Town, number: str, reason: str = "已核对放假通知") -> str:
    with town.db.begin() as tx:
        return provisional_lapse.confirm(
            tx, town.services, (town.actor("supervisor@CREDIT"), "supervisor"), (number, LIMIT), reason, town.now
        )


def held(town: Town) -> list[str]:
    with town.db.read() as tx:
        return [one.case for one in provisional_lapse.waiting(tx, town.services.law)]


@pytest.mark.parametrize(("asked", "state"), [(date(2026, 12, 1), "lapsed"), (date(2026, 12, 18), "supplement")])
def test_a_lapse_waits_where_its_day_is_provisional(town: Town, asked: date, state: str) -> None:
    number = run_out(town, asked)
    assert town.case(number).state == state
    assert held(town) == ([number] if state == "supplement" else [])


def test_the_supervisors_are_told_once(town: Town) -> None:
    run_out(town)
    town.at(timedelta(days=2))
    town.sweep()
    assert len(town.notices("supervisor@CREDIT", "provisional_lapse")) == 1


def test_loading_a_year_that_moves_the_day_gives_the_days_back(town: Town) -> None:
    number = run_out(town)
    assert town.dues(number)[LIMIT].due_day == date(2027, 1, 4)
    with town.db.begin() as tx:
        calendar_loading.load(
            tx, town.services.law_store, NOTICE.format(last="05"), "2027.toml", OPERATOR, "operator", town.now
        )
    assert (town.dues(number)[LIMIT].due_day, held(town)) == (date(2027, 1, 6), [])
    assert "due" not in town.sweep()
    town.at(date(2027, 1, 7), time(0, 5))
    assert "due" in town.sweep()
    assert town.case(number).state == "lapsed"
    town.sound()


def test_loading_a_year_that_leaves_the_day_lets_it_lapse(town: Town) -> None:
    number = run_out(town)
    with town.db.begin() as tx:
        calendar_loading.load(
            tx, town.services.law_store, NOTICE.format(last="03"), "2027.toml", OPERATOR, "operator", town.now
        )
    assert "due" in town.sweep()
    assert town.case(number).state == "lapsed"


def test_a_person_confirms_and_the_trail_says_who_and_why(town: Town) -> None:
    number = run_out(town)
    assert confirm(town, number, "国办发明电2号，不影响届满日") == "due"
    asked, lapsed = town.trail(number)[-2:]
    assert (asked.action, asked.actor_role, lapsed.action, lapsed.actor_role) == (
        provisional_lapse.CONFIRMED, "supervisor", "lapse", "system",
    )  # fmt: skip
    assert "国办发明电2号" in asked.reason
    assert (town.case(number).state, held(town)) == ("lapsed", [])
    town.sound()
    with pytest.raises(Refused, match="没有在等待"):
        confirm(town, number)


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 501])
def test_a_confirmation_without_a_reason_changes_nothing(town: Town, reason: str) -> None:
    number = run_out(town)
    before = town.counts()
    with pytest.raises(Invalid):
        confirm(town, number, reason)
    assert (town.counts(), town.case(number).state) == (before, "supplement")


def test_what_does_not_wait_cannot_be_confirmed(town: Town) -> None:
    town.at(date(2026, 12, 18))
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    before = town.counts()
    with pytest.raises(Refused, match="没有在等待"):
        confirm(town, number)
    assert town.counts() == before


def test_what_is_supplied_while_the_day_waits_is_in_time(town: Town) -> None:
    number = run_out(town)
    town.do(number, "supply")
    assert town.case(number).state == "submitted"
    assert not town.all(select(deadline.c.id).where(deadline.c.held.is_not(None)))


def test_an_office_that_is_late_on_a_provisional_day_is_reported_all_the_same(town: Town) -> None:
    town.at(date(2026, 12, 30))
    number = town.file_repair()
    town.at(date(2027, 1, 15))
    town.sweep()
    assert "escalate" in [row.action for row in town.trail(number)]
