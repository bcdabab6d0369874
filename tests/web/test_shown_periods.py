"""A record's page says how long it is public only of a record that is: not of a person's, nor of one that was withdrawn or annulled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from repairflow.law.identifiers import make_uscc
from repairflow.records import cases
from tests.law_stories.telling import receipts
from tests.law_stories.test_withdrawal_story import WHY, recalled
from tests.support.building import COMPANIES, Town
from tests.web.desk_visit import Officer
from tests.web.portal_visit import Visitor, make

YUNXI = make_uscc("320830", COMPANIES[0][2])


def public(town: Town) -> str:
    return town.record()


def of_a_child(town: Town) -> str:
    return town.record(kind="natural_person", minor=True)


def withdrawn(town: Town) -> str:
    return recalled(town)[0]


def annulled(town: Town) -> str:
    number, case = recalled(town)
    receipts(town, case)
    town.do(case, "annul", inputs={"public_reason": WHY})
    return number


@pytest.mark.parametrize(("make_one", "said"), [
    (public, "自2026年1月5日起，至2027年1月5日"), (of_a_child, "自然人的信息不公示"), (withdrawn, "现在不公示（暂时屏蔽）"),
    (annulled, "已撤销"),
])  # fmt: skip
def test_an_office_reads_a_period_only_of_what_is_public(
    town: Town, make_one: Callable[[Town], str], said: str
) -> None:
    number = make_one(town)
    page = Officer(make(town), town, "examiner@ENV").get(f"/desk/records/{number}")
    assert f"<dt>公示</dt><dd>{said}" in page
    assert ("至2027年" in page) == (make_one is public)


@pytest.mark.parametrize("make_one", [withdrawn, annulled])
def test_office_and_subject_read_why_a_penalty_was_withdrawn(town: Town, make_one: Callable[[Town], str]) -> None:
    number = make_one(town)
    app = make(town)
    pages = (
        Officer(app, town, "examiner@ENV").get(f"/desk/records/{number}"),
        Visitor(app, town, "yunxi's agent").get(f"/my/records/{number}"),
    )
    for page in pages:
        assert "撤回说明</h2>" in page
        assert WHY in page
        assert "行政处罚法》第四十八条第二款" in page
    assert make_one is withdrawn or "已封存" not in Officer(app, town, "examiner@ENV").get(f"/desk/subjects/{YUNXI}")
    assert "最长公示期为" not in pages[1]
    assert "届满自动终止公示" not in pages[1]


def test_what_cases_did_to_a_record_stands_in_its_life(town: Town) -> None:
    masked, correction = recalled(town)
    repaired, child = town.record(), of_a_child(town)
    town.steps(town.file_repair(repaired), "accept", "report_verification", "propose_grant", "grant")
    case = town.file("minor_repair", child, kinds=("guardianship", "correction_proof"))
    town.steps(case, "consent", "accept", "report_verification", "grant")
    app = make(town)
    officer, visitor = Officer(app, town, "examiner@ENV"), Visitor(app, town, "yunxi's agent")
    for number, said in ((masked, "暂时屏蔽"), (repaired, "终止公示"), (child, "停止共享和使用")):
        assert f"<strong>{said}" in officer.get(f"/desk/records/{number}")
    assert "<strong>终止公示" not in officer.text  # nobody was ever shown the child's
    page = visitor.get(f"/my/records/{masked}")
    assert "<strong>暂时屏蔽</strong>" in page
    assert f"办件 {correction}" in page
    town.turn(update(cases).where(cases.c.number == correction).values(internal=True))
    assert correction not in visitor.get(f"/my/records/{masked}")  # a case that the offices keep to themselves
    assert correction in officer.get(f"/desk/records/{masked}")
