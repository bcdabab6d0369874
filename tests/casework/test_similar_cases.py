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


def test_the_reason_is_that_of_the_decision_not_of_what_followed_it(town: Town) -> None:
    granted, denied, lapsed = (town.file("repair", town.record()) for _ in range(3))
    town.do(granted, "accept", reason="符合受理条件")
    town.steps(granted, "report_verification", "propose_grant")
    town.do(granted, "grant", reason="整改到位，准予修复")
    for code in ("site", "province"):
        town.do(granted, "waive_target", inputs={"target": code}, reason="对方系统停用")
    town.steps(denied, "accept", "report_verification", "propose_denial")
    town.do(denied, "deny", reason="罚款没有缴清")
    town.do(lapsed, "request_supplement", reason="缺少缴款凭证")
    lapse = {"state": "lapsed", "outcome": "lapsed", "closed_at": town.now}  # as the sweep does it, nobody decides
    town.turn(update(cases).where(cases.c.number == lapsed).values(lapse))
    assert [town.case(one).state for one in (granted, denied, lapsed)] == ["granted", "denied", "lapsed"]
    found = look(town, "examiner@ENV", town.file("repair", town.record())).cases
    told = {one.number: one.reason for one in found}
    assert told == {granted: "整改到位，准予修复", denied: "罚款没有缴清", lapsed: ""}
