"""Market regulation tells the registration authority of another province, within three working days, or says that it cannot."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, update

from repairflow.casework.queries.oversight import pushes
from repairflow.law.identifiers import make_uscc
from repairflow.records import office, subject, target
from tests.law_stories.telling import belongs_to
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both

GRANT = ("accept", "report_verification", "propose_grant", "grant")
ZHEJIANG = "330100"


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def registered(town: Town, region: str) -> None:
    """The company is registered there; the authority is one of market regulation in Jiangsu."""
    belongs_to(town, "ENV", domain="market_regulation", division_code="320830")
    code = make_uscc(region, "MA1X2Y3T")
    town.turn(update(subject).where(subject.c.id == town.subjects["yunxi"]).values(uscc=code))


def listening(town: Town, place: str, code: str = "far") -> None:
    """The system of an authority in that place is told of decisions."""
    where = {
        "code": code.upper(),
        "name": f"{place} 市场监督管理局",
        "short_name": place,
        "mark": "监",
        "kind": "authority",
    }
    with town.db.engine.begin() as tx:
        key = tx.execute(insert(office).values(**where, division_code=place).returning(office.c.id)).scalar_one()
        tx.execute(insert(target).values(
            code=code, name=place, kind="authority", url=f"https://{code}.example", secret=b"x", office_id=key, active=True,
        ))  # fmt: skip


def granted(town: Town, region: str) -> str:
    """A repair granted to the company, whose penalty came in before it was registered where it is."""
    number = town.record()
    registered(town, region)
    case = town.file_repair(number)
    town.steps(case, *GRANT)
    return case


def told(town: Town, case: str) -> set[str]:
    return {row.lane.split("/")[0] for row in town.pushes(case)}


@pytest.mark.parametrize(("region", "place", "hears"), [
    (ZHEJIANG, ZHEJIANG, True), (ZHEJIANG, "330000", True),
    ("320830", ZHEJIANG, False), (ZHEJIANG, "310000", False),
    (ZHEJIANG, "320100", True),  # at home every authority that shows records is told, as before
])  # fmt: skip
def test_an_authority_elsewhere_hears_of_its_own_subjects(town: Town, region: str, place: str, hears: bool) -> None:
    listening(town, place)
    assert ("far" in told(town, granted(town, region))) == hears


def test_three_working_days(town: Town) -> None:
    case = granted(town, ZHEJIANG)
    assert town.dues(case)["execution"].due_day == date(2026, 6, 15)


@pytest.mark.parametrize(("region", "place", "domain", "said"), [
    (ZHEJIANG, None, "market_regulation", True), (ZHEJIANG, "310000", "market_regulation", True),
    (ZHEJIANG, "330000", "market_regulation", False), ("320830", None, "market_regulation", False),
    (ZHEJIANG, None, "general", False),
])  # fmt: skip
def test_whom_no_target_reaches_is_said(
    app: Flask, town: Town, region: str, place: str | None, domain: str, said: bool
) -> None:
    if place is not None:
        listening(town, place)
    case = granted(town, region)
    belongs_to(town, "ENV", domain=domain)
    page = Visitor(app, town, "supervisor@CREDIT").get("/oversight/pushes")
    assert ("外省登记机关没有推送对象" in page) == said
    assert ("登记地区划代码 330000" in page) == said
    with town.db.read() as tx:
        assert [row.number for row in pushes.beyond(tx, town.actor("supervisor@CREDIT"), town.now)] == (
            [case] if said else []
        )
        assert pushes.beyond(tx, town.actor("hengtuo"), town.now) == ()
