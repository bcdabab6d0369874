"""认定前公示: what anybody objects reaches the office that designates, and the publicity does not end as if nobody had objected;
a decision that rests on a penalty says that an objection to it is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.designation_objections import of_case
from repairflow.casework.cases.options import options
from repairflow.casework.deadline_table import WAITS_FOR_OBJECTION
from repairflow.casework.queries.filing.for_officers import filable
from repairflow.casework.queries.oversight.readiness import without_registrar
from repairflow.records import cases, office, role_grant
from tests.law_stories.telling import words
from tests.law_stories.test_designation_story import on_file, stated
from tests.law_stories.test_intake_story import report
from tests.law_stories.test_listing_story import NONE, listing
from tests.support.building import Town

KIND = "designation_objection"


def published(town: Town) -> str:
    """A designation that is being published, of a list that nobody is warned by."""
    case = listing(town, "credit_service", **NONE)
    town.do(case, "review_honour")
    return case


def objection(town: Town, facts: str = "材料不实。", about: str = "designation") -> str:
    return report(town, "complaint", about=about, facts=facts)


def held(town: Town, case: str) -> str | None:
    found: str | None = town.dues(case)["window"].held
    return found


def test_an_objection_reaches_the_registrar_and_the_publicity_waits_for_it(town: Town) -> None:
    case = published(town)
    other = objection(town, facts="收费。", about="fee")
    mine = objection(town)
    assert town.notices("registrar@ENV", KIND) == [f"{case}：认定前公示收到异议"]
    town.at(timedelta(days=14))
    for _ in range(2):
        town.sweep()
        assert (town.case(case).state, held(town, case)) == ("announced", WAITS_FOR_OBJECTION)
    assert town.notices("examiner@ENV", KIND)[1:] == [f"{case}：公示期已满，有异议没有处理"]  # once
    town.steps(other, "accept", "report_finding", "dismiss")
    assert held(town, case) == WAITS_FOR_OBJECTION  # that one is about something else
    town.steps(mine, "accept", "report_finding", "dismiss")
    assert held(town, case) is None
    town.sweep()
    assert town.case(case).state == "deciding"
    town.do(case, "decide_honour")
    assert "经公示，没有成立的异议，" in words(town, case, "honour_decision")
    town.sound()


@pytest.mark.parametrize("end", ["uphold", "refer"])
def test_an_objection_that_is_not_baseless_is_registered_before_anything_goes_on(town: Town, end: str) -> None:
    case = published(town)
    mine = objection(town)
    town.steps(mine, "accept", "report_finding", end)
    town.at(timedelta(days=14))
    town.sweep()
    assert (town.case(case).state, held(town, case)) == ("announced", WAITS_FOR_OBJECTION)
    town.do(case, "object_in_window")
    town.sweep()
    assert town.case(case).state == "verifying"
    with town.db.read() as tx:  # whoever verifies and decides still reads it
        assert [one.number for one in of_case(tx, town.case(case))] == [mine]
    town.do(case, "report_verification")
    assert town.case(case).state == "deciding"
    town.do(case, "decide_honour")
    assert "经公示，公示期内的异议已经核实，你单位符合" in words(town, case, "honour_decision")
    town.sound()


@pytest.mark.parametrize("before", [timedelta(days=1), timedelta(hours=1)])
def test_an_objection_of_before_or_withdrawn_from_the_matter_holds_nothing(town: Town, before: timedelta) -> None:
    objection(town)
    town.at(before)
    case = published(town)
    town.at(timedelta(days=15))
    town.sweep()
    assert town.case(case).state == "deciding"


@pytest.mark.parametrize("kind", ["watch", "serious"])
def test_a_designation_says_that_an_objection_to_its_penalty_is_open(town: Town, kind: str) -> None:
    def minded(case: str, action: str, who: str) -> tuple[str, ...]:
        with town.db.read() as tx:
            at = situation(tx, town.law, town.case(case), town.today)
            found = options(tx, town.law, at, town.actor(who), town.now)
        return next(one.minds for one in found if one.name == action)

    number = on_file(town)
    case = listing(town, kind, **stated("2026-05-16"))
    assert minded(case, "review_pass", "reviewer@ENV") == ()
    against = town.file_objection(number)
    (said,) = minded(case, "review_pass", "reviewer@ENV")
    assert against in said
    assert minded(case, "review_return", "reviewer@ENV") == ()  # what drops it rests on nothing
    town.steps(case, "review_pass", "serve_notice", "waive_defence")
    assert minded(case, "decide_listing", "decider@ENV") == (said,)
    town.do(against, "withdraw")
    assert minded(case, "decide_listing", "decider@ENV") == ()


def test_an_officer_is_offered_the_kinds_that_an_officer_may_file(town: Town) -> None:
    who = town.actor("examiner@ENV")
    offered = {one.procedure.procedure: one.kinds for one in filable(town.law, who, town.today)}
    assert offered["honour_exit"] == ("退出名单",)
    assert offered["list_removal"] == ("撤销列入",)


def test_an_office_without_a_registrar_is_named_while_a_designation_of_it_is_open(town: Town) -> None:
    case = published(town)
    place = town.one(select(office).where(office.c.code == "ENV"))

    def named() -> tuple[str, ...]:
        with town.db.read() as tx:
            return without_registrar(tx)

    assert named() == ()
    town.turn(delete(role_grant).where(role_grant.c.office_id == place.id, role_grant.c.role == "registrar"))
    assert named() == (place.name,)
    for table, row, column in ((office, place.id, "closed_on"), (cases, town.case(case).id, "closed_at")):
        was = town.today if column == "closed_on" else town.now
        town.turn(update(table).where(table.c.id == row).values({column: was}))
        assert named() == (), column
        town.turn(update(table).where(table.c.id == row).values({column: None}))
        assert named() == (place.name,)
