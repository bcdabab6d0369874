"""Lateness goes up: a slip to the responsible office, word to superior and credit office, and once a week a list."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from repairflow.auditing import chain
from repairflow.casework.cases import supervision
from repairflow.casework.cases.supervision import chase_day
from repairflow.records import letter, outbox
from tests.support.building import Town, law

pytestmark = pytest.mark.either_database


def chase(town: Town) -> int:
    with town.db.begin() as tx:
        return supervision.chase(tx, town.services, town.now)


def slips(town: Town) -> list[str]:
    return [
        row.number for row in town.all(select(letter).where(letter.c.kind == "supervision_slip").order_by(letter.c.id))
    ]


def late(town: Town, day: date) -> str:
    """A repair filed on 10 June 2026 that nobody accepts; its rungs up to `day` have fired, each on its day."""
    number = town.file_repair()
    row = next(iter(town.dues(number).values()))
    assert row.due_day == date(2026, 6, 15)
    for one in (date(2026, 6, 12), date(2026, 6, 15), date(2026, 6, 16), date(2026, 6, 17), date(2026, 6, 18)):
        if one <= day:
            town.at(one)
            town.sweep()
    return number


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 6, 15), 0), (date(2026, 6, 16), 1), (date(2026, 6, 17), 1), (date(2026, 6, 18), 2)]
)
def test_each_escalation_brings_a_slip(town: Town, day: date, count: int) -> None:
    number = late(town, day)
    assert len(slips(town)) == count
    told = [chain.content(row.body).get("letter") for row in town.trail(number) if row.action == "escalate"]
    assert [one["number"] for one in told if one] == slips(town)
    town.sound()


def test_the_slip_names_the_limit_and_is_pressed(town: Town) -> None:
    number = late(town, date(2026, 6, 16))
    row = town.one(select(letter).where(letter.c.kind == "supervision_slip"))
    text = str(row.content)
    assert "2026年6月15日" in text
    read = town.procedure(number).clock["acceptance"].verified
    assert "受理期限已于2026年6月15日届满，至今没有办结" in text
    assert ("该期限是办理安排，依据待核实。" in text) is not read
    assert "2026年6月18日" in text  # answered before it is escalated again
    assert row.office_id == town.offices["CREDIT"]
    assert town.one(select(outbox.c.topic).where(outbox.c.letter_id == row.id)).topic == "press"


def test_the_credit_centre_writes_no_slip_to_itself(town: Town) -> None:
    number = town.file_objection()
    town.at(timedelta(days=30))
    fired = town.sweep()
    assert any(one.startswith("escalate") for one in fired)
    assert slips(town) == []
    told = [chain.content(row.body) for row in town.trail(number) if row.action == "escalate"]
    assert told
    assert not any("letter" in one for one in told)
    assert town.notices("supervisor@CREDIT", "escalation")
    town.sound()


@pytest.mark.parametrize(("label", "said"), [
    ("约谈日期", "约谈期限"), ("重整计划执行期满", "重整计划执行期限"), ("受理期限（移送）", "受理期限（移送）"),
    ("认定前公示期", "认定前公示期"),
])  # fmt: skip
def test_what_runs_out_is_a_limit(label: str, said: str) -> None:
    assert supervision.as_limit(label) == said


@pytest.mark.parametrize("who", ["head@ENV", "supervisor@CREDIT"])
def test_superior_and_credit_office_hear_of_it(town: Town, who: str) -> None:
    late(town, date(2026, 6, 16))
    assert town.notices(who, "escalation")


def test_lateness_decides_nothing(town: Town) -> None:
    number = late(town, date(2026, 6, 18))
    case = town.case(number)
    assert (case.state, case.outcome, case.closed_at) == (town.procedure(number).initial, None, None)
    town.do(number, "accept")


def test_after_an_outage_only_the_last_escalation_brings_a_slip(town: Town) -> None:
    town.file_repair()
    town.at(date(2026, 6, 25))
    town.sweep()
    assert len(slips(town)) == 1


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 6, 10), date(2026, 6, 12)),  # an ordinary week
        (date(2026, 6, 16), date(2026, 6, 18)),  # 端午节: Friday the 19th is a day off
        (date(2026, 10, 6), date(2026, 10, 9)),  # after the National Day holiday
        (date(2026, 2, 18), None),  # 春节: the whole week
    ],
)
def test_the_chase_is_on_friday_or_the_last_working_day_before(today: date, day: date | None) -> None:
    assert chase_day(law().calendar, today) == day


def test_offices_hear_on_friday_what_is_late_and_what_will_be(town: Town) -> None:
    town.file_repair()
    town.at(date(2026, 6, 12), time(8, 59))
    assert chase(town) == 0
    town.at(date(2026, 6, 12), time(9))
    assert chase(town) == 1
    assert town.notices("head@ENV", "chase") == ["每周督促：逾期 0 项，5 个工作日内届满 1 项"]
    assert town.notices("supervisor@CREDIT", "chase")
    assert chase(town) == 0  # once
    town.at(date(2026, 6, 18))  # the next week's Friday is a holiday
    assert chase(town) == 1
    assert town.notices("head@ENV", "chase")[-1] == "每周督促：逾期 1 项，5 个工作日内届满 0 项"


def test_a_chase_that_an_outage_delayed_comes_on_the_next_working_day(town: Town) -> None:
    town.file_repair()
    town.at(date(2026, 6, 5))
    chase(town)
    town.at(date(2026, 6, 13))
    assert chase(town) == 0  # Saturday: nobody is disturbed
    town.at(date(2026, 6, 15))
    assert chase(town) == 1
    assert chase(town) == 0


def test_a_node_that_never_chased_waits_for_friday(town: Town) -> None:
    town.file_repair()
    assert chase(town) == 0  # Wednesday
    town.at(date(2026, 6, 12))
    assert chase(town) == 1


def test_when_nothing_is_pending_nobody_is_told(town: Town) -> None:
    town.at(date(2026, 6, 12))
    assert chase(town) == 0
    assert town.notices("supervisor@CREDIT", "chase") == []
