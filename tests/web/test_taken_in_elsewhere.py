"""A case that another office's clerk took in (收件窗口): that window sees it and enters what its subject brings; it decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from repairflow.casework.changes import AddNote
from repairflow.casework.documents.lookup import material_for
from repairflow.casework.permissions import case_scope, case_scopes, inside_scope, may_note, may_see, sees_inside
from repairflow.casework.queries.cases.view import visible
from repairflow.errors import Forbidden, NotFound
from repairflow.law.procedure.channels import PORTAL, WINDOW
from repairflow.law.procedure.signed_paper import SIGNED_PAPER
from repairflow.records import cases, material, role_grant
from repairflow.records.rows import CaseRow, all_rows
from tests.casework.test_assignment import send
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


INNER = "承办人员的内部意见，不给当事人看。"
NOTE = "内部备注：与提供单位电话核实。"


def considered(town: Town) -> str:
    """The same, about which the offices that handle it wrote to one another; its number."""
    papers = [key for key, spec in town.law.in_force("repair", town.today).material.items() if spec.filed]
    case = town.file_repair(who=town.actor(CLERK), channel=WINDOW, kinds=papers)
    town.steps(case, "accept", "report_verification")
    town.do(case, "propose_denial", reason=INNER)
    send(town, AddNote(town.actor("examiner@ENV"), case, NOTE, ()))
    return case


def test_it_reads_what_the_subject_reads_and_nothing_that_offices_wrote_for_themselves(town: Town, app: Flask) -> None:
    case = considered(town)
    assert town.case(case).intake_id == town.offices["MARKET"]
    inside, window = Officer(app, town, "examiner@ENV"), Officer(app, town, CLERK)
    for page, text in ((inside, inside.get(f"/desk/cases/{case}")), (window, window.get(f"/desk/cases/{case}"))):
        for inner in (INNER, NOTE):
            assert (inner in text) is (page is inside), (inner, page is inside)
        assert "受理" in text
    addresses = re.findall(r'href="(/[^"#?]+)"', window.text)
    for address in sorted({one for one in addresses if case in one}):
        assert window.client.get(address).status_code == 200, address  # nothing is offered that is refused
    paper = town.material("other", town.actor("decider@ENV"))
    with town.db.begin() as tx:
        tx.execute(
            update(material).where(material.c.token == paper).values(case_id=town.case(case).id, step=town.case(case).version)
        )  # fmt: skip
    for who, seen in (("examiner@ENV", True), (CLERK, False)):
        actor = town.actor(who)
        with town.db.read() as tx:
            row = visible(tx, actor, case)
            assert (sees_inside(actor, row), may_note(actor, row)) == (seen, seen)
            found = tx.execute(select(cases.c.id).where(cases.c.number == case, inside_scope(actor))).first()
            assert (found is not None) is seen
            if seen:
                assert material_for(tx, town.law, actor, paper).token == paper
            else:
                with pytest.raises(NotFound):
                    material_for(tx, town.law, actor, paper)


@pytest.mark.parametrize("field", ["confidential", "internal"])
def test_what_its_subject_may_not_see_the_window_may_not_either(town: Town, field: str) -> None:
    case = taken_in(town)
    town.turn(update(cases).where(cases.c.number == case).values({field: True}))
    assert not sees(town, CLERK, case)
    assert sees(town, "examiner@ENV", case)


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
