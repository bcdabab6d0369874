"""处罚法 48(2): the act that withdraws a published penalty states its reason, on the public page, in open data and in the push."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from repairflow.errors import Invalid, Refused
from repairflow.law.identifiers import make_uscc
from repairflow.records import record, subject, withdrawal_statement
from tests.law_stories.telling import words
from tests.law_stories.test_withdrawal_story import decided, found_by_the_office
from tests.support.building import Town
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
    "判决认定……当事人11010519491231002X", "小满早点铺申诉后撤销",
])  # fmt: skip
def test_a_reason_that_nobody_may_read_is_refused_and_nothing_is_withdrawn(town: Town, reason: str) -> None:
    sealed = {"id_index": town.vault.index("320830199001011233"), "id_sealed": town.vault.seal("320830199001011233")}
    town.turn(insert(subject).values(kind="natural_person", name="黎小满", plain_name="黎小满", **sealed))
    trader = {"uscc": make_uscc("320830", "MT000001"), "name": "小满早点铺", "plain_name": "小满早点铺"}
    town.turn(insert(subject).values(kind="sole_trader", **trader))
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
    town.do(case, "correct", inputs={"corrections": {"fine_wan": "0.03"}})
    assert stated(town) == []
