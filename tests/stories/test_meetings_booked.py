"""约谈日程 on the pages: an interview is booked with its officers, its company asks for another day, and the calendar shows it."""

from __future__ import annotations

from datetime import date

from tests.stories.town_life import TownLife
from tests.support.building import png

TALK = {"facts": "责令整改期限届满，堆场仍未覆盖。", "demands": ["堆场全部覆盖"]}


def test_an_interview_is_booked_and_moved_at_the_wish_of_its_company(life: TownLife) -> None:
    env, company = life.env, life.company
    head, examiner, stranger = env.head, env.examiner, life.market.examiner
    head.opens("/desk/meetings")
    head.sends("增加", {"增加约谈室": "三楼约谈室"})
    head.reads("约谈室已保存", "三楼约谈室")
    case = examiner.program.opens("interview", subject=life.uscc(), kind="reminder", inputs=TALK)
    head.presses(case, "批准约谈")
    examiner.opens_case(case)
    assert '<option value="三楼约谈室">' in examiner.html
    booked = {
        "约谈时间": "2026-06-16T09:30", "约谈地点": "三楼约谈室", "约谈人员（一）": "examiner@ENV",
        "约谈人员（二）": "head@ENV", "被约谈人员": "宋远山，法定代表人",
    }  # fmt: skip
    examiner.presses(case, "制发约谈通知书", booked)
    examiner.opens("/desk/meetings?day=2026-06-16&view=week")
    examiner.reads("6月16日（周二） 09:30–10:30", "三楼约谈室", "examiner@ENV、head@ENV", case)
    assert case not in stranger.opens("/desk/meetings?day=2026-06-16")

    company.opens_case(case)
    company.reads("约谈和听证", "09:30–10:30", "申请改期")
    company.presses(case, "申请改期", {"希望改到的时间": "2026-06-18T14:00", "理由": "法定代表人出差。"})
    assert f"申请改期：{case}" in examiner.follows_inbox()
    examiner.opens_case(case)
    form = examiner.page.form("同意改期")
    assert form is not None
    assert "2026-06-18T14:00" in {field.value for field in form.fields.values()}  # what was asked for stands there
    examiner.presses(case, "同意改期", {"约谈地点": "三楼约谈室"})
    company.opens_case(case)
    company.reads("已改期，不再执行", "6月18日（周四） 14:00–15:00")
    assert "<s>" in company.html
    examiner.opens("/desk/meetings?day=2026-06-16")
    examiner.reads("已改期", "14:00–15:00", "examiner@ENV 2026-06-10 10:00 安排")
    assert "待登记结果" not in examiner.html

    life.it_is(date(2026, 6, 19))
    examiner, company = env.examiner, life.company
    examiner.opens("/desk/meetings?day=2026-06-18")
    examiner.reads("已改期", "待登记结果")
    company.opens_case(case)
    assert "待登记结果" not in company.html
    examiner.opens_case(case)
    examiner.presses(case, "无正当理由未到场", {"意见": "到点没有人来。"})
    examiner.opens("/desk/meetings?day=2026-06-18&view=week")
    examiner.reads("已改期", "未到场")
    company.opens_case(case)
    company.reads("未到场")


def test_a_hearing_on_the_pages(life: TownLife) -> None:
    env, company = life.env, life.company
    case = company.repairs(life.record())
    env.examiner.opens_case(case)
    env.examiner.follows("安排听证")
    wanted = {
        "听证时间": "2026-06-18T09:00", "听证地点": "一楼", "听证人员（一）": "examiner@ENV", "听证人员（二）": "examiner@ENV",
    }  # fmt: skip
    env.examiner.sends("安排并通知当事人", wanted, status=422)
    env.examiner.reads("通知以后至少7个工作日", "不早于2026-06-22")
    env.examiner.sends("安排并通知当事人", {**wanted, "听证时间": "2026-06-22T09:00", "听证人员（二）": "head@ENV"})
    env.examiner.reads("听证已安排")
    for page in (f"/desk/cases/{case}", f"/desk/cases/{case}/hearing", "/desk/meetings?day=2026-06-22"):
        env.head.opens(page)
        env.head.reads("examiner@ENV、head@ENV", "examiner@ENV 2026-06-10 10:00 安排")
    company.opens_case(case)
    company.sends("提交改期申请", {"改期的理由": " ", "希望改到的时间": "6月23日"}, status=422)
    company.reads("请填写改期的理由")
    company.sends("提交改期申请", {"改期的理由": "律师另有开庭。", "希望改到的时间": "6月23日"})
    company.reads("改期申请已提交", "等待答复")
    env.examiner.opens("/desk/meetings?day=2026-06-22")
    env.examiner.reads("申请改期，待答复")
    env.examiner.opens(f"/desk/cases/{case}/hearing")
    env.examiner.sends("不同意改期", {"不同意的理由": "通知已满七个工作日。"})
    company.opens_case(case)
    company.reads("答复：不同意，通知已满七个工作日。")
    env.examiner.sends("取消听证", {"取消的理由（告知当事人）": "当事人放弃。"})
    env.examiner.reads("已取消")
    env.examiner.sends("安排并通知当事人", {**wanted, "听证时间": "2026-06-23T09:00", "听证人员（二）": "head@ENV"})
    life.it_is(date(2026, 6, 24))
    examiner, company = env.examiner, life.company
    examiner.opens_case(case)
    examiner.reads("待登记结果")
    examiner.follows("登记听证情况")
    heard = {
        "是否举行": "已举行",
        "参加人员": "宋远山、两名承办人员",
        "听证内容": "请求从轻。",
        "听证结果": "意见成立。",
    }
    examiner.sends("登记", heard, status=422)
    examiner.reads("请上传听证笔录")
    examiner.sends("登记", heard, files={"听证笔录": ("笔录.png", b"no picture")}, status=422)
    examiner.sends("登记", heard, files={"听证笔录": ("笔录.png", png())})
    examiner.opens_case(case)
    examiner.reads("已举行", "听证结果：意见成立。", "登记听证情况", "笔录.png")
    company.opens_case(case)
    company.reads("已举行")
    assert not any(words in company.html for words in ("意见成立。", "笔录.png", "待登记结果"))
