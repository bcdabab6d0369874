"""登记请假: whoever is offered as a deputy can take something over."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import insert

from repairflow.db import Database
from repairflow.records import role_grant
from repairflow.settings import Settings
from tests.casework.test_assignment import colleague
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    made = Town(database, settings)
    colleague(made, "second")
    both = {"person_id": made.people["second"], "role": "examiner", "office_id": made.offices["ENV"]}
    with made.db.begin() as tx:
        tx.execute(insert(role_grant).values(both))
    return made


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def deputies(page: str) -> list[str]:
    found = re.search(r'name="deputy".*?</select>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'<option value="([^"]+)"', found.group(0))


def test_who_is_away_chooses_among_those_of_the_same_post(app: Flask, town: Town) -> None:
    assert deputies(Officer(app, town, "acceptor@ENV").get("/desk/workload")) == ["second"]
    assert sorted(deputies(Officer(app, town, "second").get("/desk/workload"))) == ["acceptor@ENV", "examiner@ENV"]


def test_who_leads_the_office_reads_the_posts_beside_the_names(app: Flask, town: Town) -> None:
    page = Officer(app, town, "head@ENV").get("/desk/workload")
    assert "second" in deputies(page)
    assert re.search(r'<option value="second">second（[^<]*受理[^<]*）', page)
    given = {
        "place": "ENV",
        "login": "acceptor@ENV",
        "from_day": town.today.isoformat(),
        "until_day": town.today.isoformat(),
    }
    officer = Officer(app, town, "head@ENV")
    officer.get("/desk/workload")
    wrong = officer.post("/desk/workload/absences", {**given, "deputy": "reviewer@ENV"})
    assert (wrong.status_code, "有同一岗位" in officer.text) == (422, True)
    assert officer.post("/desk/workload/absences", {**given, "deputy": "second"}).status_code == 303
