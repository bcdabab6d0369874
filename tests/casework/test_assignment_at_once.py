"""Two at once about who sees to a case: what a person did stands, however the worker had read it before."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases.assignment import Colleague, Giving, give, take_back
from repairflow.casework.changes import AssignCase, ClaimCase, EnterAbsence, SetAssignmentRule
from repairflow.casework.changes.system import GiveOut
from repairflow.casework.dispatch import dispatch
from repairflow.records import event
from tests.casework.test_administering_at_once import Act, race
from tests.casework.test_assignment import colleague, holder, send
from tests.support.building import Town


@pytest.fixture
def case(town: Town) -> str:
    """A repair that waits for receipt, in an office with three who receive."""
    colleague(town, "second")
    colleague(town, "third")
    return town.file("repair", town.record())


def giving_out(town: Town) -> Act:
    return lambda tx: dispatch(tx, town.services, GiveOut(SYSTEM), town.now)


def test_a_rule_takes_nothing_from_who_claims_it_at_this_moment(town: Town, case: str) -> None:
    send(town, SetAssignmentRule(town.actor("head@ENV"), "ENV", "acceptor", "", "third"))
    claim = ClaimCase(town.actor("second"), case)
    assert race(town, lambda tx: dispatch(tx, town.services, claim, town.now), giving_out(town)) == []
    assert holder(town, case) == "second"
    assert (send(town, GiveOut(SYSTEM)), holder(town, case)) == (0, "second")
    assert town.notices("third", "assigned") == []


@pytest.mark.parametrize("deputy", ["third", ""])
def test_what_is_given_on_at_this_moment_is_not_handed_over_for_an_absence(town: Town, case: str, deputy: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    send(town, EnterAbsence(town.actor("second"), "second", town.today, town.today, deputy))
    given = AssignCase(town.actor("head@ENV"), case, "acceptor", "acceptor@ENV")
    assert race(town, lambda tx: dispatch(tx, town.services, given, town.now), giving_out(town)) == []
    assert holder(town, case) == "acceptor@ENV"
    assert (send(town, GiveOut(SYSTEM)), holder(town, case)) == (0, "acceptor@ENV")


def test_a_part_changes_hands_only_from_who_was_read_to_have_it(town: Town, case: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    row, giving = town.case(case), Giving("turn", SYSTEM, town.now)
    third = Colleague(town.people["third"], "third", "third")
    with town.db.begin() as tx:
        assert not give(tx, row, "acceptor", third, giving, None)
        assert not give(tx, row, "acceptor", third, giving, town.people["acceptor@ENV"])
        assert not take_back(tx, row, "acceptor", third.id, giving)
    assert (holder(town, case), town.notices("third", "assigned")) == ("second", [])
    assert len(town.all(select(event.c.id).where(event.c.stream == f"assignment/{case}"))) == 1
