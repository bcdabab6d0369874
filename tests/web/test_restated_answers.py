"""What a case is about is shown as it stands: a step that states anew what the filing said (改列本领域的名单) is what people read."""

from __future__ import annotations

from repairflow.law.identifiers import make_uscc
from tests.support.building import COMPANIES, Town
from tests.web.desk_visit import Officer
from tests.web.portal_visit import Visitor, make


def test_a_case_that_went_over_to_another_list_is_not_shown_as_about_the_first(town: Town) -> None:
    document = dict.fromkeys(("basis_number", "basis_office", "basis_date"))
    inputs = {"list_kind": "serious", "behaviour": "unrectified", **document}
    code = make_uscc("320830", COMPANIES[0][2])
    case = town.file("listing", None, town.actor("examiner@ENV"), kinds=(), inputs=inputs, subject=code)
    town.do(case, "state_list", inputs={"list_kind": "watch"})
    basis = {"basis_number": "溪环罚〔2026〕9号", "basis_office": "云溪县生态环境局", "basis_date": "2026-05-11"}
    town.do(case, "state_basis", inputs=basis)
    town.steps(case, "review_pass", "serve_notice")
    app = make(town)
    page = Visitor(app, town, "yunxi's agent").get(f"/my/cases/{case}")
    assert "重点关注名单" in page
    assert "严重失信主体名单" not in page
    assert "溪环罚〔2026〕9号" in page
    assert "重点关注名单（提出时：严重失信主体名单）" in Officer(app, town, "examiner@ENV").get(f"/desk/cases/{case}")
