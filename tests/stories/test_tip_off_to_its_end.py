"""A named tip-off to its end: investigated by two with minutes, protected, rewarded by who may know the name, once it was allowed."""

from __future__ import annotations

from tests.stories.town_life import TownLife, pdf_text

TOLD = {
    "source": "hotline12312", "about": "dishonesty", "facts": "该单位伪造监测数据。", "asks_protection": True,
    "informant_name": "钱来也", "informant_contact": "13800001234",
}  # fmt: skip
ASKED = "还没有办理“登记举报人保护措施”，由信用办负责人办理"
LOOKED = {
    "调查方式": "现场检查",
    "调查日期": "2026-06-10",
    "地点": "云溪县工业园 8 号",
    "调查人员": "陈墨，县信用中心，执法证 001\n周予安，县信用中心，执法证 002",
    "笔录和查明的情况": "监测记录与设备存储数据不一致。",
}


def test_who_reports_by_name_is_protected_and_paid_and_stays_unknown(life: TownLife) -> None:
    centre = life.centre
    case = centre.registrar.program.opens("tip_off", subject=life.uscc(), inputs=TOLD)
    assert f"请求保护：{case}" in centre.supervisor.follows_inbox()
    centre.registrar.presses(case, "受理")
    centre.checker.opens_case(case)
    centre.checker.reads("实名：身份密封保存", "请求保护", ASKED)
    assert "钱来也" not in centre.checker.page.text

    # one officer alone investigates nothing, nor on a day to come; nothing is written
    alone = {**LOOKED, "调查人员": "陈墨，县信用中心，执法证 001"}
    assert "至少须有两名不同的人员" in centre.checker.is_refused(case, "登记调查步骤", alone)
    assert "还没有到" in centre.checker.is_refused(case, "登记调查步骤", {**LOOKED, "调查日期": "2026-06-11"})
    assert life.state(case) == "核查中"
    centre.checker.presses(case, "登记调查步骤", LOOKED, materials=("调查笔录、现场照片",))
    centre.supervisor.presses(case, "登记举报人保护措施", {"保护措施": "限定知情范围，更换知情的办理人员"})
    centre.checker.opens_case(case)
    assert ASKED not in centre.checker.page.text
    centre.checker.presses(case, "提交核查意见")
    centre.supervisor.presses(case, "登记举报奖励意见", {"符合奖励条件": "是"})
    assert "请办理与之相应的步骤" in centre.decider.is_refused(case, "反映属实")
    centre.decider.presses(case, "反映属实，予以奖励")
    assert life.letters(case)[-1] == "举报奖励告知书"

    # the head asks, an auditor allows, the head looks once, and pays
    centre.head.opens_case(case)
    centre.head.follows("申请查看")
    centre.head.sends("申请查看", {"申请查看的理由": "发放举报奖励"})
    assert "钱来也" not in centre.head.page.text
    centre.auditor.opens(f"/audit/cases/{case}")
    centre.auditor.sends("准许查看一次", {"准许的理由": "奖励已经批准"})
    centre.head.opens(f"/desk/cases/{case}/informant")
    centre.head.sends("查看（只能看一次）")
    centre.head.reads("钱来也", "13800001234")
    assert "钱来也" not in centre.head.opens(f"/desk/cases/{case}/informant")
    paid = {"奖励金额（元）": "0", "发放日期": "2026-06-10"}
    assert "不能小于 1" in centre.head.is_refused(case, "登记奖励已发放", paid)
    centre.head.presses(case, "登记奖励已发放", {**paid, "奖励金额（元）": "2000"}, materials=("领取奖励的凭证",))
    assert life.state(case) == "反映属实，已处理"
    life.worker.presses_letters()
    centre.checker.opens_case(case)
    words = pdf_text(centre.checker.downloads(centre.checker.page.links["处理结果告知书"]))
    assert "举报奖励2000元已于2026年6月10日发放" in words
    assert "钱来也" not in words + centre.checker.page.text
    life.company.opens(f"/my/cases/{case}", status=404)
    life.sound()


def test_what_nobody_looked_into_is_not_found_true(life: TownLife) -> None:
    centre = life.centre
    plain = {name: value for name, value in TOLD.items() if not name.startswith(("informant", "asks"))}
    case = centre.registrar.program.opens("tip_off", subject=life.uscc(), inputs=plain)
    centre.registrar.presses(case, "受理")
    centre.checker.opens_case(case)
    centre.checker.reads("匿名，没有留下身份信息")
    assert ASKED not in centre.checker.page.text
    assert "请求保护" not in centre.supervisor.follows_inbox()
    centre.checker.presses(case, "提交核查意见")
    assert "“登记调查步骤”已有 0 次，须满 1 次" in centre.decider.is_refused(case, "反映属实")
    centre.decider.presses(case, "未查实")
