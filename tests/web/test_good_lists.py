"""守信名单 on the desk: what is asked of bad lists alone is not asked of them, and who leaves one 退出."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.law.identifiers import make_uscc
from repairflow.records import cases
from tests.support.building import COMPANIES, Town
from tests.web import portal_visit
from tests.web.desk_visit import Officer, make
from tests.web.portal_visit import Visitor
from tests.web.test_desk_new import fill, hidden

USCC = make_uscc("320830", COMPANIES[0][2])
FORM = f"/desk/new/ex_officio/listing/{USCC}"
ASKED = ("失信行为", "认定文书文号", "认定文书作出机关", "认定文书日期")
TYPED = {
    "in.facts": "连续三年守法经营。", "in.basis_number": "溪环罚〔2026〕88号", "in.basis_office": "云溪县生态环境局",
    "in.basis_date": "2026-05-01",
}  # fmt: skip


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def test_the_form_hides_what_only_bad_lists_ask(app: Flask, town: Town) -> None:
    """The browser hides it by these marks once a good list is chosen; every list that the mark names is a good one."""
    page = Officer(app, town, "examiner@ENV").get(FORM)
    marked = re.findall(
        r'data-rf-unless="([^"]+)">\s*(?:<label class="form-label"|<fieldset|<div)[^>]*>.*?((?:失信行为|认定文书)[^<（ ]*)',
        page,
    )
    assert [label for _, label in marked] == [*ASKED, "认定文书"]
    good = {code for code, kind in town.law.packs["CN-2026"].list_kind.items() if kind.favourable}
    assert all(set(codes.split()) <= good and "honour" in codes.split() for codes, _ in marked)


@pytest.mark.parametrize(("kind", "asked"), [("honour", False), ("watch", True)])
def test_a_good_list_is_proposed_without_what_only_bad_lists_ask(
    app: Flask, town: Town, kind: str, asked: bool
) -> None:
    officer = Officer(app, town, "examiner@ENV")
    officer.get(FORM)
    page = fill(officer, FORM, {**TYPED, "in.list_kind": kind})
    assert [label in page for label in ASKED] == [asked] * 4
    assert "溪环罚〔2026〕88号" in fill(officer, FORM, {}, step="edit")  # what was typed is there for another list
    fill(officer, FORM, {**TYPED, "in.list_kind": kind})
    assert officer.post(FORM, {**hidden(officer), "step": "file"}).status_code == 303
    case = town.one(select(cases).order_by(cases.c.id.desc()).limit(1))
    assert bool(case.inputs.get("basis_number")) is asked
    assert ('id="act-state_basis"' in officer.get(f"/desk/cases/{case.number}")) is asked


def test_who_leaves_a_good_list_is_said_to_have_left_it(app: Flask, town: Town) -> None:
    case = town.honoured()
    out = town.file("honour_exit", None, town.actor("examiner@ENV"), case=case, kind="removal", kinds=())
    town.do(out, "exit")
    officer = Officer(app, town, "examiner@ENV")
    pages = [
        officer.get("/desk/lists/honour?show=left"), officer.client.get("/desk/lists/honour/entries.csv?show=left").text,
        officer.get(f"/desk/subjects/{USCC}"), Visitor(portal_visit.make(town), town, "yunxi").get("/my/credit-file"),
    ]  # fmt: skip
    assert [("已退出" in page, "已移出" in page) for page in pages] == [(True, False)] * 4
