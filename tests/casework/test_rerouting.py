"""转办: a case that nobody in its office can handle goes to one that can; no other does, and by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from repairflow.casework.changes import RerouteCase
from repairflow.casework.dispatch import dispatch
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import cases, role_grant
from tests.support.building import Town

SUPERVISOR, REASON = "supervisor@CREDIT", "该局暂无受理人员，商请市场监管局代为受理"


def leave(town: Town) -> str:
    """A repair whose office has lost all its people."""
    case = town.file_repair(town.record())
    with town.db.begin() as tx:
        tx.execute(role_grant.delete().where(role_grant.c.office_id == town.offices["ENV"]))
    return case


def reroute(town: Town, case: str, who: str = SUPERVISOR, to: str = "MARKET", reason: str = REASON) -> str:
    with town.db.begin() as tx:
        return str(dispatch(tx, town.services, RerouteCase(town.actor(who), case, to, reason), town.now))


def test_the_other_office_handles_it_and_its_limits_go_on(town: Town) -> None:
    case = leave(town)
    before = town.case(case)
    name = reroute(town, case)
    after = town.case(case)
    assert (after.deciding_id, after.state, after.due_day) == (town.offices["MARKET"], before.state, before.due_day)
    assert after.receiving_id == before.receiving_id
    assert any("转办" in told and case in told for told in town.notices("acceptor@MARKET", "turn"))
    event = town.trail(case)[-1]
    assert (event.action, name in event.reason, REASON in event.reason) == ("reroute", True, True)
    town.do(case, "accept", town.actor("acceptor@MARKET"))
    with pytest.raises(Conflict):
        reroute(town, case, to="CREDIT")
    town.sound()


@pytest.mark.parametrize(("given", "refusal"), [
    ({"to": "NOWHERE"}, Invalid), ({"to": "ENV"}, Invalid), ({"to": ""}, Invalid), ({"reason": " "}, Invalid),
    ({"reason": "甲\x00"}, Invalid), ({"who": "acceptor@MARKET"}, NotFound), ({"who": "registrar@CREDIT"}, Forbidden),
    ({"who": "yunxi"}, Forbidden), ({"who": "hengtuo"}, NotFound),
])  # fmt: skip
def test_what_may_not_be_passed_on_stays(town: Town, given: dict[str, str], refusal: type[Exception]) -> None:
    case = leave(town)
    before = town.counts()
    with pytest.raises(refusal):
        reroute(town, case, **given)
    assert town.counts() == before
    assert town.case(case).deciding_id == town.offices["ENV"]


def test_what_somebody_can_handle_is_not_passed_on(town: Town) -> None:
    case = town.file_repair(town.record())
    with pytest.raises(Conflict):
        reroute(town, case)
    assert town.one(select(cases.c.deciding_id)).deciding_id == town.offices["ENV"]
