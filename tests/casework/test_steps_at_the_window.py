"""Who filed at the window, perhaps without an account, brings there what is asked for later; elsewhere nobody acts for a subject."""

from __future__ import annotations

import pytest

from repairflow.casework.queries.cases.timeline import AT_WINDOW
from repairflow.errors import Forbidden, NotFound
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
