"""What is open already is told on the first page that knows it, with the way to the open case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from repairflow.records import office
from tests.support.building import Town
from tests.web import portal_visit
from tests.web.desk_visit import Officer, make
from tests.web.portal_visit import Visitor
from tests.web.test_desk_new import USCC, fill

pytestmark = pytest.mark.either_database
REFUSED = "正在办理，不能重复提出"
Begun = Callable[[Town], tuple[str, str, str]]
"""Where at the desk it is filed, on what, and the case that is open of it."""


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def repair(town: Town) -> tuple[str, str, str]:
    number = town.record()
    return "window/repair", number, town.file_repair(number)


def objection(town: Town) -> tuple[str, str, str]:
    number = town.record()
    return "window/objection", number, town.file_objection(number)


def removal(town: Town) -> tuple[str, str, str]:
    number = town.listed()
    return "window/list_removal", number, town.file("list_removal", number, kind="application")


def revocation(town: Town) -> tuple[str, str, str]:
    before = town.granted()
    return (
        "ex_officio/revocation",
        before,
        town.file("revocation", None, town.actor("examiner@ENV"), kinds=(), case=before),
    )


@pytest.mark.parametrize("begun", [repair, objection, removal, revocation])
def test_an_open_case_is_told_where_it_is_chosen_and_on_its_form(
    app: Flask, town: Town, begun: Callable[[Town], tuple[str, str, str]]
) -> None:
    path, key, case = begun(town)
    officer = Officer(app, town, "examiner@ENV" if path.startswith("ex_officio") else "acceptor@ENV")
    apart = path == "window/list_removal"  # 撤销列入 goes on beside it
    found = officer.get(f"/desk/new/{path}?q={key}")
    assert case in found
    assert (REFUSED in found) is not apart
    page = officer.get(f"/desk/new/{path}/{key}")
    assert f'href="/desk/cases/{case}"' in page
    assert (REFUSED in page, 'name="step"' in page) == (not apart, apart)
    assert case in officer.get(f"/desk/cases/{case}")


def test_once_it_is_closed_it_is_filed_again(app: Flask, town: Town) -> None:
    path, key, case = objection(town)
    town.do(case, "withdraw", town.actor("yunxi"))
    page = Officer(app, town, "acceptor@ENV").get(f"/desk/new/{path}/{key}")
    assert case not in page
    assert 'name="step"' in page


def test_a_case_of_other_offices_is_told_without_a_way_to_it(app: Flask, town: Town) -> None:
    path, key, case = repair(town)
    page = Officer(app, town, "acceptor@MARKET").get(f"/desk/new/{path}/{key}")
    assert REFUSED in page
    assert case in page
    assert f"/desk/cases/{case}" not in page


def test_of_a_subject_as_such_another_may_be_filed_and_the_open_one_is_told(app: Flask, town: Town) -> None:
    path = f"/desk/new/ex_officio/rectification/{USCC}"
    case = town.begin("rectification")
    officer = Officer(app, town, "examiner@ENV")
    page = officer.get(path)
    assert f'href="/desk/cases/{case}"' in page
    assert "请先核对是不是同一事项" in page
    fill(officer, path, {"in.facts": "废料露天堆放。", "in.demands": "清理废料"})
    assert case not in Officer(app, town, "examiner@MARKET").get(path)


def test_a_tip_off_tells_of_no_other_tip_off(app: Flask, town: Town) -> None:
    case = town.begin("tip_off")
    page = Officer(app, town, "registrar@CREDIT").get(f"/desk/new/window/tip_off/{USCC}")
    assert case not in page


def test_the_subject_is_led_to_its_open_case(town: Town) -> None:
    before = town.ended()
    town.turn(update(office).where(office.c.code == "ENV").values(parent_id=town.offices["MARKET"]))
    case = town.file("review", None, town.actor("yunxi"), case=before)
    page = Visitor(portal_visit.make(town), town, "yunxi").get(f"/my/ask/review/{before}")
    assert f'href="/my/cases/{case}"' in page
    assert REFUSED in page
    assert 'name="step"' not in page
