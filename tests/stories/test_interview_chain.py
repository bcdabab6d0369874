"""What comes of an order nobody obeys: an interview, a warning, the watch list; and of one that is obeyed: nothing more."""

from __future__ import annotations

from datetime import date

from tests.stories.town_life import TownLife

MEETING = {
    "约谈人员": "陈墨，县生态环境局，执法证 001\n周予安，县生态环境局，执法证 002", "记录人员": "杜若初",
    "实际到场的被约谈人员": "宋远山，法定代表人", "约谈事实": "暗管未按期拆除。", "整改要求": "拆除暗管",
    "被约谈人员的陈述和申辩": "无",
}  # fmt: skip

OFFICERS = {"约谈人员（一）": "examiner@ENV", "约谈人员（二）": "head@ENV"}


def ordered(life: TownLife, record: str) -> str:
    """An order to rectify, proposed by the examiner and signed by the decider."""
    inputs = {"facts": "厂区东侧有一段暗管。", "demands": ["拆除暗管", "补办手续"]}
    case = life.env.examiner.program.opens("rectification", record=record, inputs=inputs)
    life.env.decider.finds_waiting(case)
    life.env.decider.presses(case, "签发限期整改通知书", {"整改天数": "15"})
    return case


def invites(life: TownLife, case: str, when: str) -> None:
    place = {"约谈地点": "县生态环境局三楼会议室", "被约谈人员": "宋远山，法定代表人", "需要携带的材料": "环评批复原件"}
    life.env.examiner.presses(case, "制发约谈通知书", {"约谈时间": when, **place, **OFFICERS})


def test_an_order_that_is_obeyed(life: TownLife) -> None:
    case = ordered(life, life.record())
    life.env.examiner.opens(f"/desk/cases/{case}")
    life.env.examiner.reads("责令限期整改通知书", "还没有登记送达，当事人的期限自送达起算")
    life.company.opens_case(case)
    life.company.reads("整改中", "拆除暗管", "限期整改通知书")
    life.company.follows("提交整改证明")
    life.company.reads("办件内容", "补办手续")  # what is wanted stands beside the form
    report = {"整改情况报告": "暗管已于 6 月 9 日拆除，手续已补办。"}
    life.company.presses(case, "提交整改证明", report, materials=("整改证明材料",))
    life.env.reviewer.opens(f"/desk/cases/{case}")
    life.env.reviewer.reads("上一步：提交整改证明 被责令整改的单位 宋远山", "整改情况报告 暗管已于 6 月 9 日拆除")
    life.env.reviewer.presses(case, "验收合格")
    assert life.state(case) == "整改合格"
    assert life.letters(case) == ["责令限期整改通知书", "整改验收意见"]


def test_the_summoned_read_place_time_and_what_to_bring_on_the_page(life: TownLife) -> None:
    env, company = life.env, life.company
    talk = {"facts": "厂区东侧有一段暗管。", "demands": ["拆除暗管"]}
    case = env.examiner.program.opens("interview", subject=life.uscc(), kind="reminder", inputs=talk)
    env.head.presses(case, "批准约谈")
    invites(life, case, "2026-06-18T09:30")
    company.opens_case(case)
    company.reads(
        "请您注意：待约谈",
        "约谈时间 2026-06-18 09:30",
        "约谈地点 县生态环境局三楼会议室",
        "环评批复原件",
        "请写明的人员按时到场",
    )
    assert "目前无需您办理" not in company.page.text

    # another day is agreed upon: the page says that one, who is to come stays
    env.examiner.presses(case, "同意改期", {"改期后的约谈时间": "2026-06-22T14:00", "约谈地点": "二楼会议室"})
    page = company.opens_case(case)
    shown = page[page.index("请您注意") : page.index("约谈和听证")]
    assert "2026-06-22 14:00" in shown
    assert "二楼会议室" in shown
    assert "宋远山，法定代表人" in shown
    assert "三楼会议室" not in shown


def test_from_an_order_that_lapses_to_the_watch_list(life: TownLife) -> None:
    env, record = life.env, life.record()
    order = ordered(life, record)
    life.serves(order)

    # the days go by, nobody brings proof: an interview is proposed by itself, and the head approves it
    life.it_is(date(2026, 6, 26))
    assert life.state(order) == "未按要求整改，提出约谈"
    reminder = env.head.finds("YT")
    env.head.presses(reminder, "批准约谈")

    # notice needs three working days; two officers talk, the record is signed and goes to the province alone
    assert "三个工作日" in env.examiner.is_refused(
        reminder, "制发约谈通知书",
        {"约谈时间": "2026-06-29T09:30", "约谈地点": "三楼会议室", "被约谈人员": "宋远山，法定代表人", **OFFICERS},
    )  # fmt: skip
    invites(life, reminder, "2026-07-02T09:30")
    life.it_is(date(2026, 7, 2))
    env.examiner.opens_case(reminder)
    env.examiner.reads("两名以上人员在场 提交时按填写的内容核对")  # nobody has typed yet
    env.examiner.presses(reminder, "约谈并记录", MEETING)
    env.examiner.program.does(reminder, "记录已签字", materials=("signed_record",))
    life.worker.runs()
    assert "约谈记录" in life.platform.received("province")
    assert "约谈记录" not in life.platform.received("site")
    report = {"整改情况报告": "暗管仍在使用，计划下月拆除。"}
    life.company.presses(reminder, "提交约谈后整改报告", report, materials=("整改证明材料",))
    env.reviewer.presses(reminder, "整改不合格，升级为警示性约谈")

    # nobody comes to the warning, twice
    warning = env.head.finds("YT")
    assert warning != reminder
    env.head.presses(warning, "批准约谈")
    for day in (date(2026, 7, 9), date(2026, 7, 16)):
        invites(life, warning, f"{day}T09:30")
        life.it_is(day)
        env.examiner.presses(warning, "无正当理由未到场")
    env.head.presses(warning, "两次无正当理由未到场，建议列入重点关注名单")

    # a proposal is no listing: document, notice, defence, and another person's decision still stand before it
    listing = env.reviewer.finds("LR")
    assert "认定文书" in env.reviewer.is_refused(listing, "审核通过")
    document = {
        "认定文书文号": "溪环责改〔2026〕3号",
        "认定文书作出机关": "云溪县生态环境局",
        "认定文书日期": "2026-06-10",
    }
    env.examiner.presses(listing, "补齐认定文书", document)
    env.reviewer.presses(listing, "审核通过")
    env.examiner.presses(listing, "制发拟列入告知书")
    life.company.presses(listing, "提交陈述申辩", {"陈述和申辩意见": "暗管本周内拆除，请求不予列入。"})
    env.examiner.presses(listing, "提交核实意见")
    env.decider.presses(
        listing, "决定列入", {"对陈述、申辩的答复": "不予采纳", "采纳或者不予采纳的理由": "暗管至今没有拆除。"}
    )
    assert life.state(listing) == "已列入"
    assert [life.state(case) for case in (reminder, warning)] == ["转入后续程序", "转入后续程序"]
    life.company.opens("/my/credit-file")
    life.company.reads("重点关注名单")
    life.sound()
