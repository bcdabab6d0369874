"""Similar cases: how those of the same kind ended in the same office, the most alike first; nobody sees more than before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from repairflow.casework.queries.cases import similar
from repairflow.errors import NotFound
from repairflow.records import cases, record
from tests.support.building import Town


def look(town: Town, who: str, case: str, ground: str = "") -> similar.Similar:
    actor = town.actor(who)
    with town.db.read() as tx:
        return similar.similar(tx, town.law, actor, town.case(case), ground)


@pytest.fixture
def ended(town: Town) -> tuple[str, list[str]]:
    """An open repair, and before it: one refused on a ground, one withdrawn, and one refused about another behaviour."""
    pack = town.law.pack_on(town.today)
    ground = next(iter(pack.lists["repair_refuse_grounds"]))
    closed = []
    for action, more in (("refuse", {"ground": ground}), ("withdraw", {}), ("refuse", {"ground": ground})):
        case = town.file("repair", town.record())
        town.do(case, action, **more)
        town.at(timedelta(days=1))
        closed.append(case)
    town.turn(update(record).where(record.c.id == town.case(closed[2]).record_id).values(behaviour="另一违法行为"))
    return town.file("repair", town.record(date(2026, 1, 5))), closed


def test_what_is_most_alike_comes_first_and_a_ground_is_looked_for(town: Town, ended: tuple[str, list[str]]) -> None:
    case, (refused, withdrawn, other) = ended
    found = look(town, "examiner@ENV", case)
    assert [one.number for one in found.cases] == [withdrawn, refused, other]
    assert similar.SAME_BEHAVIOUR in found.cases[0].alike
    assert similar.SAME_BEHAVIOUR not in found.cases[2].alike
    assert [count for _, count in found.outcomes] == [2, 1]
    (ground,) = found.grounds
    assert ground.count == 2
    assert [one.number for one in look(town, "examiner@ENV", case, ground.code).cases] == [refused, other]
    assert {one.ground_label for one in look(town, "examiner@ENV", case, ground.code).cases} == {ground.label}
    assert look(town, "examiner@ENV", case, "none").cases == ()


@pytest.mark.parametrize("who", ["yunxi", "acceptor@MARKET"])
def test_who_does_not_see_inside_sees_nothing(town: Town, ended: tuple[str, list[str]], who: str) -> None:
    with pytest.raises(NotFound):
        look(town, who, ended[0])


def test_cases_of_another_office_are_not_told(town: Town, ended: tuple[str, list[str]]) -> None:
    case, closed = ended
    market = {"deciding_id": town.offices["MARKET"], "provider_id": town.offices["MARKET"]}
    town.turn(update(cases).where(cases.c.number == closed[0]).values(market))
    assert closed[0] not in [one.number for one in look(town, "examiner@ENV", case).cases]
    assert town.all(select(cases.c.id).where(cases.c.number == closed[0]))
