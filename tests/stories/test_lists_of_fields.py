"""What fields ask of their lists, driven by their people on the pages: a check on the spot, a third party's opinion, admission and
exit of credit-service bodies, reminders before any case, and problems that are written off."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from tests.law_stories.telling import belongs_to
from tests.stories.test_lists import DOCUMENT
from tests.stories.town_life import TownLife

UNTIL = date(2026, 6, 24)  # ten working days of publicity from 10 June are over


def proposed(life: TownLife, domain: str, kind: str, **more: Any) -> str:
    """A designation on a list of a field, proposed by its office."""
    belongs_to(life.town, "ENV", domain=domain)
    inputs = {"list_kind": kind, "facts": "检查中发现的情况。", **more}
    return life.env.examiner.program.opens("listing", subject=life.uscc(), inputs=inputs)


def honoured(life: TownLife, domain: str, kind: str) -> str:
    """On a list of the trustworthy, published first and decided by another."""
    case = proposed(life, domain, kind)
    life.env.reviewer.presses(case, "审核通过，交付公示", {"公示天数（工作日）": "7"})
    life.stranger.opens("/lists")
    life.stranger.reads("认定前公示", "云溪环保科技有限公司")
    life.it_is(UNTIL)
    return case


def test_an_abnormal_mark_is_set_and_removed_after_a_look_on_the_spot(life: TownLife) -> None:
    case = proposed(life, "culture_tourism", "abnormal_operation", behaviour="not_operating", **DOCUMENT)
    env = life.env
    assert "核实" in env.reviewer.is_refused(case, "审核通过")
    checked = {"核实方式": "现场确认", "核实日期": "2026-06-10", "核实情况": "登记的场所已经搬空。"}
    env.examiner.presses(case, "登记核实情况", checked)
    env.reviewer.presses(case, "审核通过")
    env.examiner.presses(case, "制发拟列入告知书")
    life.company.presses(case, "放弃陈述申辩")
    env.decider.presses(case, "决定列入")
    clerk = life.market.examiner
    clerk.opens("/desk/lists")
    clerk.follows("经营异常标记")
    clerk.reads("云溪环保科技有限公司")
    (entry,) = life.company.program.gets("/records?limit=100")["items"]
    grounds = {"grounds": "已经在登记的场所恢复经营。"}
    removal = life.company.program.opens(
        "list_removal", ["performance_proof"], record=entry["number"], kind="application", inputs=grounds
    )
    env.acceptor.presses(removal, "受理")
    env.examiner.presses(removal, "提交核查意见", {"逐项核查移出条件": "具备"})
    assert "核实" in env.decider.is_refused(removal, "准予移出")  # nobody was there: told before anything is confirmed
    env.decider.presses(removal, "退回核查")
    env.examiner.finds_waiting(removal)
    env.examiner.presses(
        removal, "提交核查意见", {"逐项核查移出条件": "具备", "核实方式": "现场确认", "核实日期": "2026-06-10"}
    )
    env.decider.presses(removal, "准予移出")
    clerk.opens("/desk/lists/abnormal_operation")
    assert "云溪环保科技有限公司" not in clerk.page.text
    sheet = clerk.downloads("/desk/lists/abnormal_operation/entries.csv?show=left").decode("utf-8-sig")
    assert "已移出" in sheet  # what an evaluation reads
    life.sound()


def test_a_qualification_list_hears_a_third_party_and_platforms_are_told(life: TownLife) -> None:
    case = honoured(life, "transport", "qualified_transport")
    env = life.env
    assert "第三方意见" in env.decider.is_refused(case, "认定守信名单")
    opinion = {
        "出具意见的机构": "云溪信用评估有限公司", "机构的统一社会信用代码": life.uscc(), "出具日期": "2026-06-23", "意见": "同意认定。",
    }  # fmt: skip
    env.examiner.presses(case, "登记第三方意见", opinion)
    env.decider.presses(case, "认定守信名单")
    life.worker.runs()
    life.stranger.opens("/lists/qualified_transport")
    life.stranger.reads("云溪环保科技有限公司", "守信名单")
    assert "守信名单变更" in life.platform.received("site")
    life.sound()


def test_a_credit_service_body_is_admitted_and_leaves_by_decision(life: TownLife) -> None:
    case = honoured(life, "general", "credit_service")
    env = life.env
    env.decider.presses(case, "认定守信名单")
    env.examiner.opens_case(case)
    out = env.examiner.program.opens("honour_exit", case=case, kind="removal", inputs={"facts": "年度考评不合格。"})
    assert "云溪环保" in life.stranger.opens("/lists/credit_service")
    env.decider.presses(out, "决定退出")
    assert "云溪环保" not in life.stranger.opens("/lists/credit_service")
    life.company.opens_case(out)
    life.company.reads("行政复议")
    life.sound()


def test_a_reminder_before_any_case_and_the_order_that_may_follow(life: TownLife) -> None:
    examiner, reviewer, company = life.env.examiner, life.env.reviewer, life.company
    examiner.opens("/desk/")
    examiner.follows("信用主体")
    examiner.opens(f"/desk/subjects/{life.uscc()}")
    examiner.follows("办理")
    told = {"种类": "失信提醒", "提醒的事实": "台账不全。", "要求": "补齐台账"}
    examiner.sends("下一步：核对", told)
    form = examiner.page.form("提交")
    assert form is not None
    examiner.posts(examiner.where, form.filled({}) | {"step": "file"})
    case = str(re.search(r"TX-\d{4}-\d{6}", examiner.page.text).group(0))  # type: ignore[union-attr]  # the receipt names it
    company.opens(f"/my/cases/{case}", 404)  # a draft is the office's own
    reviewer.presses(case, "签发")
    company.opens_case(case)
    company.reads("台账不全", "补齐台账")
    assert life.company.program.gets("/records?limit=100")["items"] == []  # nothing of it is dishonesty
    life.serves(case)
    life.it_is(date(2026, 6, 26))
    assert life.state(case) == "逾期未回复，待处理"
    life.env.reviewer.presses(case, "转限期整改")
    order = life.env.decider.finds("ZG")
    life.env.decider.presses(order, "签发限期整改通知书", {"整改天数": "15"})
    assert life.letters(order) == ["责令限期整改通知书"]
    life.sound()


def test_a_problem_of_the_ledger_is_written_off(life: TownLife) -> None:
    belongs_to(life.town, "ENV", domain="industry")
    inputs = {"facts": "专项检查发现的问题。", "demands": ["补办备案", "更换设备"]}
    case = life.env.examiner.program.opens("rectification", subject=life.uscc(), inputs=inputs)
    life.env.decider.presses(case, "签发限期整改通知书", {"整改天数": "15"})
    report = {"整改情况报告": "两项问题都已整改。"}
    life.company.presses(case, "提交整改证明", report, materials=("整改证明材料", "问题整改销号申请表"))
    life.env.reviewer.presses(case, "验收合格，予以销号")
    assert life.state(case) == "整改合格，已销号"
    life.env.examiner.opens("/desk/cases?procedure=rectification&state=closed")
    life.env.examiner.reads(case, "已销号")
    life.sound()


def test_a_measure_of_a_field_keeps_its_term_and_ends_by_itself(life: TownLife) -> None:
    belongs_to(life.town, "ENV", domain="human_resources")
    env, partner, record = life.env, life.market.partner, life.record()
    inputs = {"measure": "no_public_funds", "partner": "MARKET"}
    case = env.examiner.program.opens("joint_measure", record=record, inputs=inputs)
    env.decider.presses(case, "发起")
    law = {"措施开始日期": "2026-06-10", "实施措施所依据的法律、法规条款": "《招标投标条例（虚构）》第十条"}
    before = life.town.counts()
    longest = life.town.law.pack_on(life.town.today, "human_resources").measure["no_public_funds"].term
    assert longest is not None
    for wrong, says in (
        ({"措施结束日期": "2026-06-09"}, "措施结束日期须在开始日期之后"), ({"措施结束日期": "2032-06-10"}, "不晚于2029年6月10日"),
        ({"措施结束日期": "2026-06-12", "实施措施所依据的法律、法规条款": "有关规定"}, "条"),
    ):  # fmt: skip
        partner.opens_case(case)
        assert says in partner.sends("响应并采取措施", law | wrong, status=422)  # before anything is confirmed
    after = life.town.counts()
    assert (after["measure"], after["event"], after["letter"]) == (before["measure"], before["event"], before["letter"])
    partner.presses(case, "响应并采取措施", law | {"措施结束日期": "2026-06-12"})
    life.company.opens_case(case)
    life.company.reads("措施实施中", "限制政府资金支持、政府采购、招投标")
    life.it_is(date(2026, 6, 14))
    assert (life.state(case), life.letters(case)[-1]) == ("已解除", "解除失信惩戒措施告知书")
    life.sound()
