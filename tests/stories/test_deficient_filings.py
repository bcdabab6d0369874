"""容缺受理 within a filing: what is not at hand is promised for a day; brought by then it goes on, not brought it ends by itself."""

from __future__ import annotations

from datetime import date

import pytest

from tests.stories.test_objection import CLAIM
from tests.stories.town_life import TownLife, pdf_text

LATER = "承诺补齐材料的日期（容缺受理）"
REPAIR = {"义务履行完毕日期": "2026-03-20", "整改情况说明": "罚款已缴清，缴款凭证在银行补开。"}
PROOF = {"repair": "履行义务、纠正行为的证明", "objection": "证据材料"}
MANDATE = "授权委托书"


def filed(life: TownLife, procedure: str, record: str, day: str) -> str:
    """A filing by an agent without its mandate on paper, which is promised for a day, page by page."""
    answers = {**(REPAIR if procedure == "repair" else CLAIM), LATER: day}
    return life.agent.files(procedure, record, answers, (PROOF[procedure],), signs="林一鸣")


def taken_up(life: TownLife, procedure: str) -> tuple[str, str]:
    """Record and case of such a filing, accepted for 24 June."""
    record = life.record()
    case = filed(life, procedure, record, "2026-06-24")
    clerk = life.env.acceptor if procedure == "repair" else life.centre.registrar
    assert "请按容缺受理办理" in clerk.is_refused(case, "受理")
    given = {"暂缺的材料": MANDATE, "补齐的日期": "2026-06-23"}
    assert "不能早于申请人承诺的日期（2026年6月24日）" in clerk.is_refused(case, "容缺受理", given)
    assert "须在 20 个工作日以内" in clerk.is_refused(case, "容缺受理", {**given, "补齐的日期": "2026-08-24"})
    assert life.state(case) == "待受理"
    clerk.presses(case, "容缺受理", {**given, "补齐的日期": "2026-06-24"})
    life.worker.runs()
    life.worker.presses_letters()
    life.agent.opens_case(case)
    life.agent.reads("容缺受理，待补齐材料", "6月24日", "容缺受理通知书")
    words = pdf_text(life.agent.downloads(life.agent.page.links["容缺受理通知书"]))
    assert MANDATE in words
    assert "容缺受理失效，终止办理" in words
    assert "作出的《行政处罚决定书》（溪罚〔2026〕" in words  # who has three penalties sees which
    return record, case


@pytest.mark.parametrize("procedure", ["repair", "objection"])
def test_what_was_promised_is_brought_and_the_case_goes_on(life: TownLife, procedure: str) -> None:
    record, case = taken_up(life, procedure)
    life.agent.presses(case, "补齐承诺的材料", materials=(MANDATE,))
    if procedure == "objection":
        assert "异议处理中" in life.platform.shows(record)  # from acceptance on, promised papers or not
        assert life.state(case) == "平台核查"
        return
    env = life.env
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(case, "拟准予修复")
    env.decider.presses(case, "准予修复")
    life.worker.runs()
    assert life.state(case) == "准予修复，已办结"
    life.sound()


@pytest.mark.parametrize(
    ("procedure", "state"), [("repair", "逾期未补正，终止办理"), ("objection", "逾期未补正，终止办理")]
)
def test_what_was_promised_and_not_brought_ends_the_filing_with_a_letter(
    life: TownLife, procedure: str, state: str
) -> None:
    record, case = taken_up(life, procedure)
    life.it_is(date(2026, 6, 25))
    assert life.state(case) == state
    assert life.letters(case)[-1] == "关于容缺受理失效的告知书"
    shown = life.platform.shows(record)
    assert "公示中" in shown
    assert "异议处理中" not in shown
    life.company.inbox()
    life.company.reads(case, "逾期未按承诺补齐，终止办理")
    life.sound()


def test_a_promise_that_cannot_be_is_refused_where_it_is_written(life: TownLife) -> None:
    record, company = life.record(), life.agent
    before = life.town.counts()["cases"]
    for procedure in PROOF:  # who represents the company needs no mandate: nothing is asked that could come later
        life.company.opens(f"/my/file/{procedure}/{record}")
        life.company.sends("开始填写")
        assert LATER not in life.company.page.text
    company.opens(f"/my/file/repair/{record}")
    company.sends("开始填写")
    company.reads("即承诺在该日（含当日）前补齐")
    assert "终止办理" not in company.page.text  # a consequence is told by letters, where it has a basis
    company.sends("保存并继续", {**REPAIR, LATER: "2026-06-10"}, status=422)
    company.reads(f"“{LATER}”须晚于今天（2026年6月10日）")
    company.sends("保存并继续", {**REPAIR, LATER: ""})
    company.sends("材料已传好，继续", status=422)
    company.reads("请上传“履行义务、纠正行为的证明”")
    assert (
        "请上传“履行义务、纠正行为的证明”；现在没有的" not in company.page.text
    )  # the condition of a repair is not promised
    refused = life.company.program.is_refused_to_open(
        "repair", record=record,
        inputs={"performed_on": "2026-03-20", "correction": "已缴清。", "commitment_signed_by": "宋远山"},
    )  # fmt: skip
    assert refused == {"materials_complete"}
    assert life.town.counts()["cases"] == before
