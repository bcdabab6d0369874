"""What no rule could say of a step is told to whoever takes it, and stands beside the result for both sides."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.law_stories.telling import belongs_to
from tests.support.building import Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

TOLD = "《河南省社会信用条例》第四十一条第三款没有写成规则"


@pytest.mark.parametrize(("division", "told"), [("410000", True), (None, False)])
def test_an_article_that_no_rule_expresses(town: Town, app: Flask, division: str | None, told: bool) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    decider, subject = Visitor(app, town, "decider@CREDIT"), Visitor(app, town, "yunxi")
    assert TOLD not in decider.get(f"/desk/cases/{case}")
    town.steps(case, "report_finding")
    assert (TOLD in decider.get(f"/desk/cases/{case}")) is told
    town.steps(case, "dismiss")
    assert (TOLD in decider.get(f"/desk/cases/{case}")) is told
    assert (TOLD in subject.get(f"/my/cases/{case}")) is told
