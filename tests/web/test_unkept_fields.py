"""What is sealed once it is sent is not kept by the browser while it is typed: its field says so, and kept.js asks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

import repairflow
from repairflow.law.identifiers import make_uscc
from tests.support.building import COMPANIES, Town
from tests.web.desk_visit import Officer, make
from tests.web.served_town import Served

USCC = make_uscc("320830", COMPANIES[0][2])


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def unkept(page: str) -> set[str]:
    return {
        name
        for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", page)
        if " data-rf-unkept" in tag
        for name in re.findall(r'(?<![-\w])name="([^"]+)"', tag)
    }


@pytest.mark.parametrize(
    ("who", "path", "fields"),
    [
        ("acceptor@ENV", "/desk/subjects/new", {"id_number", "born"}),
        ("acceptor@ENV", "/desk/records/new", {"CF_XDR_ZJHM"}),
        ("acceptor@ENV", "/desk/acts/new", {"id_number"}),
        ("registrar@CREDIT", f"/desk/new/window/tip_off/{USCC}", {"in.informant_name", "in.informant_contact"}),
        ("registrar@CREDIT", f"/desk/new/window/complaint/{USCC}", {"in.complainant_name", "in.complainant_contact"}),
    ],
)
def test_a_sealed_field_carries_the_mark_and_no_other_does(
    app: Flask, town: Town, who: str, path: str, fields: set[str]
) -> None:
    assert unkept(Officer(app, town, who).get(path)) == fields


def test_so_does_one_of_a_step(app: Flask, town: Town) -> None:
    case = town.begin("listing")
    assert unkept(Officer(app, town, "examiner@ENV").get(f"/desk/cases/{case}")) == {"id_number"}


def test_the_script_leaves_marked_fields_out() -> None:
    script = (Path(repairflow.__file__).parent / "web/static/kept.js").read_text()
    fields = script[script.index("const fields =") : script.index("const ticks =")]
    assert '!("rfUnkept" in field.dataset) &&' in fields


@pytest.mark.browser
def test_the_browser_keeps_the_name_and_not_the_number(served: Served, page: Page) -> None:
    served.enter(page, "acceptor@ENV")
    page.goto(f"{served.address}/desk/subjects/new")
    page.locator("[name=name]").fill("龙小川")
    page.locator("[name=id_number]").fill("110105194912310021")
    page.locator("[name=id_number]").dispatch_event("change")
    kept = page.evaluate("JSON.stringify({...sessionStorage})")
    assert "龙小川" in kept
    assert "110105194912310021" not in kept
