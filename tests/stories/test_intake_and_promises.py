"""What people report, what companies promise, and what other offices do about a standing record."""

from __future__ import annotations

from datetime import date

from tests.stories.town_life import TownLife


def test_a_complaint_is_handled_by_people_who_never_learn_who_complained(life: TownLife) -> None:
    centre = life.centre
    inputs = {
        "source": "hotline12312", "about": "misuse", "facts": "该单位夜间排放废水。", "complainant_name": "钱来也",
        "complainant_contact": "13800001234",
    }  # fmt: skip
    case = centre.registrar.program.opens("complaint", subject=life.uscc(), inputs=inputs)
    centre.registrar.presses(case, "受理")
    said = centre.checker.opens_case(case)
    assert "钱来也" not in said
    assert "13800001234" not in said
    centre.checker.presses(case, "提交核查意见")
    centre.decider.presses(case, "反映属实")
    life.company.opens(f"/my/cases/{case}", status=404)  # whom it is about knows of nothing
    assert life.letters(case)[-1] == "处理结果告知书"


def test_a_tip_off_needs_no_name(life: TownLife) -> None:
    centre = life.centre
    inputs = {"source": "hotline12312", "about": "dishonesty", "facts": "该单位伪造监测数据。"}
    case = centre.registrar.program.opens("tip_off", subject=life.uscc(), inputs=inputs)
    centre.registrar.presses(case, "受理")
    centre.checker.presses(case, "提交核查意见")
    centre.decider.presses(case, "未查实")
    life.company.opens(f"/my/cases/{case}", status=404)
    life.sound()


def promised(life: TownLife) -> str:
    inputs = {
        "office": "ENV", "matter": "排污许可变更", "undertaking": "十五日内补齐监测报告。", "gaps": ["监测报告"],
        "promised_day": "2026-06-24", "commitment_signed_by": "宋远山",
    }  # fmt: skip
    case = life.company.program.opens(
        "commitment", ["commitment"], subject=life.uscc(), kind="deficient", inputs=inputs
    )
    life.env.acceptor.presses(case, "登记，容缺的予以受理")
    return case


def test_a_promise_that_is_kept(life: TownLife) -> None:
    case = promised(life)
    life.company.presses(case, "报告履行情况", materials=("履行承诺的证明、补齐的材料",))
    life.env.examiner.presses(case, "确认已履行")
    assert life.state(case) == "已履行"


def test_a_promise_that_is_broken_is_found_by_itself_and_proposed_for_the_watch_list(life: TownLife) -> None:
    case = promised(life)
    life.it_is(date(2026, 6, 25))
    assert life.state(case) == "违背承诺"
    listing = life.env.reviewer.finds("LR")
    life.env.reviewer.opens_case(listing)
    life.env.reviewer.reads("承诺期限届满，没有履行信用承诺", "待审核")


def test_a_joint_measure_ends_with_its_record(life: TownLife) -> None:
    env, record = life.env, life.record()
    inputs = {"measure": "bidding", "partner": "MARKET"}
    case = env.examiner.program.opens("joint_measure", record=record, inputs=inputs)
    env.decider.presses(case, "发起")
    life.market.partner.finds_waiting(case)
    term = {
        "措施开始日期": "2026-06-10",
        "措施结束日期": "2026-12-31",
        "实施措施所依据的法律、法规条款": "《招标投标条例（虚构）》第十条",
    }
    life.market.partner.presses(case, "响应并采取措施", term)
    done = {"实施日期": "2026-06-10", "实施事项": "某工程项目投标资格审查"}
    life.market.partner.presses(case, "反馈实施情况", done)
    life.company.opens_case(case)
    life.company.reads("措施实施中", "失信惩戒措施告知书")

    repair = life.company.repairs(record)
    env.acceptor.presses(repair, "受理")
    env.examiner.presses(repair, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(repair, "拟准予修复")
    env.decider.presses(repair, "准予修复")
    life.worker.runs()
    life.worker.runs()
    assert life.state(case) == "已解除"
    assert life.letters(case)[-1] == "解除失信惩戒措施告知书"


def test_a_ban_for_life_stands_when_its_record_is_repaired(life: TownLife) -> None:
    env, record = life.env, life.record()
    inputs = {"measure": "lifelong_ban", "partner": "MARKET"}
    case = env.examiner.program.opens("joint_measure", record=record, inputs=inputs)
    env.decider.presses(case, "发起")
    term = {"措施开始日期": "2026-06-10", "实施措施所依据的法律、法规条款": "《食品安全条例（虚构）》第十条"}
    life.market.partner.presses(case, "响应并采取措施", term)
    repair = life.company.repairs(record)
    env.acceptor.presses(repair, "受理")
    env.examiner.presses(repair, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(repair, "拟准予修复")
    env.decider.presses(repair, "准予修复")
    life.worker.runs()
    life.worker.runs()
    assert life.state(repair) == "准予修复，已办结"
    assert life.state(case) == "措施实施中"
    assert "解除失信惩戒措施告知书" not in life.letters(case)


def test_what_is_promised_in_public_can_be_read_by_everybody(life: TownLife) -> None:
    anybody, company, env = life.stranger, life.company, life.env
    new = {"office": "ENV", "matter": "规范排污", "undertaking": "按证排污。", "commitment_signed_by": "宋远山"}
    unread = company.program.opens("commitment", ["commitment"], subject=life.uscc(), kind="voluntary", inputs=new)
    case = promised(life)
    assert "规范排污" not in anybody.opens("/commitments")  # no office has registered it yet
    anybody.opens(f"/commitments/{unread}", 404)
    anybody.opens("/commitments?q=云溪环保")
    anybody.reads("排污许可变更", "容缺受理承诺", "云溪县生态环境局", "2026年6月24日", "承诺履行中")
    anybody.follows("云溪环保科技有限公司")
    anybody.reads("十五日内补齐监测报告。")
    assert "宋远山" not in anybody.page.text  # who signed is nobody's business
    company.opens("/my/credit-file")
    company.reads("排污许可变更", "承诺履行中", case)
    assert "排污许可变更" not in anybody.opens("/commitments?q=恒拓")

    # that of a repair is public while it is handled, and no longer once it is granted
    record = life.record()
    repair = company.repairs(record)
    anybody.opens(f"/commitments/{repair}", 404)
    env.acceptor.presses(repair, "受理")
    anybody.opens(f"/commitments/{repair}")
    anybody.reads("信用修复承诺", "本单位郑重承诺", "修复办理中")
    env.examiner.presses(repair, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(repair, "拟准予修复")
    env.decider.presses(repair, "准予修复")
    life.worker.runs()
    anybody.opens(f"/commitments/{repair}", 404)

    # the day passes and nothing was brought: the breach is public too, for a year
    life.it_is(date(2026, 6, 26))
    assert life.state(case) == "违背承诺"
    anybody.opens(f"/commitments/{case}")
    anybody.reads("违背承诺")
    life.long_after(date(2027, 6, 28))
    anybody.opens(f"/commitments/{case}", 404)
