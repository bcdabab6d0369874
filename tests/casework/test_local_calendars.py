"""A place's own days count for the cases of its offices, and for no others."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import calendar_loading, deadline_recount
from repairflow.errors import DefinitionError
from repairflow.law.deadlines.explanation import proof
from repairflow.records import deadline, office
from tests.support.building import Town

pytestmark = pytest.mark.either_database

WHO = Actor(None, "命令行", "system")
YEAR = """\
year = 2026
published = true
source = "云岭省人民政府关于歌节放假的通知"
region = "910000"
place = "云岭省"

[[holiday]]
name = "歌节"
from = 2026-06-12
to   = 2026-06-12
"""


def load(town: Town, text: str = YEAR, where: str = "910000-2026.toml") -> calendar_loading.Plan:
    with town.db.begin() as tx:
        return calendar_loading.load(tx, town.services.law_store, text, where, WHO, "operator", town.now)


def lies_in(town: Town, division: str | None) -> None:
    with town.db.begin() as tx:
        tx.execute(update(office).values(division_code=division))


@pytest.mark.parametrize(("division", "counts"), [("910102", True), ("920000", False), (None, False)])
def test_a_case_counts_with_the_days_of_its_office_s_place(town: Town, division: str | None, counts: bool) -> None:
    lies_in(town, division)
    load(town)
    number = town.file_repair()
    (acceptance,) = town.dues(number).values()
    days = town.procedure(number).clock[acceptance.clock].days
    assert days is not None
    assert town.case(number).division_code == division
    assert acceptance.due_day == town.services.law.calendar.add_working_days(town.today, (days.working or 0) + counts)
    town.sound()


def test_loading_moves_the_cases_of_that_place_alone(town: Town) -> None:
    lies_in(town, "910102")
    here = town.file_repair()
    lies_in(town, "920000")
    there = town.file_repair(town.record())
    before = {number: {c: r.due_day for c, r in town.dues(number).items()} for number in (here, there)}
    with town.db.read() as tx:
        foreseen = calendar_loading.plan(tx, town.services.law, YEAR, "910000-2026.toml", town.today)
    done = load(town)
    assert done.moved == foreseen.moved
    assert {one.case for one in done.moved} == {here}
    after = {number: {c: r.due_day for c, r in town.dues(number).items()} for number in (here, there)}
    assert after[there] == before[there]
    assert all(after[here][clock] > day for clock, day in before[here].items())
    assert "云岭省2026年放假安排已公布" in town.trail(here)[-1].reason
    town.sound()


def test_an_office_that_moves_leaves_its_cases_where_they_were_filed(town: Town) -> None:
    lies_in(town, "910102")
    number = town.file_repair()
    lies_in(town, "920000")
    load(town)
    assert town.case(number).division_code == "910102"
    with town.db.read() as tx:
        town.services.law_store.refresh(tx)
        dues = situation(tx, town.services.law, town.case(number), town.today).dues
    assert any("云岭省放假（歌节）" in day.why for due in dues.values() for day in proof(due))


def test_another_arrangement_for_the_same_place_is_refused_and_the_same_one_changes_nothing(town: Town) -> None:
    load(town)
    assert not load(town).new
    with pytest.raises(DefinitionError, match="同一年份不能载入两份不同的安排"):
        load(town, YEAR.replace("2026-06-12", "2026-06-15"))
    assert load(town, YEAR.replace("910000", "920000").replace("云岭省", "云岗省")).new


def test_rebuilding_the_table_counts_with_the_place_s_days(town: Town) -> None:
    lies_in(town, "910102")
    load(town)
    town.file_repair()
    columns = [c for c in deadline.c if c.name != "id"]
    rows = select(*columns).order_by(deadline.c.case_id, deadline.c.record_id, deadline.c.clock)
    before = [tuple(r) for r in town.all(rows)]
    with town.db.begin() as tx:
        town.services.law_store.refresh(tx)
        deadline_recount.rebuild(tx, town.services.law, town.now)
    assert [tuple(r) for r in town.all(rows)] == before
