"""撤回未送达的决定 on the pages: offered to who decided, with a reason that comes back; why not, once it is served or carried out."""

from __future__ import annotations

import pytest
from flask import Flask

from repairflow.casework.deadline_table import RECALLED
from tests.support.building import Town
from tests.web.desk_visit import Officer

pytestmark = pytest.mark.either_database
OFFER, CONFIRM = "撤回未送达的", "确认撤回"


def test_a_denial_is_taken_back_in_two_presses_with_a_reason(app: Flask, town: Town) -> None:
    case = town.ended()
    version = str(town.case(case).version)
    decider = Officer(app, town, "decider@ENV")
    page = decider.get(f"/desk/cases/{case}")
    assert f"{OFFER}“不予修复”" in page
    assert CONFIRM in page
    assert OFFER not in Officer(app, town, "reviewer@ENV").get(f"/desk/cases/{case}")
    lacking = decider.post(f"/desk/cases/{case}/recall", {"expected_version": version, "recall-reason": " "})
    assert lacking.status_code == 422
    assert "请填写撤回的理由" in decider.text
    long = "误" * 2001
    assert (
        decider.post(f"/desk/cases/{case}/recall", {"expected_version": version, "recall-reason": long}).status_code
        == 422
    )
    assert long in decider.text, "what was typed comes back"
    stale = decider.post(f"/desk/cases/{case}/recall", {"expected_version": "1", "recall-reason": "适用情形有误"})
    assert (stale.status_code, "适用情形有误" in decider.text) == (409, True)
    done = decider.post(f"/desk/cases/{case}/recall", {"expected_version": version, "recall-reason": "适用情形有误"})
    assert done.status_code == 303
    assert "决定已撤回" in decider.get(f"/desk/cases/{case}")
    assert town.case(case).state == "deciding"
    assert RECALLED in decider.text
    assert "撤回上一步" not in decider.text


def test_served_or_carried_out_it_says_why_not(app: Flask, town: Town) -> None:
    served, granted = town.serve(town.ended()), town.file_repair()
    town.steps(granted, "accept", "report_verification", "propose_grant", "grant")
    decider = Officer(app, town, "decider@ENV")
    for case, why in ((served, "送达登记有误的，先撤销送达登记"), (granted, "撤销信用修复")):
        page = decider.get(f"/desk/cases/{case}")
        assert "不能撤回" in page
        assert why in page
        assert CONFIRM not in page
        version = str(town.case(case).version)
        sent = decider.post(f"/desk/cases/{case}/recall", {"expected_version": version, "recall-reason": "有误"})
        assert sent.status_code == 422
        assert why in decider.text


@pytest.mark.parametrize(("who", "status"), [("reviewer@ENV", 409), ("reviewer@MARKET", 404), ("yunxi", 403)])
def test_whose_it_is_not(app: Flask, town: Town, who: str, status: int) -> None:
    case = town.ended()
    given = {"expected_version": str(town.case(case).version), "recall-reason": "有误"}
    officer = Officer(app, town, who)
    officer.get("/desk/", 403 if status == 403 else 200)  # for its token
    assert officer.post(f"/desk/cases/{case}/recall", given).status_code == status
    assert town.case(case).state == "denied"
