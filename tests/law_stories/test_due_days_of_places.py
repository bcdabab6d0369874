"""The limits of five places as cases have them in the database: each stage counted by hand, in June and across the year end, and where
a case crosses offices.

June 2026: the 10th is a Wednesday, 19 to 21 off. Year end: Tuesday 29 December; 1 January is off by 国务院令795, 2 and 3 a weekend, so
that the working days go on 30, 31, 4, 5, 6, 7, 8, 11. The days of 2027 stay provisional until its arrangement is published.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.law_stories.telling import belongs_to
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # which days places count; walks and stories run on both

HENAN, ZHENGZHOU, SHANDONG, SHANGHAI, ZHEJIANG, SHENZHEN = "410000", "410100", "370100", "310000", "330000", "440300"
JUNE, YEAR_END = date(2026, 6, 10), date(2026, 12, 29)
APPROVED = {"approved_by": "卫国（主任）", "approved_on": "", "approval_document": "延批〔2026〕3号"}

Stages = tuple[tuple[date, str, dict[str, str]], ...]
"""The day and step of each stage, and the due day of each limit that runs after it."""


def day(number: int, month: int = 6) -> date:
    return date(2027 if month == 1 else 2026, month, number)


# filed on 10 June; by hand from the articles
IN_JUNE: dict[str, Stages] = {
    # 河南 41(2): three and seven from receipt (11, 12, 15 | 16, 17, 18, 22); the source three from being asked on the 12th (15, 16, 17)
    HENAN: (
        (day(10), "file", {"own": "06-15", "whole": "06-22"}),
        (day(11), "accept", {"own": "06-15", "whole": "06-22"}),
        (day(12), "consult", {"source_check": "06-17", "whole": "06-22"}),
        (day(17), "report_finding", {"whole": "06-22"}),
    ),
    # 山东 39(2): three and seven from receipt; no limit of its own for whoever is asked: it ends with the whole
    SHANDONG: (
        (day(10), "file", {"own": "06-15", "whole": "06-22"}),
        (day(11), "accept", {"own": "06-15", "whole": "06-22"}),
        (day(12), "consult", {"source_check": "06-22", "whole": "06-22"}),
        (day(17), "report_finding", {"whole": "06-22"}),
    ),
    # 上海 36(2): two to forward (11, 12), five to decide (11, 12, 15, 16, 17); the provider five from the 12th (15-18, 22)
    SHANGHAI: (
        (day(10), "file", {"forward": "06-12", "own": "06-17"}),
        (day(11), "accept", {"forward": "06-12", "own": "06-17"}),
        (day(12), "consult", {"source_check": "06-22"}),
    ),
    # 浙江 31(1): five from acceptance on the 11th (12, 15-18); twenty in all (12, 15-18 | 22-26 | 29, 30, 1-3 July | 6-10)
    ZHEJIANG: (
        (day(11), "accept", {"whole": "06-18"}),
        (day(12), "consult", {"whole": "06-18"}),
        (day(15), "extend_source_check", {"whole": "07-10"}),
        (day(22), "report_finding", {"whole": "07-10"}),
    ),
    # 深圳 51: one from acceptance on the 11th; two from being sent on the 12th (15, 16), three more (17, 18, 22)
    SHENZHEN: (
        (day(11), "accept", {"self_check": "06-12"}),
        (day(12), "consult", {"source_check": "06-16"}),
        (day(15), "extend_source_check", {"source_check": "06-22"}),
        (day(17), "report_finding", {}),  # the provider has decided: its limit is over
    ),
}
AT_YEAR_END: dict[str, Stages] = {
    HENAN: (
        (day(29, 12), "file", {"own": "01-04", "whole": "01-08"}),  # 30, 31, 4 | 5, 6, 7, 8
        (day(30, 12), "accept", {"own": "01-04", "whole": "01-08"}),
        (day(31, 12), "consult", {"source_check": "01-06", "whole": "01-08"}),  # 4, 5, 6
        (day(5, 1), "report_finding", {"whole": "01-08"}),
    ),
    SHANDONG: (
        (day(29, 12), "file", {"own": "01-04", "whole": "01-08"}),
        (day(30, 12), "accept", {"own": "01-04", "whole": "01-08"}),
        (day(31, 12), "consult", {"source_check": "01-08", "whole": "01-08"}),  # with the whole
    ),
    SHANGHAI: (
        (day(29, 12), "file", {"forward": "12-31", "own": "01-06"}),  # 30, 31 | 4, 5, 6
        (day(30, 12), "accept", {"forward": "12-31", "own": "01-06"}),
        (day(31, 12), "consult", {"source_check": "01-08"}),  # 4-8
    ),
    ZHEJIANG: (
        (day(30, 12), "accept", {"whole": "01-07"}),  # 31, 4, 5, 6, 7
        (day(31, 12), "consult", {"whole": "01-07"}),
        (day(4, 1), "extend_source_check", {"whole": "01-28"}),  # 31, 4-8 (6), 11-15 (11), 18-22 (16), 25-28 (20)
    ),
    SHENZHEN: (
        (day(29, 12), "accept", {"self_check": "12-30"}),
        (day(31, 12), "consult", {"source_check": "01-05"}),  # 4, 5
        (day(4, 1), "extend_source_check", {"source_check": "01-08"}),  # and 6, 7, 8
        (day(5, 1), "report_finding", {}),
    ),
}


def walk(town: Town, case: str, stages: Stages) -> None:
    """Take each step on its day; after it the limits are due as counted by hand, and provisional in a year without an arrangement."""
    for when, step, expected in stages:
        town.at(when)
        if step.startswith("extend"):
            town.do(case, step, inputs={**APPROVED, "approved_on": when.isoformat()})
        elif step != "file":
            town.do(case, step)
        rows = {clock: row for clock, row in town.dues(case).items() if row.state == "running"}
        assert {clock: f"{rows[clock].due_day:%m-%d}" for clock in expected} == expected, (when, step)
        assert all(row.provisional is (row.due_day.year == 2027) for row in rows.values())


@pytest.mark.parametrize(("filed", "division", "stages"), [
    *((JUNE, place, stages) for place, stages in IN_JUNE.items()),
    *((YEAR_END, place, stages) for place, stages in AT_YEAR_END.items()),
])  # fmt: skip
def test_every_stage_of_an_objection_is_due_as_counted_by_hand(
    town: Town, filed: date, division: str, stages: Stages
) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    town.at(filed)
    walk(town, town.file_objection(), stages)
    town.sound()


def test_repairs_of_two_places_across_the_year_end(town: Town) -> None:
    """深圳 82(1): three from acceptance, three more; 河南 43: one after it was granted."""
    town.at(YEAR_END)
    belongs_to(town, "ENV", division_code="440305")
    case = town.file_repair()
    walk(town, case, (
        (day(29, 12), "accept", {"handling": "01-04"}),  # 30, 31, 4
        (day(31, 12), "extend_handling", {"handling": "01-07"}),  # 5, 6, 7
    ))  # fmt: skip
    town.at(YEAR_END)
    belongs_to(town, "ENV", division_code="410102")
    other = town.file_repair(town.record())
    town.steps(other, "accept", "report_verification", "propose_grant")
    walk(town, other, ((day(31, 12), "grant", {"execution": "01-04"}),))


@pytest.mark.parametrize(("centre", "authority", "objection", "repair"), [
    # a county's bureau, the platform of its city: 41(2) binds the platform, 43 whoever found the dishonesty
    (ZHENGZHOU, "410102", {"own": "06-15", "whole": "06-22"}, "2026-04.3"),
    # a bureau of the province, the county's own centre: the platform of 41(2) is another one
    ("410102", HENAN, {"acceptance": "06-12"}, "2026-04.3"),
    # the centre of the province, a bureau of another province that found it there
    (HENAN, "330106", {"own": "06-15", "whole": "06-22"}, "2026-04.4"),
    ("320830", "410102", {"acceptance": "06-12"}, "2026-04.3"),
])  # fmt: skip
def test_a_case_between_offices_of_different_places_and_levels(
    town: Town, centre: str, authority: str, objection: dict[str, str], repair: str
) -> None:
    belongs_to(town, "CREDIT", division_code=centre)
    belongs_to(town, "ENV", division_code=authority)
    case = town.file_objection()
    assert {clock: f"{town.dues(case)[clock].due_day:%m-%d}" for clock in objection} == objection
    assert ("whole" in town.dues(case)) is ("whole" in objection)
    assert town.procedure(town.file_repair(town.record())).version == repair


def test_sending_a_case_on_moves_no_limit_that_counts_from_receipt(town: Town) -> None:
    """河南 41(2) counts from the receipt of the objection, whoever handles it in the end."""
    belongs_to(town, "CREDIT", division_code=ZHENGZHOU)
    case = town.file_objection()
    town.at(day(12))
    town.do(case, "transfer")
    due = {clock: f"{row.due_day:%m-%d}" for clock, row in town.dues(case).items() if row.state == "running"}
    assert (due["own"], due["whole"]) == ("06-15", "06-22")
    assert town.procedure(case).version == "2026-04.1"
    town.at(day(23))
    town.sweep()
    assert f"督办：{case} 异议办结期限逾期" in town.notices("supervisor@CREDIT", "escalation")
