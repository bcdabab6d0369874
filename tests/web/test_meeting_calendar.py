"""约谈日程: whoever looks for a day sees on which nobody works, and who is away."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from repairflow.casework.changes import EnterAbsence
from tests.casework.test_assignment import send
from tests.support.building import Town
from tests.web.desk_visit import Officer

pytestmark = pytest.mark.either_database


def test_days_without_work_are_marked(app: Flask, town: Town) -> None:
    page = Officer(app, town, "examiner@ENV").get("/desk/meetings?day=2026-10-05")
    cells = re.findall(r'<td class="([^"]*)"><a class="rf-bare desk-date"[^>]*day=([0-9-]+)"', page)
    works = town.law.calendar.is_working
    marked = {day: "rest" in kind.split() for kind, day in cells}
    assert marked == {day: not works(date.fromisoformat(day)) for day in marked}
    assert (marked["2026-10-01"], marked["2026-10-09"]) == (True, False)
    assert page.count("休</span>") == sum(marked.values()), "told in words, not by a colour alone"


@pytest.mark.parametrize(("view", "day", "told"), [
    ("month", "2026-06-10", True), ("week", "2026-06-18", True), ("week", "2026-06-10", False), ("month", "2026-07-20", False),
])  # fmt: skip
def test_who_is_away_in_the_time_shown(app: Flask, town: Town, view: str, day: str, told: bool) -> None:
    actor = town.actor("examiner@ENV")
    send(town, EnterAbsence(actor, "examiner@ENV", date(2026, 6, 17), date(2026, 6, 19), ""))
    page = Officer(app, town, "head@ENV").get(f"/desk/meetings?view={view}&day={day}")
    assert ("请假：examiner@ENV" in page) is told
    assert "请假：examiner@ENV" not in Officer(app, town, "head@MARKET").get(f"/desk/meetings?view={view}&day={day}")
