"""Five ways and more to get one thing wrong, on the page and by call: refused, told, and no row of the case's own written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from repairflow.web.api import blueprint as api
from tests.support.building import Town
from tests.support.calling import Caller, application
from tests.web.desk_visit import Officer, make
from tests.web.test_desk_new import USCC, hidden

pytestmark = pytest.mark.either_database
KEPT = ("cases", "event", "letter", "outbox", "deadline", "list_entry", "measure", "commitment")
"""Tables in which nothing may stand that was refused."""
STATED = ("basis_number", "basis_office", "basis_date")
WATCH = {"list_kind": "watch", "facts": "两次责令改正仍未改正。"}

LISTINGS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    *(("list_kind", {"list_kind": one}) for one in ("", "nothing", "HONOUR", "farm_red", "maritime_yellow", "watch;serious")),
    *(("", {"basis_date": one}) for one in ("2026-01-04", "2026-01-06", "2025-01-05")),
    *(("basis_date", {"basis_date": one}) for one in ("2026-02-30", "昨天", "20260105x")),
    *(("", {"basis_office": one}) for one in ("云溪县税务局", "云溪县市场监督管理局", "某市生态环境局")),
    *(("facts", {"facts": one}) for one in ("", "。", "   ", "x" * 5001, "甲\U0001f600乙")),
    *(("behaviour", {"behaviour": one}) for one in ("nothing", "POLLUTION", "banned_pesticide", "1", "无")),
)  # fmt: skip
CODES = ("", "91320830MA1X2Y3T00", USCC[:-1], f"{USCC}0", USCC.replace("MA", "ＭＢ"), "x" * 300, "云溪环保")
MEASURES = ("", "nothing", "BIDDING", "bidding,loans", "1")


def kept(town: Town) -> dict[str, int]:
    return {name: many for name, many in town.counts().items() if name in KEPT}


def on_file(town: Town) -> dict[str, str]:
    """The document of a penalty on file, as a designation states it."""
    row = town.of_record(town.record(date(2026, 1, 5)))
    office = "云溪县生态环境局"
    return {"basis_number": row.document_number, "basis_office": office, "basis_date": row.decision_date.isoformat()}


@pytest.mark.parametrize("way", ["page", "call"])
def test_a_designation(town: Town, way: str) -> None:
    right = {**WATCH, **on_file(town)}
    before = kept(town)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "examiner@ENV")
    officer, path = Officer(make(town), town, "examiner@ENV"), f"/desk/new/ex_officio/listing/{USCC}"
    for where, wrong in LISTINGS:
        given = right | wrong
        if way == "call":
            answer = caller.post(
                "/cases", {"procedure": "listing", "subject": USCC, "channel": "ex_officio", "inputs": given}
            )
            assert answer.status_code == 422, (wrong, answer.json)
            if where:
                assert where in str(answer.json["problems"] or answer.json), (wrong, answer.json)
        else:
            officer.get(path)
            sent = {**hidden(officer), **{f"in.{name}": value for name, value in given.items()}, "step": "check"}
            answer = officer.post(path, sent, content_type="multipart/form-data")
            assert answer.status_code == 422, (wrong, officer.text[:500])
            assert f'href="#in-{where}"' in officer.text or not where, (where, wrong)
        assert kept(town) == before, wrong
    filed = caller.post("/cases", {"procedure": "listing", "subject": USCC, "channel": "ex_officio", "inputs": right})
    assert filed.status_code == 201, "what was wrong was that one thing alone"


@pytest.mark.parametrize("code", CODES)
def test_a_warning_to_nobody(town: Town, code: str) -> None:
    before = kept(town)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "examiner@ENV")
    given = {"facts": "台账不全。", "demands": ["补齐台账"]}
    body = {
        "procedure": "credit_warning",
        "subject": code,
        "kind": "reminder",
        "channel": "ex_officio",
        "inputs": given,
    }
    assert caller.post("/cases", body).status_code in {404, 422}
    if code and "/" not in code:
        Officer(make(town), town, "examiner@ENV").get(f"/desk/new/ex_officio/credit_warning/{code}", 404)
    assert kept(town) == before


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_that_there_is_none_of(town: Town, measure: str) -> None:
    number = town.record()
    before = kept(town)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "examiner@ENV")
    given = {"measure": measure, "partner": "MARKET", "facts": "请在招标时使用。"}
    answer = caller.post(
        "/cases", {"procedure": "joint_measure", "record": number, "channel": "ex_officio", "inputs": given}
    )
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json["problems"]] == ["measure"]
    assert kept(town) == before


@pytest.mark.parametrize("days", [0, 6, 61, -1, "七", "7.5", "", None, [7]])
def test_a_publicity_that_is_too_short_or_none(town: Town, days: object) -> None:
    none = dict.fromkeys((*STATED, "behaviour"))
    case = town.file(
        "listing", None, town.actor("examiner@ENV"), kinds=(), inputs={"list_kind": "honour", **none}, subject=USCC
    )  # fmt: skip
    before = kept(town)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "reviewer@ENV")
    body = {"expected_version": town.case(case).version, "inputs": {"window_days": days}}
    answer = caller.post(f"/cases/{case}/actions/review_honour", body)
    assert answer.status_code in {400, 422}, answer.json
    officer = Officer(make(town), town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    assert officer.act(case, "review_honour", {"window_days": str(days or "")}).status_code == 422
    assert kept(town) == before
    assert town.case(case).state == "proposed"
