"""Days computed by hand from 民法典 201 to 203 and 国务院令795, as a case, a letter and a service have them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from repairflow.casework.documents.service import remedies, service
from repairflow.records import letter
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def test_limits_over_a_new_year_nobody_has_arranged(town: Town) -> None:
    town.at(date(2026, 12, 18))
    asked = town.file_repair()
    town.do(asked, "request_supplement")
    assert town.dues(asked)["supplement"].due_day is None  # nothing runs before service
    town.serve(asked)
    assert town.dues(asked)["supplement"].due_day == date(2027, 1, 4)  # 1 January is a holiday, 2 and 3 a weekend
    town.at(date(2026, 12, 30))
    filed = town.file_repair(town.record(date(2026, 2, 6)))
    due = town.dues(filed)["acceptance"]
    assert (due.due_day, due.provisional) == (date(2027, 1, 5), True)
    receipt = town.one(select(letter).where(letter.c.case_id == town.case(filed).id))
    assert "2027年1月5日（含当日）前" in str(receipt.content)


def test_six_months_from_service_end_after_the_spring_festival_and_a_year_where_nothing_was_told(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial", "deny")
    town.at(date(2026, 8, 8))
    town.serve(case)
    row = town.one(select(letter).where(letter.c.kind == "repair_denied"))
    with town.db.read() as tx:
        served = service.of_letter(tx, row.id)
        assert served is not None
        ends = {end.label: end.day for end in remedies.ends_of(tx, town.services, row, served)}
        pack = remedies.pack_of(tx, town.services, row)
        silent = remedies.remedy_ends(pack, served.effective_day, town.law.calendar, [])
    # 8 February is 正月初三; sixty days end on 7 October 2026, a holiday, so on the 8th
    assert ends == {"行政复议": date(2026, 10, 8), "行政诉讼": date(2027, 2, 9)}
    assert {end.day for end in silent} == {date(2027, 8, 9)}  # a year ends on Sunday 8 August 2027


@pytest.mark.parametrize(("name", "steps", "ends"), [
    ("objection", ("accept", "consult", "report_finding", "uphold_correct"), ()),
    ("objection", ("accept", "consult", "report_finding", "uphold_annul"), ()),
    ("minor_repair", ("consent", "accept", "report_verification", "grant"), ()),
    ("objection", ("accept", "consult", "report_finding", "dismiss"), ("行政复议", "行政诉讼")),
])  # fmt: skip
def test_nothing_runs_against_what_was_decided_for_the_subject(
    town: Town, name: str, steps: tuple[str, ...], ends: tuple[str, ...]
) -> None:
    """复议法 20(3), 法释〔2018〕1号 64 give a year where an adverse decision told nothing."""
    case = town.begin(name)
    town.steps(case, *steps)
    town.serve(case)
    of = letter.c.case_id == town.case(case).id
    row = town.one(select(letter).where(of).order_by(letter.c.id.desc()).limit(1))
    with town.db.read() as tx:
        served = service.of_letter(tx, row.id)
        assert served is not None
        found = remedies.ends_of(tx, town.services, row, served)
    assert tuple(end.label for end in found if end.label.startswith("行政")) == ends
    assert all(end.told for end in found)
