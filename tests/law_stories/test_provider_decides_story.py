"""上海 36, 深圳 51: the office that provided the information decides on an objection; the centre passes its decision on and carries it
out. The decision names that office's organ and court, the centre's notice none of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from repairflow.casework.queries.documents.verification import verification
from repairflow.errors import Invalid, Refused
from repairflow.records import letter, notice, office, own_rule, role_grant
from tests.casework.test_burdening_corrections import HEAVIER
from tests.law_stories.telling import belongs_to
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

PLACES = ["310000", "440300"]
PAPER = {"paper_title": "异议处理决定书", "paper_number": "溪环异决〔2026〕7号", "paper_day": "2026-06-10"}


def of_kind(town: Town, kind: str) -> Any:
    return town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))


def words(town: Town, kind: str) -> str:
    return "".join(p["text"] for p in of_kind(town, kind).content["paragraphs"])


def forwarded(town: Town, division: str) -> str:
    """An objection that the centre of this place has forwarded; the organ and court of the provider are other than the centre's."""
    belongs_to(town, "CREDIT", division_code=division)
    own = {"review_organs": "云溪市生态环境局", "court": "云溪铁路运输法院"}
    town.turn(update(office).where(office.c.code == "ENV").values(**own))
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    return case


def without_posts(town: Town) -> None:
    place = town.offices["ENV"]
    town.turn(delete(role_grant).where(role_grant.c.role == "provider", role_grant.c.office_id == place))


@pytest.mark.parametrize("division", PLACES)
def test_the_decision_is_the_providers_and_the_notice_has_no_remedies_of_its_own(town: Town, division: str) -> None:
    case = forwarded(town, division)
    forwarded_by = words(town, "consultation")
    assert "现转送贵单位处理" in forwarded_by
    assert "协助核查下列事项" not in forwarded_by
    town.steps(case, "report_finding", "dismiss")
    decision, passed_on = of_kind(town, "provider_decision"), of_kind(town, "objection_passed_on")
    assert decision.office_id == town.offices["ENV"]
    assert decision.number.startswith("溪环信异决〔2026〕")
    assert passed_on.office_id == town.offices["CREDIT"]
    said, told = words(town, "provider_decision"), words(town, "objection_passed_on")
    assert "本机关决定：上述信息准确，予以维持。" in said
    assert "60日内向云溪市生态环境局申请行政复议" in said
    assert "云溪铁路运输法院提起行政诉讼" in said
    assert "认为本机关未履行法定职责的，依法应当先申请行政复议" in said
    assert f"《异议信息处理决定书》（{decision.number}），决定：上述信息准确，予以维持。" in told
    assert "按照该决定写明的途径申请行政复议或者提起行政诉讼" in told
    assert "云溪县人民法院" not in told  # the centre's own
    assert "60日" not in told
    assert town.all(select(letter).where(letter.c.kind == "objection_result")) == []
    with town.db.read() as tx:
        page = verification(tx, passed_on.token, town.today)
    assert ("该决定的文书", f"《异议信息处理决定书》（{decision.number}）") in page.details
    town.sound()


@pytest.mark.parametrize(("result", "state"), [("uphold_correct", "corrected"), ("uphold_annul", "annulled")])
def test_a_decision_that_grants_everything_tells_no_remedy_and_is_carried_out(
    town: Town, result: str, state: str
) -> None:
    case = forwarded(town, "440300")
    town.steps(case, "report_finding", result)
    assert "救济途径" not in words(town, "provider_decision")
    assert town.case(case).state == state
    assert "按照上述决定办理" in words(town, "objection_passed_on")


def test_in_part_is_said_by_the_provider_and_nothing_else_can_be_passed_on(town: Town) -> None:
    case = forwarded(town, "310000")
    town.do(case, "report_finding", inputs={"finding": "partly"})
    assert "其余部分予以维持" in words(town, "provider_decision")
    assert "申请行政复议" in words(town, "provider_decision")
    for other in ("uphold_correct", "dismiss", "uphold_annul"):
        with pytest.raises(Refused):
            town.do(case, other)
    town.do(case, "uphold_partly")
    assert town.case(case).outcome == "partly"


@pytest.mark.parametrize(("division", "cited"), [
    ("310000", "《上海市社会信用条例》第三十六条第二款"),
    ("440300", "《深圳经济特区社会信用条例》第五十一条第二款、第五十一条第三款"),
])  # fmt: skip
def test_a_result_that_the_ordinance_does_not_give_rests_on_the_providers_own_rule(
    town: Town, division: str, cited: str
) -> None:
    """无法核实、附注: the ordinances let that office correct, annul or maintain; what they do say, the forwarding, is cited."""
    case = forwarded(town, division)
    here = own_rule.c.office_id == town.offices["ENV"]
    kept = town.one(
        select(own_rule).where(
            here, own_rule.c.action == "annotate", own_rule.c.version == town.procedure(case).version
        )
    )
    town.turn(delete(own_rule).where(own_rule.c.id == kept.id))
    with pytest.raises(Refused) as caught:
        town.do(case, "report_finding", inputs={"finding": "unverifiable"})
    assert [one.code for one in caught.value.refusals] == ["rule_unconfirmed"]
    assert town.all(select(letter).where(letter.c.kind == "provider_decision")) == []
    town.turn(insert(own_rule).values(**kept._mapping))
    town.do(case, "report_finding", inputs={"finding": "unverifiable"})
    town.do(case, "annotate")
    decided = "二、处理决定依据《云溪县信用工作规则》第三条，本机关决定：上述信息无法核实，保留信息并附注异议。"
    assert decided in words(town, "provider_decision")
    forwarding = f"依据{cited}，本中心已转送云溪县生态环境局处理。"
    assert forwarding in words(town, "objection_passed_on")


def test_a_provider_without_organ_or_court_decides_nothing_yet(town: Town) -> None:
    case = forwarded(town, "440300")
    town.turn(update(office).where(office.c.code == "ENV").values(court=""))
    with pytest.raises(Refused) as caught:
        town.do(case, "report_finding", inputs={"finding": "accurate"})
    assert [one.code for one in caught.value.refusals] == ["remedy_settings"]
    assert "云溪县生态环境局" in caught.value.refusals[0].text


@pytest.mark.parametrize("division", [*PLACES, None])
def test_a_written_answer_of_an_office_outside_is_entered_with_its_paper(town: Town, division: str | None) -> None:
    """Anywhere: the centre's checker enters name, number, day and the paper itself. No letter is issued in that office's name."""
    case = forwarded(town, division or "320830")
    with pytest.raises(Refused) as caught:
        town.do(case, "report_finding", "checker", inputs={"finding": "accurate", **PAPER})
    assert [one.code for one in caught.value.refusals] == ["office_answers_itself"]
    without_posts(town)
    with pytest.raises(Invalid) as wrong:
        town.do(case, "report_finding", "checker", inputs={"finding": "accurate", **PAPER, "paper_number": ""})
    assert [one.where for one in wrong.value.problems] == ["paper_number"]
    town.do(case, "report_finding", "checker", inputs={"finding": "accurate", **PAPER})
    assert town.all(select(letter).where(letter.c.kind == "provider_decision")) == []
    town.do(case, "dismiss")
    if division is None:
        assert "申请行政复议" in words(town, "objection_result")
        return
    told = words(town, "objection_passed_on")
    assert "于2026年6月10日作出《异议处理决定书》（溪环异决〔2026〕7号），决定：上述信息准确，予以维持。" in told
    assert "60日" not in told
    town.sound()


def test_who_answers_itself_is_asked_for_no_paper_and_a_paper_is_of_a_past_day(town: Town) -> None:
    case = forwarded(town, "440300")
    page = Visitor(make(town), town, "provider@ENV").get(f"/desk/cases/{case}")
    assert "处理决定" in page
    assert "书面答复的文号" not in page
    checker = Visitor(make(town), town, "checker@CREDIT")
    assert "书面答复的文号" not in checker.get(f"/desk/cases/{case}")
    without_posts(town)
    assert "书面答复的文号" in checker.get(f"/desk/cases/{case}")
    with pytest.raises(Invalid):
        town.do(case, "report_finding", "checker", inputs={"finding": "accurate", **PAPER, "paper_day": "2026-06-11"})


def test_a_graver_correction_is_not_passed_on_as_the_providers_decision(town: Town) -> None:
    case = forwarded(town, "310000")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    with pytest.raises(Refused) as caught:
        town.do(case, "uphold_correct", inputs={"corrections": HEAVIER})
    assert "graver_than_decided" in [one.code for one in caught.value.refusals]


@pytest.mark.parametrize(("division", "last"), [("310000", date(2026, 6, 17)), ("440300", date(2026, 6, 12))])
def test_the_silence_of_the_provider_names_its_organ_and_ends_with_its_decision(
    town: Town, division: str, last: date
) -> None:
    case = forwarded(town, division)
    town.at(last + timedelta(days=1))
    town.sweep()
    town.at(last + timedelta(days=4))
    town.sweep()
    found = select(notice.c.body).where(notice.c.case_id == town.case(case).id, notice.c.kind == "office_silent")
    bodies = {row.body for row in town.all(found)}
    assert len(bodies) == 1
    (body,) = bodies
    assert body.startswith("云溪县生态环境局没有在期限内办理")
    assert "可以向云溪市生态环境局申请行政复议" in body
    assert "云溪铁路运输法院" in body
    town.do(case, "report_finding")
    assert "source_check" not in town.dues(case)  # whoever decided is late no more
