"""处罚法 48(2): the act that withdraws a published penalty states its reason, on the public page, in open data and in the push."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.errors import Invalid, Refused
from repairflow.records import event, outbox, record, subject, withdrawal_statement
from tests.law_stories.telling import words
from tests.law_stories.test_withdrawal_story import decided, found_by_the_office
from tests.support.building import Town
from tests.web.desk_visit import Officer
from tests.web.portal_visit import make

REASON = "云溪县人民法院2026年6月10日判决撤销该处罚决定：认定事实的主要证据不足"


def stated(town: Town) -> list[Any]:
    return town.all(select(withdrawal_statement).order_by(withdrawal_statement.c.id))


@pytest.mark.parametrize(("outcome", "step", "change", "told"), [
    ("annulled", "carry_annulment", "annulled", "撤销、确认违法或者确认无效"), ("changed", "carry_change", "changed", "变更"),
])  # fmt: skip
def test_who_carries_out_a_judgment_states_the_reason_with_it(
    town: Town, outcome: str, step: str, change: str, told: str
) -> None:
    number, case = decided(town, "2026-06-10", outcome)
    with pytest.raises(Refused) as caught:
        town.do(case, step, inputs={"public_reason": " "})
    assert "withdrawal_explained" in [one.code for one in caught.value.refusals]
    assert stated(town) == []
    town.do(case, step, inputs={"public_reason": REASON})
    (row,) = stated(town)
    assert (row.change, row.reason, row.effective_on, row.stated_at) == (change, REASON, date(2026, 6, 10), town.now)
    look = make(town).test_client().get
    page = look("/withdrawals").text
    for word in (REASON, told, number, "起生效", "第四十八条第二款", "云溪环保科技有限公司"):
        assert word in page, word
    (open_,) = look("/data/withdrawals.json").json["rows"]
    assert (open_["reason"], open_["effective_on"], open_["stated_on"]) == (REASON, "2026-06-10", "2026-06-10")
    assert open_["basis"].endswith("第四十八条第二款")
    said = words(town, case, "case_result")
    for word in (
        "《中华人民共和国行政处罚法》第四十八条第二款",
        f"已被依法{told}，自2026年6月10日起生效，",
        f"公开说明理由：{REASON}。",
    ):
        assert word in said, word
    told_ones = [row.payload for row in town.pushes(case) if row.kind == "record_changed"]
    assert told_ones
    for payload in told_ones:
        given = payload if isinstance(payload, dict) else json.loads(payload)
        assert given["withdrawal"]["reason"] == REASON
        assert given["withdrawal"]["change"] == change
    town.sound()


@pytest.mark.parametrize("reason", [
    "当事人身份证号11010519491231002X", "联系电话13800138000核实后撤销", "因经营者黎小满的申诉撤销", "",
    "判决认定……当事人11010519491231002X",
])  # fmt: skip
def test_a_reason_that_nobody_may_read_is_refused_and_nothing_is_withdrawn(town: Town, reason: str) -> None:
    sealed = {"id_index": town.vault.index("320830199001011233"), "id_sealed": town.vault.seal("320830199001011233")}
    town.turn(insert(subject).values(kind="natural_person", name="黎小满", plain_name="黎小满", **sealed))
    town.turn(update(subject).where(subject.c.id == town.subjects["yunxi"]).values(legal_representative="黎小满"))
    case = found_by_the_office(town, number := town.record(), "decision_changed", "2026-06-10")
    town.do(case, "propose")
    before = town.counts()
    with pytest.raises((Invalid, Refused)):
        town.do(case, "annul", inputs={"public_reason": reason})
    assert town.counts() == before
    assert town.one(select(record).where(record.c.number == number)).annulled_at is None


def test_what_is_no_change_of_a_penalty_is_stated_nowhere(town: Town) -> None:
    case = found_by_the_office(town, town.record(), "mistaken", None)
    town.do(case, "propose")
    with pytest.raises(Refused):
        town.do(case, "annul", inputs={"public_reason": REASON})
    town.do(case, "annul")
    objection = town.file_objection(town.record(date(2026, 2, 6)))
    town.steps(objection, "accept", "consult", "report_finding", "uphold_annul")
    assert stated(town) == []


def test_a_penalty_that_nobody_saw_needs_no_reason(town: Town) -> None:
    number = town.record(fine="0.02")
    assert town.of_record(number).publish_from is None
    case = found_by_the_office(town, number, "decision_changed", None)
    town.do(case, "propose")
    town.do(case, "correct", inputs={"corrections": {"fine_wan": "0.01"}})
    assert stated(town) == []


NAMED = [
    ("经法定代表人宋远山申请", "法定代表人“宋远山”"),
    ("代理人林一鸣转交", "代理人“林一鸣”"),
    (
        "宋远山路派出所出具说明",
        "法定代表人“宋远山”（……宋远山路派出所出具说明……）",
    ),  # the words about it say whether it is a name
]


@pytest.mark.parametrize(("reason", "told"), NAMED)
def test_words_like_a_name_of_this_case_are_told_with_their_context_and_may_be_confirmed(
    town: Town, reason: str, told: str
) -> None:
    town.turn(update(subject).where(subject.c.id == town.subjects["yunxi"]).values(legal_representative="宋远山"))
    case = found_by_the_office(town, town.record(), "decision_changed", "2026-06-10")
    town.do(case, "propose")
    with pytest.raises(Invalid) as wrong:
        town.do(case, "annul", inputs={"public_reason": reason})
    assert told in wrong.value.problems[0].text
    assert "不是人名" in wrong.value.problems[0].text
    town.do(case, "annul", inputs={"public_reason": reason, "names_confirmed": True})
    assert stated(town)[0].reason == reason


def test_an_ordinary_word_that_is_somebodys_name_elsewhere_is_no_fault(town: Town) -> None:
    sealed = {"id_index": town.vault.index("320830199001011233"), "id_sealed": town.vault.seal("320830199001011233")}
    town.turn(insert(subject).values(kind="natural_person", name="高明", plain_name="高明", **sealed))
    case = found_by_the_office(town, town.record(), "decision_changed", "2026-06-10")
    town.do(case, "propose")
    town.do(case, "annul", inputs={"public_reason": "佛山市高明区人民法院判决撤销该处罚决定"})
    assert "高明区" in stated(town)[0].reason


@pytest.mark.parametrize(
    ("cause", "day", "asked"), [("decision_changed", "2026-06-10", True), ("mistaken", None, False)]
)
def test_the_form_asks_for_the_reason_where_it_is_demanded_and_as_demanded(
    town: Town, cause: str, day: str | None, asked: bool
) -> None:
    case = found_by_the_office(town, town.record(), cause, day)
    town.do(case, "propose")
    page = Officer(make(town), town, "decider@ENV").get(f"/desk/cases/{case}")
    assert ('id="annul-public_reason"' in page) is asked
    if asked:
        label = page.partition('for="annul-public_reason"')[2].partition("</label>")[0]
        assert "选填" not in label


def test_a_penalty_withdrawn_before_the_reason_was_asked_is_given_its_reason(town: Town) -> None:
    """What an earlier version withdrew: no statement stands. Its authority states one, once; everybody and the platforms read it."""
    number = town.record()
    case = found_by_the_office(town, number, "mistaken", None)
    town.do(case, "propose")
    town.do(case, "annul")
    assert stated(town) == []
    app = make(town)
    stranger = Officer(app, town, "examiner@MARKET")
    stranger.get("/desk/")
    assert stranger.post(f"/desk/records/{number}/withdrawal", {"public_reason": REASON}).status_code in (403, 404)
    officer = Officer(app, town, "decider@ENV")
    assert "还没有公开说明理由" in officer.get(f"/desk/records/{number}")
    for filled, told in (
        ({"public_reason": "", "effective_on": "2026-06-10"}, "请填写“公开说明的理由”"),
        ({"public_reason": REASON, "effective_on": ""}, "请填写“生效日期”"),
        ({"public_reason": REASON, "effective_on": "2026-12-31"}, "不能早于处罚决定，也不能晚于今天"),
        ({"public_reason": "电话13800138000", "effective_on": "2026-06-10"}, "电话号码"),
    ):
        answer = officer.post(f"/desk/records/{number}/withdrawal", filled)
        assert answer.status_code == 422
        assert told in answer.text
    good = {"public_reason": REASON, "effective_on": "2026-06-10"}
    assert officer.post(f"/desk/records/{number}/withdrawal", good).status_code == 303
    (row,) = stated(town)
    assert (row.change, row.reason, row.effective_on) == ("annulled", REASON, date(2026, 6, 10))
    assert REASON in app.test_client().get("/withdrawals").text
    last = town.all(select(event).where(event.c.stream == f"record/{number}").order_by(event.c.seq))[-1]
    assert last.action == "explain_withdrawal"
    told_ones = town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id))
    assert told_ones[-1].payload["withdrawal"]["reason"] == REASON
    assert officer.post(f"/desk/records/{number}/withdrawal", good).status_code == 409
    assert "还没有公开说明理由" not in officer.get(f"/desk/records/{number}")
    town.sound()


def test_a_person_of_the_office_whose_record_ended_without_ever_being_public_is_asked_for_nothing(town: Town) -> None:
    """One rule for the guard and the statement: whether everybody could ever see it, not what its state is now."""
    number = town.record(fine="0.02")
    town.turn(update(record).where(record.c.number == number).values(state="published"))
    case = found_by_the_office(town, number, "decision_changed", None)
    town.do(case, "propose")
    town.do(case, "annul")
    assert stated(town) == []
