"""A subject's limit starts with service of the letter that sets it (送达起算): no day runs, and nothing lapses, before that.

Days are counted by hand: 10 June 2026 is a Wednesday, 19 June a holiday (端午节).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from repairflow.casework.cases import deadline_recount
from repairflow.casework.documents.revisions import reissue
from repairflow.casework.documents.revisions.reissue import Reissue
from repairflow.casework.documents.service import arrival
from repairflow.casework.documents.service import service as serving
from repairflow.casework.documents.service.service import Withdrawal
from repairflow.casework.queries.audit.replay import deadlines as replayed
from repairflow.casework.queries.audit.replay.recorded import histories
from repairflow.records import deadline, letter, office
from tests.casework.test_serving import agree, make_all, newest
from tests.support.building import Town

pytestmark = pytest.mark.either_database

DAY = timedelta(days=1)


def asked(town: Town) -> str:
    """A repair whose supplement was asked for on 10 June, in a letter that is not served."""
    number = town.file_repair()
    town.do(number, "request_supplement")
    return number


def limit(town: Town, number: str) -> tuple[str, date | None]:
    row = town.dues(number)["supplement"]
    return row.state, row.due_day


def withdraw(town: Town) -> None:
    row = newest(town, "supplement_required")
    with town.db.begin() as tx:
        serving.withdraw(
            tx, town.services, Withdrawal(row.token, town.actor("head@ENV"), town._id(), "登记有误"), town.now
        )


def test_unserved_it_waits_and_never_lapses(town: Town) -> None:
    number = asked(town)
    assert limit(town, number) == ("waiting", None)
    assert town.case(number).due_day is None
    town.at(date(2026, 9, 1))
    assert "due" not in town.sweep()
    assert town.case(number).state == "supplement"


@pytest.mark.parametrize(("served", "due"), [
    (date(2026, 6, 10), date(2026, 6, 25)),  # 11 12 15 16 17 18 22 23 24 25
    (date(2026, 6, 17), date(2026, 7, 2)),  # 18 22 23 24 25 26 29 30 1 2
    (date(2026, 6, 20), date(2026, 7, 3)),  # a Saturday: 22 23 24 25 26 29 30 1 2 3
])  # fmt: skip
def test_ten_working_days_from_service(town: Town, served: date, due: date) -> None:
    number = asked(town)
    town.at(served)
    town.serve(number)
    assert limit(town, number) == ("running", due)
    assert town.case(number).due_day == due
    told = f"补正期限至2026年{due.month}月{due.day}日届满：{number}"
    assert told in town.notices("yunxi", "progress")
    town.at(due)
    town.sweep()
    assert town.case(number).state == "supplement", "the last day is the subject's to its end"
    town.at(due + DAY)
    town.sweep()
    assert town.case(number).state == "lapsed"
    town.sound()


def test_electronic_service_starts_it_on_arrival_and_opening_moves_nothing(town: Town) -> None:
    agree(town)
    number = asked(town)
    make_all(town)
    town.at(date(2026, 6, 11))
    row = newest(town, "supplement_required")
    with town.db.begin() as tx:
        arrival.arrive(tx, town.services, row.id, town.now)
    assert limit(town, number) == ("running", date(2026, 6, 26))
    town.at(date(2026, 6, 16))
    with town.db.begin() as tx:
        arrival.opened(tx, town.actor("yunxi's agent"), row, town.now)
    assert limit(town, number) == ("running", date(2026, 6, 26))


def test_a_service_taken_back_makes_it_wait_again(town: Town) -> None:
    number = town.serve(asked(town))
    withdraw(town)
    assert limit(town, number) == ("waiting", None)
    town.at(date(2026, 6, 17))
    town.serve(number)
    assert limit(town, number) == ("running", date(2026, 7, 2))


def test_a_letter_issued_anew_starts_it_when_the_new_one_is_served(town: Town) -> None:
    number = town.serve(asked(town))
    town.at(date(2026, 6, 12))
    old = newest(town, "supplement_required")
    changed = {"gaps": "缴款凭证原件"}
    with town.db.begin() as tx:
        head = town.actor("head@ENV")
        given = Reissue(old.token, head, town._id(), "补正内容写错", old.content["addressee"], changed)
        reissue.propose(tx, town.services, given, town.now)
    assert limit(town, number) == ("running", date(2026, 6, 25)), "until then the first service stands"
    town.at(date(2026, 6, 17))
    town.serve(number)
    assert limit(town, number) == ("running", date(2026, 7, 2))


def test_what_the_table_says_follows_from_the_trail_alone(town: Town) -> None:
    number = town.serve(asked(town))
    withdraw(town)
    town.at(date(2026, 6, 17))
    town.serve(number)
    town.at(date(2026, 6, 30))
    town.sweep()
    before = [(row.clock, row.state, row.due_day) for row in town.dues(number).values()]
    with town.db.begin() as tx:
        deadline_recount.rebuild(tx, town.law, town.now)
    assert [(row.clock, row.state, row.due_day) for row in town.dues(number).values()] == before
    with town.db.read() as tx:
        (history,) = (one for one in histories(tx, town.law) if one.case.number == number)
        assert list(replayed.differences(town.law, history)) == []


def test_the_office_s_limits_run_from_its_own_act(town: Town) -> None:
    number = town.file_repair()
    town.do(number, "accept")
    due = town.dues(number)["handling"].due_day
    town.at(date(2026, 6, 15))
    town.serve(number)
    assert town.dues(number)["handling"].due_day == due == date(2026, 6, 22)  # 11 12 15 16 17 18 22


@pytest.mark.parametrize(("procedure", "way", "kind", "words"), [
    ("repair", ("request_supplement",), "supplement_required", "请自收到本文书之日起10个工作日内"),
    ("repair", ("accept", "report_verification", "serve_notice"), "hearing_notice", "请自收到本文书之日起5个工作日内"),
    ("listing", ("review_pass", "serve_notice"), "listing_notice", "请自收到本文书之日起5个工作日内"),
    ("rectification", ("issue",), "rectification_order", "请自收到本文书之日起"),
])  # fmt: skip
def test_the_letter_says_so(town: Town, procedure: str, way: tuple[str, ...], kind: str, words: str) -> None:
    number = town.begin(procedure)
    town.steps(number, *way)
    (row,) = town.all(select(letter).where(letter.c.kind == kind))
    assert words in " ".join(part["text"] for part in row.content["paragraphs"])
    assert "waiting" in [one.state for one in town.dues(number).values()]


def test_a_row_that_says_another_day_than_the_trail_fires_nothing(town: Town) -> None:
    """As after an upgrade: the table was written when the limit ran from the letter's date."""
    number = asked(town)
    old = {
        "state": "running",
        "due_day": date(2026, 6, 25),
        "due_at": town.now,
        "next_at": town.now,
        "next_rung": "due",
    }
    town.turn(
        deadline.update()
        .where(deadline.c.case_id == town.case(number).id, deadline.c.clock == "supplement")
        .values(old)
    )
    town.at(date(2026, 6, 26))
    town.sweep()
    assert (town.case(number).state, *limit(town, number)) == ("supplement", "waiting", None)


def test_a_letter_says_when_the_window_of_its_office_closes(town: Town) -> None:
    town.turn(office.update().values(closes_at="17:30"))
    asked(town)
    words = " ".join(part["text"] for part in newest(town, "supplement_required").content["paragraphs"])
    assert "请自收到本文书之日起10个工作日内（收到当日不计入；到窗口提交的，至最后一日17:30为止）补正。" in words
