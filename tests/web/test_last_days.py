"""A date field ends at today where the form asks for what was done, so that its calendar offers no day that is refused."""

from __future__ import annotations

from datetime import date

import pytest

from repairflow.casework import plausible_days
from repairflow.db import Database
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town, law
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database


@pytest.mark.either_database
def test_the_last_day_is_said_where_a_day_to_come_is_refused() -> None:
    today = date(2026, 6, 10)
    inputs = {
        name: spec for one in law().procedures.values() for name, spec in one.inputs.items() if spec.kind == "date"
    }
    ends = {name for name, spec in inputs.items() if plausible_days.last_day(name, spec, today)}
    assert plausible_days.PERFORMED in ends
    assert plausible_days.PROMISED not in ends


def test_forms_of_enterprise_and_office_have_it(database: Database, settings: Settings, clock: Clock) -> None:
    town = Town(database, settings)
    number, app = town.record(date(2026, 1, 5)), make(town)
    agent = Visitor(app, town, "yunxi")
    agent.get(f"/my/file/repair/{number}")
    begun = agent.post(f"/my/file/repair/{number}").location
    form = agent.get(begun)
    field = form.partition(f'name="{plausible_days.PERFORMED}"')
    assert 'max="2026-06-10"' in field[2].partition(">")[0]
    window = Visitor(app, town, "registrar@CREDIT").get(f"/desk/new/window/repair/{number}")
    assert 'max="2026-06-10"' in window.partition(f'name="in.{plausible_days.PERFORMED}"')[2].partition(">")[0]
