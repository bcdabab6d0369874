"""Who filed at the window, perhaps without an account, brings there what is asked for later; elsewhere nobody acts for a subject."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repairflow.casework.permissions import enters_for_subject
from repairflow.casework.queries.cases import batches
from repairflow.casework.queries.cases.timeline import AT_WINDOW
from repairflow.errors import Forbidden, Invalid, NotFound
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database


def at_the_window(town: Town) -> str:
    """An objection that was filed at the window, of which something is lacking; nobody of its subject has an account."""
    clerk = town.actor("registrar@CREDIT")
    case = town.file_objection(who=clerk, channel="window", kinds=("statement", "commitment", "evidence"))
    town.steps(case, "request_supplement")
    return case


def test_what_was_asked_for_is_brought_to_the_window(town: Town) -> None:
    case = at_the_window(town)
    clerk = town.actor("registrar@CREDIT")
    town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))
    assert town.case(case).state == "submitted"
    officer = Officer(make(town), town, "registrar@CREDIT")
    page = officer.get(f"/desk/cases/{case}")
    assert f"提交补正</strong> {AT_WINDOW}" in page
    town.steps(case, "accept")
    town.sound()


@pytest.mark.parametrize("who", ["checker@CREDIT", "decider@CREDIT", "acceptor@MARKET", "provider@ENV"])
def test_nobody_else_enters_it(town: Town, who: str) -> None:
    case = at_the_window(town)
    somebody = town.actor(who)
    with pytest.raises((Forbidden, NotFound)):
        town.do(case, "supply", somebody, materials=(town.material("evidence", somebody),))


def test_what_was_filed_online_is_brought_online(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "request_supplement")
    clerk = town.actor("registrar@CREDIT")
    with pytest.raises(Forbidden):
        town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))


def test_who_enters_it_is_not_told_to_have_taken_the_step_before(town: Town) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))
    town.steps(case, "accept")
    before = town.case(case).handler_id
    other = replace(clerk, id=town.actor("acceptor@MARKET").id, name="另一名窗口人员")
    town.do(case, "withdraw", other, reason="本人到窗口递交书面撤回申请，原件已存卷。")
    assert town.case(case).handler_id == before


def test_a_case_is_ended_for_a_subject_with_how_it_asked_for_it(town: Town) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    before = town.counts()
    with pytest.raises(Invalid) as wrong:
        town.do(case, "withdraw", clerk, reason=None)
    assert [(one.where, one.text[:11]) for one in wrong.value.problems] == [("reason", "请写明当事人怎样提出的")]
    assert town.counts() == before
    page = Officer(make(town), town, "registrar@CREDIT").get(f"/desk/cases/{case}")
    assert "由您代为录入" in page
    assert "当事人怎样提出的（记入留痕）" in page
    town.do(case, "withdraw", clerk, reason="本人到窗口递交书面撤回申请，原件已存卷。")
    assert town.case(case).state == "withdrawn"
    town.sound()


def test_what_a_subject_brings_is_no_step_for_many_cases_at_once(town: Town) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    with town.db.read() as tx:
        (group,) = batches.groups(tx, town.services, clerk, [case], town.now)
    assert "withdraw" not in {step.name for step in group.steps}


def test_who_speaks_for_the_subject_enters_nothing_at_the_window(town: Town) -> None:
    row, clerk = town.case(at_the_window(town)), town.actor("registrar@CREDIT")
    assert enters_for_subject(clerk, "objector", row)
    assert not enters_for_subject(clerk, "registrar", row)
    own = replace(clerk, mandates=frozenset({(row.subject_id, "representative")}))
    assert not enters_for_subject(own, "objector", row)
