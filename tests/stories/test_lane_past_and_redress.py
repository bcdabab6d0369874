"""The priority lane, penalties of the past that are delivered late, and redress after a wrong record."""

from __future__ import annotations

from datetime import date

from tests.stories.test_main_job import penalty_file
from tests.stories.town_life import TownLife

PREFER, NO_MORE = "设为优先办理", "取消优先办理"


def test_a_case_in_the_priority_lane_comes_first_and_keeps_its_limits(life: TownLife) -> None:
    env = life.env
    first = life.company.repairs(life.record(document="溪罚〔2026〕71号"))
    life.days_pass(1)
    later = life.company.repairs(life.record(document="溪罚〔2026〕72号"))
    acceptor = env.acceptor
    acceptor.opens("/desk/")
    assert acceptor.page.text.index(first) < acceptor.page.text.index(later)
    acceptor.opens_case(later)
    due = life.centre.auditor.program.gets(f"/cases/{later}/deadlines")
    assert "没有“守信主体" in acceptor.sends(
        PREFER, {"优先办理的情形": "守信主体（在守信名单上）", "优先理由": "守信"}, status=422
    )
    acceptor.opens_case(later)
    assert "请选择优先办理的情形" in acceptor.sends(PREFER, {"优先理由": "急"}, status=422)
    assert 'name="reason" id="priority-reason" required' in acceptor.html
    assert 'value="急"' in acceptor.html  # what was typed stays
    acceptor.opens_case(later)
    assert "请填写优先办理" in acceptor.sends(PREFER, {"优先办理的情形": "投标、融资、申报等有期限的急需"}, status=422)
    acceptor.posts(
        f"/desk/cases/{later}/priority", {"csrf_token": acceptor._token(), "ground": "urgent", "reason": "急"}
    )
    assert acceptor.status == 422  # no button was pressed
    acceptor.opens_case(later)
    acceptor.sends(PREFER, {"优先办理的情形": "投标、融资、申报等有期限的急需", "优先理由": "六月二十日投标截止。"})
    acceptor.reads("期限不变", "六月二十日投标截止", "优先办理：投标、融资")
    acceptor.opens("/desk/")
    assert acceptor.page.text.index(later) < acceptor.page.text.index(first)
    assert life.centre.auditor.program.gets(f"/cases/{later}/deadlines") == due

    # who orders no work of the case does not; nor a stranger
    examiner = life.market.acceptor
    examiner.opens("/desk/")
    data = {"csrf_token": examiner._token(), "on": "yes", "ground": "urgent", "reason": "急"}
    examiner.posts(f"/desk/cases/{later}/priority", data)
    assert examiner.status == 404
    life.company.opens_case(later)
    life.company.posts(f"/desk/cases/{later}/priority", {"csrf_token": life.company._token(), "on": "yes"})
    assert life.company.status == 403
    acceptor.opens_case(later)
    acceptor.sends(NO_MORE, {"优先理由": "投标已经撤回。"})
    acceptor.opens("/desk/")
    assert acceptor.page.text.index(first) < acceptor.page.text.index(later)
    life.sound()


def test_penalties_of_the_past_say_where_they_come_from_and_are_counted_apart(life: TownLife) -> None:
    clerk = life.env.provider
    past = {"补报历史数据（早已超过公示期限的，单独统计）": "是"}
    clerk.opens("/desk/imports")
    content = penalty_file(life)
    assert "请写明资料来源" in clerk.sends("上传并检查", past, files={"文件": ("x.csv", content)}, status=422)
    # one that is still within its time is none of the past
    fresh = content.replace(b"2026-03-16,2027-03-16", b"2026-06-09,2027-06-09")
    told = past | {"资料来源": "2026 年上半年纸质档案"}
    clerk.opens("/desk/imports")
    clerk.sends("上传并检查", told, files={"文件": ("fresh.csv", fresh)})
    life.does_jobs()
    assert "不是补报的历史数据" in clerk.opens(clerk.where)
    clerk.opens("/desk/imports")
    clerk.sends("上传并检查", told, files={"文件": ("past.csv", content)})
    life.does_jobs()
    clerk.opens(clerk.where)
    clerk.sends(next(b for form in clerk.page.forms for b in form.buttons if b.startswith("导入 ")))
    life.does_jobs()
    (number,) = life.company.program.records("penalty")
    life.company.opens(f"/my/records/{number}")
    life.company.reads("补报的历史数据：2026 年上半年纸质档案")
    clerk.opens("/desk/timeliness")
    row = clerk.page.text.split("补报（不计）")[1].split("逾期的")[0]
    assert row.split()[-5:] == ["0", "0", "0", "0", "1"], row
    life.sound()


def test_whoever_was_told_of_a_wrong_record_is_told_again(life: TownLife) -> None:
    number = life.record(decided=date(2026, 1, 5), measured=True)
    env, company = life.env, life.company
    assert "公示中" in life.platform.shows(number)
    proposer, second = env.examiner, env.decider
    proposer.opens("/desk/held")
    proposer.sends(
        "提出撤销",
        {
            "信息编号": number, "撤销依据": "人民法院判决撤销、变更，或者确认违法、无效",
            "依据文书及文号": "（2026）苏0830行初12号", "文书日期": "2026-06-01", "理由": "判决撤销处罚决定。",
        },
    )  # fmt: skip
    second.opens("/desk/held")
    item = next(f.fields["item"].options["是"] for f in second.page.forms if "item" in f.fields)
    second.posts("/desk/held", {"csrf_token": second._token(), "item": item, "decision": "accept", "reason": "属实。"})
    life.worker.runs()
    second.follows("消除不良影响")
    second.reads("已告知", "已回执")
    life.stranger.opens("/withdrawals")  # 处罚法 48: stated without anybody's asking
    life.stranger.reads("云溪环保", "人民法院判决撤销、变更，或者确认违法、无效：（2026）苏0830行初12号")
    assert "已撤销，请消除影响" in life.market.partner.follows_inbox()
    assert "消除不良影响" in company.inbox()
    company.opens(f"/my/records/{number}")
    company.reads("已告知")
    life.stranger.opens("/corrections")
    assert "云溪环保" not in life.stranger.page.text
    company.posts(f"/my/records/{number}/correction", {"csrf_token": company._token(), "on": "perhaps"})
    assert company.status == 422
    assert "云溪环保" not in life.stranger.opens("/corrections")
    company.opens(f"/my/records/{number}")
    company.sends("公开更正")
    life.stranger.opens("/corrections")
    life.stranger.reads("云溪环保")
    company.opens(f"/my/records/{number}")
    company.sends("从更正公告撤下")
    life.stranger.opens("/corrections")
    assert "云溪环保" not in life.stranger.page.text
    whole = life.record(document="溪罚〔2026〕90号")
    company.posts(f"/my/records/{whole}/correction", {"csrf_token": company._token(), "on": "yes"})
    assert company.status == 409
    life.sound()
