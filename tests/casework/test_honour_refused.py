"""Who is refused a favourable list (守信激励名单) is refused what it gives: remedies, a basis, organ and court (复议法实施条例 17)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.options import options
from repairflow.casework.documents.service import remedies, service
from repairflow.errors import Refused
from repairflow.law.identifiers import make_uscc
from repairflow.records import letter, office, own_rule
from tests.support.building import COMPANIES, Town

pytestmark = pytest.mark.either_database

HONOUR = ("review_honour", "object_in_window", "report_verification")
BLAME = ("review_pass", "serve_notice", "waive_defence")


def honour(town: Town) -> str:
    given = {"list_kind": "honour", **dict.fromkeys(("basis_number", "basis_office", "basis_date", "behaviour"))}
    who, code = town.actor("examiner@ENV"), make_uscc("320830", COMPANIES[0][2])
    case = town.file("listing", None, who, kinds=(), inputs=given, subject=code)
    town.steps(case, *HONOUR)
    return case


def refused(town: Town, case: str) -> Any:
    town.do(case, "decide_against")
    of = letter.c.case_id == town.case(case).id
    return town.one(sa.select(letter).where(of).order_by(letter.c.id.desc()).limit(1))


def test_who_is_refused_an_honour_is_told_what_is_open_and_until_when(town: Town) -> None:
    case = honour(town)
    row = refused(town, case)
    said = "".join(row.content["fields"]["remedy_paragraphs"])
    assert "60日内向云溪县人民政府申请行政复议" in said
    assert "6个月内依法向云溪县人民法院提起行政诉讼" in said
    town.serve(case)
    with town.db.read() as tx:
        served = service.of_letter(tx, row.id)
        assert served is not None
        ends = remedies.ends_of(tx, town.services, row, served)
    assert [(end.label, end.told) for end in ends] == [("行政复议", True), ("行政诉讼", True)]


def test_who_is_not_put_on_a_list_of_the_dishonest_has_nothing_to_contest(town: Town) -> None:
    case = town.begin("listing")
    town.steps(case, *BLAME)
    town.turn(sa.update(office).values(review_organs="", court=""))
    town.turn(sa.delete(own_rule))
    row = refused(town, case)
    assert not row.content["fields"].get("remedy_paragraphs")
    town.serve(case)
    with town.db.read() as tx:
        served = service.of_letter(tx, row.id)
        assert served is not None
        assert remedies.ends_of(tx, town.services, row, served) == ()


@pytest.mark.parametrize(("gone", "code", "says"), [
    (sa.update(office).values(court=""), "remedy_settings", "管辖法院"),
    (sa.update(office).values(review_organs=""), "remedy_settings", "行政复议机关"),
    (sa.delete(own_rule).where(own_rule.c.procedure == "listing"), "rule_unconfirmed", "不予列入"),
])  # fmt: skip
def test_the_refusal_of_an_honour_waits_for_organ_court_and_a_basis(
    town: Town, gone: Any, code: str, says: str
) -> None:
    case = honour(town)
    town.turn(gone)
    with pytest.raises(Refused) as raised:
        refused(town, case)
    assert [one.code for one in raised.value.refusals] == [code]
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
        shown = {one.name: one.obstacles for one in options(tx, town.law, at, town.actor("decider@ENV"), town.now)}
    assert any(says in text for text in shown["decide_against"])
