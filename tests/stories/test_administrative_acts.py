"""Permits and the other administrative acts: entered, checked by another person, public, and in time or late."""

from __future__ import annotations

from datetime import date

from tests.stories.town_life import TownLife

ENTER = "录入，交另一人复核"
PUBLISH = {"decision": "publish", "reason": ""}
PERMIT = {
    "行为种类": "行政许可", "行政相对人名称": "云溪县云溪环保科技有限公司", "行政相对人类别": "法人及非法人组织",
    "决定文书号": "溪环许〔2026〕3号", "决定日期": "2026-06-08", "决定内容": "准予排污许可变更",
    "法律依据": "《排污许可管理条例》", "有效期至": "2029-06-07",
}  # fmt: skip
REFUSED = [
    ({"统一社会信用代码": ""}, "“统一社会信用代码”未填写"),
    ({"决定日期": ""}, "“决定日期”未填写"),
    ({"决定日期": "2026-06-11"}, "到今天之间"),
    ({"决定文书号": ""}, "“决定文书号”未填写"),
    ({"有效期至": "2026-06-01"}, "早于决定日期"),
    ({"补报历史数据（早已超过公示期限的，单独统计）": "是"}, "请写明资料来源"),
    ({"补报历史数据（早已超过公示期限的，单独统计）": "是", "资料来源": "2024 年纸质档案"}, "不是补报"),
    (
        {"行政相对人类别": "自然人", "统一社会信用代码": "", "自然人证件号码": "110105194912310021"},
        "校验",
    ),
]
TABLE = (
    "行政行为种类,行政相对人名称,统一社会信用代码,决定文书号,决定日期,决定内容\n"
    "行政奖励,云溪县云溪环保科技有限公司,{code},溪环奖〔2026〕1号,2026/5/6,绿色工厂奖励\n"
    "行政确认,云溪县云溪环保科技有限公司,{code},溪环确〔2026〕9号,2026年6月9日,资源综合利用认定\n"
)
PERMITS = "XK_XDR_MC,XK_XDR_SHXYM,XK_WSH,XK_JDRQ,XK_NR\n云溪环保,{code},溪环许〔2026〕4号,2026-06-09,准予取水\n"


def test_a_permit_is_entered_by_one_published_by_another_and_late_ones_are_shown(life: TownLife) -> None:
    env, code = life.env, life.uscc()
    clerk, other = env.examiner, env.reviewer
    clerk.opens("/desk/imports")
    clerk.follows("行政许可等信息")
    clerk.follows("录入、报送")
    for wrong, says in REFUSED:
        assert says in clerk.sends(ENTER, PERMIT | {"统一社会信用代码": code} | wrong, status=422)
    clerk.opens("/desk/acts")
    assert "没有符合条件" in clerk.page.text  # nothing was written
    clerk.opens(f"/desk/acts/new?subject={code}")
    clerk.sends(ENTER, PERMIT)
    clerk.reads("待复核", "2026年6月17日前公示")
    clerk.opens(f"/desk/acts/new?subject={code}")
    assert "已经在档" in clerk.sends(ENTER, PERMIT, status=422)

    # who entered it does not publish it; a stranger's office does not even see it
    clerk.opens("/desk/acts")
    clerk.posts("/desk/acts", {"csrf_token": clerk._token(), "number": "XW-2026-000001", **PUBLISH})
    assert clerk.status == 403
    market = life.market.examiner
    market.opens("/desk/acts")
    market.posts("/desk/acts", {"csrf_token": market._token(), "number": "XW-2026-000001", **PUBLISH})
    assert market.status == 404
    life.stranger.opens("/acts/XW-2026-000001", 404)
    other.opens("/desk/acts")
    other.posts("/desk/acts", {"csrf_token": other._token(), "number": "XW-2026-000001", **PUBLISH})
    other.reads("1 项已复核同意", "已公示")
    assert "准予排污许可变更" not in life.stranger.opens("/acts?q=溪环许〔2026〕33号")
    for typed in ("溪环许[2026]3号", "溪环许（2026）第003号", "2026〕 3 号"):
        assert "准予排污许可变更" in life.stranger.opens(f"/acts?q={typed}"), typed
    life.stranger.opens("/acts?q=云溪环保&kind=permit")
    life.stranger.follows("行政许可：准予排污许可变更")
    life.stranger.reads("溪环许〔2026〕3号", "2029年6月7日")
    life.company.opens("/my/credit-file")
    life.company.follows("行政许可等信息")
    life.company.reads("准予排污许可变更")

    # a table comes in whole or not at all, and what is here already is passed over
    clerk.opens("/desk/acts/new")
    bad = TABLE.format(code=code).replace("2026/5/6", "2026/5/46")
    assert "第 2 行" in clerk.sends("报送数据表", files={"数据表": ("x.csv", bad.encode())}, status=422)
    clerk.opens("/desk/acts/new")
    penalties = b"CF_XDR_MC,CF_XDR_SHXYM,CF_WSH\n"
    said = clerk.sends("报送数据表", files={"数据表": ("x.csv", penalties)}, status=422)
    assert "没有找到表头" in said or "行政处罚" in said
    clerk.opens("/desk/acts/new")
    good = TABLE.format(code=code).encode()
    assert "新录入 2 条" in clerk.sends("报送数据表", files={"数据表": ("x.csv", good)})
    clerk.opens("/desk/acts/new")
    assert "新录入 0 条，2 条早已录入，没有改动" in clerk.sends("报送数据表", files={"数据表": ("x.csv", good)})
    clerk.opens("/desk/imports")  # a table of permits is no table of penalties
    clerk.sends("上传并检查", files={"文件": ("许可.csv", PERMITS.format(code=code).encode())})
    life.does_jobs()
    assert "行政许可数据表" in clerk.opens(clerk.where)

    # the reward of 6 May waits beyond its time: its office and the supervisor of all see it, another office does not
    life.record(decided=date(2026, 6, 9))
    for who in (clerk, env.head, life.centre.supervisor):
        said = who.opens("/desk/timeliness")
        assert "溪环奖〔2026〕1号" in said
        assert "未公示" in said
    life.centre.supervisor.opens("/oversight/")
    life.centre.supervisor.follows("公示时限")
    assert "溪环奖" not in market.opens("/desk/timeliness")
    other.opens("/desk/acts?state=waiting")
    token = {"csrf_token": other._token()}
    other.posts("/desk/acts", token | {"number": ["XW-2026-000002"], "decision": "refuse", "reason": ""})
    assert other.status == 422
    assert "请填写“理由”" in other.page.text
    other.opens("/desk/acts?state=waiting&q=云溪环保")
    refusing = next(form for form in other.page.forms if "不同意所选" in form.buttons)
    other.posts(refusing.action, token | {"number": ["XW-2026-000002"], "decision": "refuse", "reason": ""})
    assert 'value="XW-2026-000002" checked' in other.html  # looked at and ticked as before
    assert "checked" not in other.html.split('value="XW-2026-000003"')[1].split(">")[0]
    assert '<option value="waiting" selected' in other.html
    assert 'value="云溪环保"' in other.html
    other.posts("/desk/acts", token | {"number": ["XW-2026-000002", "XW-2026-000003"], **PUBLISH})
    assert "逾期公示" in other.opens("/desk/timeliness")
    other.opens("/desk/acts")
    other.posts(
        "/desk/acts", token | {"number": ["XW-2026-000003"], "decision": "withdraw", "reason": "确认已被撤销。"}
    )
    life.stranger.opens("/acts/XW-2026-000003", 404)

    # what is disputed bears the mark while it is looked into, before everybody and in open data, and no mark twice
    mark = token | {"number": ["XW-2026-000001"], "reason": "当事人提出文号有误，正在核实。"}
    other.posts("/desk/acts", mark | {"decision": "mark", "reason": ""})
    assert other.status == 422
    other.posts("/desk/acts", mark | {"decision": "mark"})
    other.reads("已加注异议标注", "异议标注")
    other.posts("/desk/acts", mark | {"decision": "mark"})
    assert other.status == 409
    life.stranger.opens("/acts/XW-2026-000001")
    life.stranger.reads("因有异议正在核实")
    assert "异议标注" in life.stranger.opens("/acts?q=云溪环保")
    clerk.opens("/desk/acts")
    clerk.posts(
        "/desk/acts",
        {"csrf_token": clerk._token(), "number": ["XW-2026-000001"], "decision": "unmark", "reason": "文号无误。"},
    )
    assert "因有异议" not in life.stranger.opens("/acts/XW-2026-000001")
    market.opens("/desk/acts")
    market.posts("/desk/acts", mark | {"csrf_token": market._token(), "decision": "mark"})
    assert market.status == 404

    # a person's permit is kept and never public; an act of the past is delivered with where it comes from
    clerk.opens("/desk/acts/new")
    person = {"行政相对人类别": "自然人", "行政相对人名称": "顾采苓", "自然人证件号码": "11010519491231002X"}
    clerk.sends(ENTER, PERMIT | person)
    clerk.opens(f"/desk/acts/new?subject={code}")
    past = {"补报历史数据（早已超过公示期限的，单独统计）": "是", "资料来源": "2024 年纸质档案第 12 卷"}
    clerk.sends(ENTER, PERMIT | {"决定文书号": "溪环许〔2026〕1号", "决定日期": "2026-01-08"} | past)
    other.posts("/desk/acts", token | {"number": ["XW-2026-000004", "XW-2026-000005"], **PUBLISH})
    other.reads("已登记，不公示", "补报：2024 年纸质档案第 12 卷")
    life.stranger.opens("/acts/XW-2026-000004", 404)
    other.opens("/desk/acts?state=kept")  # what was entered wrongly can be taken back, whether it is public or not
    assert 'value="XW-2026-000004" aria-label="选择 XW-2026-000004"' in other.html
    taken = {"number": ["XW-2026-000004"], "decision": "withdraw", "reason": "录入时号码有误。"}
    other.posts("/desk/acts", token | taken)
    assert other.status == 200
    other.opens("/desk/acts?state=withdrawn")
    other.reads("XW-2026-000004", "录入时号码有误")
    life.stranger.opens("/acts/XW-2026-000005")
    life.stranger.reads("补报的历史数据")
    life.sound()


def test_a_program_delivers_acts_and_another_person_publishes_them(life: TownLife) -> None:
    one = {
        "kind": "ruling", "name": "云溪县云溪环保科技有限公司", "code": life.uscc(),
        "document_number": "溪环裁〔2026〕2号", "decision_date": "2026-06-09", "title": "用水纠纷裁决",
    }  # fmt: skip
    clerk, other = life.env.examiner.program, life.env.reviewer.program
    answer = clerk.posts("/acts", {"office": "ENV", "acts": [one, one | {"decision_date": "9.6.2026"}]}, status=422)
    assert answer["problems"][0]["where"] == "2.decision_date"
    numbers = clerk.posts("/acts", {"office": "ENV", "acts": [one, one]}, status=201)["numbers"]
    assert numbers == ["XW-2026-000001"]
    clerk.posts("/acts/settlement", {"numbers": numbers, "decision": "publish"}, status=403)
    assert other.posts("/acts/settlement", {"numbers": numbers, "decision": "publish"}, status=200)["count"] == 1
    assert other.gets("/acts")["items"][0]["state"] == "published"
    life.company.program.posts("/acts", {"office": "ENV", "acts": [one]}, status=403)

    # every platform shows it, with the mark and without; one that goes on showing an annulled one is found at night, and asked again
    def settled(decision: str, **more: str) -> str:
        other.posts("/acts/settlement", {"numbers": numbers, "decision": decision, "reason": "经核实。"} | more)
        life.worker.runs()
        return life.platform.shows(numbers[0])

    life.worker.runs()
    assert "用水纠纷裁决" in life.platform.shows(numbers[0], "province")
    assert "异议处理中" in settled("mark")
    assert "异议处理中" not in settled("unmark")
    life.platform.acknowledges_and_changes_nothing("site")
    assert "用水纠纷裁决" in settled("annul")
    assert "已终止公示" in life.platform.shows(numbers[0], "province")
    assert other.gets("/acts")["items"][0]["withdrawn_as"] == "annulled"
    life.platform.comes_back()
    life.minutes_pass(1)
    life.worker.works_the_night()
    for who, sees in ((life.centre.supervisor, True), (life.env.head, True), (life.market.head, False)):
        assert (numbers[0] in who.opens("/oversight/sync")) is sees
    life.env.head.opens("/oversight/sync")
    life.env.head.reads("溪环裁〔2026〕2号", "仍在公示", "site")
    life.env.head.sends("催办")
    life.worker.runs()
    assert "已终止公示" in life.platform.shows(numbers[0])
    life.days_pass(1)
    life.worker.works_the_night()
    assert "没有不一致" in life.env.head.opens("/oversight/sync")
    life.market.examiner.program.posts("/acts", {"office": "ENV", "acts": [one]}, status=403)
