"""The legal reviewer's page names the articles whose day to be read again has come."""

from __future__ import annotations

from datetime import date, time

import pytest

from repairflow import times
from repairflow.db import Database
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database


@pytest.mark.parametrize(("day", "shown"), [(date(2027, 11, 28), False), (date(2027, 11, 29), True)])
def test_the_page_names_what_is_overdue(
    database: Database, settings: Settings, clock: Clock, day: date, shown: bool
) -> None:
    town = Town(database, settings)
    app = make(town)
    clock.travel(times.at(day, time(10)))
    page = Visitor(app, town, "legal_reviewer@ENV").get("/admin/rules")
    assert ("须再次核对的条文" in page) is shown
    assert ("《中华人民共和国行政复议法》第二十条第一款：应当在 2027-11-28 以前再次核对" in page) is shown
