"""转办 on the page of a case: offered to the credit office's supervisor alone, faults shown, done once."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.casework.test_rerouting import REASON, leave
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def test_the_supervisor_passes_a_stuck_case_on(app: Flask, town: Town) -> None:
    case = leave(town)
    page, address = f"/desk/cases/{case}", f"/desk/cases/{case}/office"
    supervisor = Officer(app, town, "supervisor@CREDIT")
    shown = supervisor.get(page)
    assert "没有人担任可以办理的岗位" in shown
    assert "云溪县市场监督管理局" in shown
    assert 'action="' + address not in Officer(app, town, "registrar@CREDIT").get(page)
    wrong = supervisor.post(address, {"office": "", "reason": ""})
    assert (wrong.status_code, "请填写“转办理由”" in wrong.text) == (422, True)
    for who, status in (("registrar@CREDIT", 403), ("acceptor@MARKET", 403)):
        assert Officer(app, town, who).post(address, {"office": "MARKET", "reason": REASON}).status_code == status
    assert supervisor.post(address, {"office": "MARKET", "reason": REASON}).status_code == 303
    assert town.case(case).deciding_id == town.offices["MARKET"]
    assert "转办云溪县市场监督管理局" in supervisor.get(page)
    assert supervisor.post(address, {"office": "MARKET", "reason": REASON}).status_code == 409
