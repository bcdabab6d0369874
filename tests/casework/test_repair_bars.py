"""Marking a record 不可修复 closes the way to repair: its subject is told organ, court, limits and articles, or nothing is marked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.casework.changes import BarRepair
from repairflow.casework.dispatch import dispatch
from repairflow.errors import Refused
from repairflow.law.not_repairable import BARS
from repairflow.records import notice, office, record
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def mark(town: Town, number: str, *, on: bool = True) -> None:
    given = BarRepair(town.actor("head@ENV"), number, next(iter(BARS)), "《某法》第三条", "决定禁止终身从业", on)
    with town.db.begin() as tx:
        dispatch(tx, town.services, given, town.now)


def told(town: Town) -> list[str]:
    rows = town.all(select(notice.c.body).where(notice.c.person_id == town.people["yunxi"], notice.c.kind == "barred"))
    return [row.body for row in rows]


def test_who_is_barred_is_told_where_and_until_when_to_contest_it(town: Town) -> None:
    number = town.record()
    mark(town, number)
    (body,) = told(town)
    for said in (
        "云溪县生态环境局决定", "《某法》第三条", "理由：决定禁止终身从业", "60日内向云溪县人民政府申请行政复议",
        "6个月内依法向云溪县人民法院提起行政诉讼", "《中华人民共和国行政复议法》第二十条第一款",
        "《中华人民共和国行政诉讼法》第四十四条第一款",
    ):  # fmt: skip
        assert said in body
    mark(town, number, on=False)
    assert "行政复议" not in told(town)[1]  # taken off again: nothing to contest


@pytest.mark.parametrize(("column", "named"), [("review_organs", "行政复议机关"), ("court", "管辖法院")])
def test_an_office_that_names_no_organ_or_court_marks_nothing(town: Town, column: str, named: str) -> None:
    number = town.record()
    with town.db.begin() as tx:
        tx.execute(sa.update(office).where(office.c.code == "ENV").values({column: ""}))
    with pytest.raises(Refused, match=named) as refused:
        mark(town, number)
    assert [one.code for one in refused.value.refusals] == ["remedy_settings"]
    assert town.one(select(record.c.not_repairable).where(record.c.number == number)).not_repairable is None
    assert told(town) == []
