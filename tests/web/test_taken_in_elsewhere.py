"""A case that another office's clerk took in (收件窗口): that window sees it and enters what its subject brings; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from repairflow.casework.permissions import case_scope, case_scopes, may_see
from repairflow.errors import Forbidden, NotFound
from repairflow.law.procedure.channels import PORTAL, WINDOW
from repairflow.law.procedure.signed_paper import SIGNED_PAPER
from repairflow.records import cases, role_grant
from repairflow.records.rows import CaseRow, all_rows
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database
CLERK = "acceptor@MARKET"
"""Of an office that neither receives nor decides what is filed on a record of the ecology bureau."""


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def taken_in(town: Town, who: str = CLERK) -> str:
    """An objection to a record of another office, brought to the window; its number."""
    return town.file_objection(who=town.actor(who), channel=WINDOW, kinds=("statement", "commitment", "evidence"))


def sees(town: Town, who: str, number: str) -> bool:
    """Whether somebody sees a case: by its row, in one query and in parts, which agree."""
    actor = town.actor(who)
    with town.db.read() as tx:
        (row,) = all_rows(tx.execute(select(cases).where(cases.c.number == number)), CaseRow)
        asked = (case_scope(actor), *case_scopes(actor))
        found = [tx.execute(select(cases.c.id).where(cases.c.number == number, one)).first() for one in asked]
    by_row, whole, parts = may_see(actor, row), found[0] is not None, any(found[1:])
    assert by_row == whole == parts
    return by_row


def test_the_window_that_took_it_in_goes_on_with_it(town: Town, app: Flask) -> None:
    case = taken_in(town)
    assert town.case(case).intake_id == town.offices["MARKET"]
    town.steps(case, "request_supplement")
    clerk = town.actor(CLERK)
    page = Officer(app, town, CLERK).get(f"/desk/cases/{case}")
    assert 'id="act-supply"' in page
    assert "由您代为录入" in page
    town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))
    assert town.case(case).state == "submitted"
    town.do(case, "withdraw", clerk, inputs={SIGNED_PAPER: town.material(SIGNED_PAPER, clerk)})
    assert town.case(case).state == "withdrawn"
    town.sound()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (CLERK, True), ("registrar@MARKET", True), ("registrar@CREDIT", True), ("examiner@ENV", True), ("decider@MARKET", False),
        ("examiner@MARKET", False), ("yunxi", True), ("hengtuo", False),
    ],
)  # fmt: skip
def test_who_sees_it(town: Town, who: str, seen: bool) -> None:
    assert sees(town, who, taken_in(town)) is seen


@pytest.mark.parametrize("action", ["accept", "refuse", "request_supplement"])
def test_the_window_that_took_it_in_decides_nothing(town: Town, action: str) -> None:
    case = taken_in(town)
    before = town.counts()
    command = town.command(case, action, town.actor(CLERK))
    with pytest.raises(Forbidden):
        town.perform(command)
    assert {**town.counts(), "material": 0} == {**before, "material": 0}


def of_the_portal(town: Town) -> str:
    return town.file_objection(channel=PORTAL)


def of_the_receiving_office(town: Town) -> str:
    return taken_in(town, "registrar@CREDIT")


@pytest.mark.parametrize("begun", [of_the_portal, of_the_receiving_office])
def test_what_no_third_office_took_in_is_nobody_elses(town: Town, begun: Callable[[Town], str]) -> None:
    case = begun(town)
    assert town.case(case).intake_id is None
    assert not sees(town, CLERK, case)
    with pytest.raises(NotFound):
        town.do(case, "withdraw", town.actor(CLERK), inputs={SIGNED_PAPER: "x"})


def test_a_clerk_who_left_the_window_sees_it_no_more_and_the_next_does(town: Town) -> None:
    case = taken_in(town)
    mine = role_grant.c.person_id == town.people[CLERK]
    town.turn(update(role_grant).where(mine).values(role="examiner"))
    assert not sees(town, CLERK, case)
    assert sees(town, "registrar@MARKET", case)
