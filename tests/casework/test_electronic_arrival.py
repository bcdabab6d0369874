"""Who agreed to electronic service is served when the letter lies in the account (民诉法 90); the first opening is kept beside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.casework.documents.service import arrival, consent
from repairflow.casework.documents.service import service as serving
from repairflow.errors import Refused
from repairflow.letters.model import Pressed
from repairflow.records import letter, office, service
from tests.casework.test_letters_after_issue import merged, renamed
from tests.casework.test_serving import agree, given, make_all, newest, receive, serve
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def accepted(town: Town, *, made: bool = True) -> Any:
    town.do(town.file_repair(), "accept")
    if made:
        make_all(town)
    return newest(town, "repair_accepted")


def arrive(town: Town, row: Any) -> Any:
    with town.db.begin() as tx:
        return arrival.arrive(tx, town.services, row.id, town.now)


def test_arrival_is_service_whether_or_not_anybody_opens_it(town: Town) -> None:
    agree(town)
    row = accepted(town)
    served = arrive(town, row)
    assert (served.mode, served.effective_day, served.served_at) == ("electronic", date(2026, 6, 10), town.now)
    assert arrive(town, row) is None  # once
    assert town.notices("yunxi", "letter_served") == [f"电子送达：{row.number}"]
    town.sound()


def test_the_first_opening_stands_beside_it_and_moves_nothing(town: Town) -> None:
    agree(town)
    row = accepted(town)
    day = arrive(town, row).effective_day
    moments = []
    for _ in range(2):
        town.at(timedelta(days=20))
        assert receive(town, row.token).effective_day == day
        with town.db.begin() as tx:
            arrival.opened(
                tx, town.actor("yunxi's agent"), tx.execute(select(letter).where(letter.c.id == row.id)).one(), town.now
            )
            moments.append(arrival.first_opened(tx, row))
    assert moments[0] == moments[1]
    assert [one.action for one in town.trail("XF-2026-000001")].count(arrival.OPENED) == 1
    town.sound()


def test_a_letter_arrives_under_a_former_name_and_with_who_succeeds_where_that_one_agreed(town: Town) -> None:
    agree(town)
    row = accepted(town)
    renamed(town)
    assert arrive(town, row).recipient == "云溪新环保有限公司"
    merged(town)
    case = town.file_repair(town.record())
    make_all(town)
    receipt = newest(town, "repair_receipt")
    assert arrive(town, receipt) is None  # who has ended agreed, not who reads it now
    with town.db.begin() as tx:
        consent.agree(tx, town.actor("hengtuo"), town.subjects["hengtuo"], town.now)
    assert arrive(town, receipt).recipient == "恒拓建材有限公司"
    assert [one.action for one in town.trail(case)].count("served") == 1


@pytest.mark.parametrize("why", ["nobody agreed", "not made", "served before", "taken back"])
def test_what_does_not_arrive(town: Town, why: str) -> None:
    if why != "nobody agreed":
        agree(town)
    row = accepted(town, made=why != "not made")
    if why in {"served before", "taken back"}:
        serve(town, given(town, row.token))
    if why == "taken back":
        with town.db.begin() as tx:
            taken = serving.Withdrawal(row.token, town.actor("head@ENV"), town._id(), "登记有误")
            serving.withdraw(tx, town.services, taken, town.now)
    before = town.all(select(service.c.id))
    assert arrive(town, row) is None
    assert town.all(select(service.c.id)) == before


class Printer:
    """Gives every letter the same PDF."""

    def press(self, _letter: Any) -> Pressed:
        return Pressed(pdf=b"%PDF-1.7", sha256="f" * 64, pages=1)


def test_the_worker_that_makes_a_letter_serves_it(town: Town) -> None:
    agree(town)
    row = accepted(town, made=False)
    program = Program(town.settings, town.db, town.services)
    press = next(tick for tick in ticks(program, None, Printer()) if tick.name == "press")  # type: ignore[arg-type]  # fakes
    for _ in range(3):  # the letters of a case are made in turn
        press.run()
    assert town.one(select(service.c.mode).where(service.c.letter_id == row.id)).mode == "electronic"


def test_a_letter_to_an_office_is_not_the_subject_s(town: Town) -> None:
    agree(town)
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    make_all(town)
    assert arrive(town, newest(town, "consultation")) is None


def test_a_decision_without_the_channel_online_is_not_served_electronically(town: Town) -> None:
    """复议法 22(2): the subject agrees after the decision was issued, and its office stated no channel then."""
    town.turn(office.update().values(review_channel=""))
    town.ended()
    make_all(town)
    agree(town)
    row = newest(town, "repair_denied")
    assert arrive(town, row) is None
    with town.db.read() as tx:
        assert not serving.awaits_receipt(tx, town.services, town.actor("yunxi"), row)
    before = town.counts()
    for electronic in (
        lambda: receive(town, row.token),
        lambda: serve(town, given(town, row.token, mode="electronic", material=None)),
    ):
        with pytest.raises(Refused, match="没有告知通过互联网申请行政复议的渠道") as refused:
            electronic()
        assert [one.code for one in refused.value.refusals] == ["no_channel"]
    assert town.counts() == before
    assert serve(town, given(town, row.token)).mode == "direct"


def test_a_decision_that_names_the_channel_is_signed_for_after_a_later_consent(town: Town) -> None:
    town.ended()
    make_all(town)
    agree(town)
    assert receive(town, newest(town, "repair_denied").token).mode == "electronic"
