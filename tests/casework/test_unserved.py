"""A letter that nobody records as served is called to mind: to its office and whoever issued it, then to the supervisors."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from repairflow.casework.documents.service import unserved
from repairflow.law.letter_kinds import must_be_served
from repairflow.letters.text import templates
from repairflow.records import letter
from repairflow.worker import chores
from tests.support.building import Town

KIND = unserved.KIND


def night(town: Town, day: date) -> int:
    town.at(day)
    return chores.remind_of_service(town.db, town.services, town.now)


def test_office_first_supervisors_later_nobody_once_it_is_served(town: Town) -> None:
    number = town.file_repair()  # its receipt needs no service
    town.do(number, "request_supplement")  # Wednesday 10 June 2026; its limit begins with service
    with town.db.read() as tx:
        asked = unserved.late(tx, town.law, 1, town.today + timedelta(days=1)).oldest
    assert [one.title for one in asked] == ["补正通知书"]
    title = f"{asked[0].number}：制发后没有登记送达"
    assert night(town, date(2026, 6, 16)) == 0  # four working days
    assert night(town, date(2026, 6, 17)) == 1
    assert night(town, date(2026, 6, 18)) == 0  # told once
    for who in ("acceptor@ENV", "head@ENV"):
        assert town.notices(who, KIND) == [title], who
    assert town.notices("supervisor@CREDIT", KIND) == []
    assert night(town, date(2026, 6, 25)) == 1  # ten working days, the 19th a holiday
    assert len(town.notices("supervisor@CREDIT", KIND)) == 1
    other = town.file_repair(town.record(date(2026, 2, 6)))
    town.do(other, "request_supplement")
    town.serve(other)
    assert night(town, date(2026, 7, 6)) == 0
    with town.db.read() as tx:
        found = unserved.late(tx, town.law, 5, town.today, frozenset({town.offices["ENV"]}))
        assert [one.case for one in found.oldest] == [number]
        assert unserved.late(tx, town.law, 5, town.today, frozenset({town.offices["MARKET"]})).total == 0


def test_what_decides_is_served_and_a_receipt_is_not(town: Town) -> None:
    repair = town.law.procedure("repair", "2026-04")
    assert must_be_served(repair, "repair_denied")
    assert must_be_served(repair, "supplement_required")
    assert not must_be_served(repair, "repair_receipt")
    assert not must_be_served(repair, "transfer_letter")


ENDINGS = [
    # the procedure, the steps up to the one whose letter tells remedies, the title of that letter
    ("repair", ("request_supplement", "served"), "关于终止办理信用修复申请的告知书"),
    ("objection", ("request_supplement", "served"), "关于终止办理异议申请的告知书"),
    ("commitment", ("decline",), "不予登记信用承诺告知书"),
    ("complaint", ("refuse",), "不予受理告知书"),
]


def test_every_letter_that_tells_remedies_is_in_the_list_of_letters_to_serve(town: Town) -> None:
    """Of a confidential case only for the office whose case it is."""
    for name, steps, title in ENDINGS:
        number = town.begin(name)
        for step in steps:
            if step == "served":
                town.serve(number)
                town.at(timedelta(days=30))
                town.sweep()  # the limit to complete the filing has passed
            else:
                town.do(number, step)
        soon, of_its_office = town.today + timedelta(days=5), frozenset({town.case(number).deciding_id})
        with town.db.read() as tx:
            mine, every = (unserved.late(tx, town.law, 1, soon, offices) for offices in (of_its_office, None))
        assert [one.title for one in mine.oldest if one.case == number] == [title], name
        assert [one.title for one in every.oldest if one.case == number] == ([] if name == "complaint" else [title]), (
            name
        )
    assert night(town, town.today + timedelta(days=8)) > 0
    refused = town.one(
        select(letter).where(letter.c.case_id == town.case(number).id, letter.c.kind == "intake_not_accepted")
    )
    assert f"{refused.number}：制发后没有登记送达" in town.notices("head@CREDIT", KIND)


def test_a_letter_whose_text_always_tells_remedies_is_served_in_every_shipped_procedure(town: Town) -> None:
    """They are counted from the day after service."""
    found = {
        (procedure.procedure, action.letter)
        for procedure in town.law.procedures.values()
        for action in procedure.action.values()
        if action.letter and templates.template(action.letter, templates.latest_version(action.letter)).remedy
        if not must_be_served(procedure, action.letter)
    }
    assert found == set()


def test_more_than_a_page_lists_are_counted_and_all_are_called_to_mind(town: Town) -> None:
    for month in range(1, 4):
        town.do(town.file_repair(town.record(date(2026, month, 6))), "request_supplement")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(unserved, "SHOWN", 2)
        with town.db.read() as tx:
            found = unserved.late(tx, town.law, 1, town.today + timedelta(days=1))
        assert (found.total, len(found.oldest)) == (3, 2)
        assert night(town, date(2026, 6, 17)) == 3


@pytest.mark.parametrize(("counted", "told"), [(1, (1, True)), (2, (2, False)), (3, (2, False))])
def test_a_page_counts_as_far_as_somebody_can_see_to(
    town: Town, monkeypatch: pytest.MonkeyPatch, counted: int, told: tuple[int, bool]
) -> None:
    monkeypatch.setattr(unserved, "COUNTED", counted)
    for record in (None, town.record(date(2026, 2, 6))):
        number = town.file_repair() if record is None else town.file_repair(record)
        town.do(number, "request_supplement")
    with town.db.read() as tx:
        found = unserved.late(tx, town.law, 1, town.today + timedelta(days=1))
    assert (found.total, found.more) == told
    assert len(found.oldest) == 2
