"""Every procedure as the law ships it has its guide and its case page, without a word in the file about pages."""

from __future__ import annotations

import pytest
from flask import Flask

from repairflow.web.ui.form_answers import NAMES_AN_OFFICE, label_of
from tests.support.building import Town, law
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

PROCEDURES = [name for name in law().names() if law().versions(name)[-1].prefix]
RAW = ("['", "{'", ">None<", "Undefined")
"""What a page shows when a value went through unread."""


@pytest.mark.either_database
@pytest.mark.parametrize("name", PROCEDURES)
def test_its_case_and_guide_are_shown(app: Flask, town: Town, name: str) -> None:
    number = town.begin(name)
    officer = Visitor(app, town, "auditor@CREDIT")
    page = officer.get(f"/desk/cases/{number}")
    procedure = town.procedure(number)
    assert 'class="rf-dg"' in page
    given = town.case(number).inputs
    labels = [label_of(key, spec) for key, spec in procedure.inputs.items() if key in given]
    assert [label for label in labels if label not in page] == []
    assert [text for text in RAW if text in page] == []
    guide = officer.get(f"/guides/{name}")
    assert 'class="rf-dg"' in guide
    assert procedure.label in guide
    assert [text for text in RAW if text in guide] == []


@pytest.mark.parametrize("name", PROCEDURES)
def test_its_form_asks_only_what_one_page_can_ask(name: str) -> None:
    procedure = law().versions(name)[-1]
    asked = {spec.kind for spec in procedure.inputs.values()}
    assert asked <= {"text", "long_text", "choice", "date", "datetime", "number", "boolean", "gaps"}
    assert all(procedure.inputs[key].kind == "text" for key in NAMES_AN_OFFICE & procedure.inputs.keys())


def test_the_guide_says_who_may_ask_and_what_offices_begin(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, "yunxi")
    page = visitor.get("/guides")
    asked, begun = page.split("由机关启动的程序")
    for name, place in (("repair", asked), ("tip_off", asked), ("rectification", begun), ("listing", begun)):
        assert f"/guides/{name}" in place, name
    assert "/report/tip_off" in visitor.get("/guides/tip_off")
    assert "依职权启动" in visitor.get("/guides/rectification")
