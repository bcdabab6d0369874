"""Findings and lists on the pages alone: the catalogue, the document on file, people who answer, graded measures, red lists, and
credit-service bodies from admission to exit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import select

from repairflow.records import list_entry
from tests.law_stories.telling import belongs_to
from tests.stories.people import Officer
from tests.stories.test_lists_of_fields import UNTIL
from tests.stories.town_life import TownLife

COMPANY = "云溪环保科技有限公司"
PAPER = {"认定文书文号": "溪环罚〔2026〕9号", "认定文书作出机关": "云溪县生态环境局", "认定文书日期": "2026-05-20"}
PERSON = {"姓名": "宋远山", "身份证件号码": "11010519491231002X"}


def chooses(clerk: Officer, procedure: str, about: str) -> None:
    """From 新建办件 to the form, as an officer gets there."""
    clerk.opens("/desk/new")
    clerk.follows(next(link for link in clerk.page.links if link.startswith(procedure)))
    clerk.opens(f"{clerk.where}?q={about}")
    clerk.follows(next(link for link, to in clerk.page.links.items() if to.startswith(f"{clerk.where.split('?')[0]}/")))


def files(clerk: Officer, answers: Mapping[str, str]) -> str:
    """The form checked and sent; the number of the case."""
    clerk.sends("下一步：核对", answers)
    sure = clerk.page.form("提交")
    assert sure is not None, clerk.page.text
    clerk.posts(clerk.where, sure.filled({}) | {"step": "file"})
    found = re.search(r"已建立办件 (\w+-\d{4}-\d{6})", clerk.page.text)
    assert found is not None, clerk.page.text[:600]
    return found.group(1)


def test_a_tax_office_reminds_finds_in_its_catalogue_and_rests_on_the_paper_on_file(life: TownLife) -> None:
    belongs_to(life.town, "ENV", domain="tax")
    env, clerk = life.env, life.env.examiner
    row = life.town.of_record(life.record())
    paper = {"认定文书文号": row.document_number, "认定文书作出机关": "云溪县生态环境局"}
    chooses(clerk, "列入名单", "云溪环保")
    clerk.follows(row.document_number)  # what is on file is chosen, not typed again
    clerk.reads("已填入", "请核对")
    filled = {one.label: one.value for one in clerk.page.form("下一步：核对").fields.values() if one.value}
    assert filled.items() >= (paper | {"认定文书日期": row.decision_date.isoformat()}).items()
    clerk.opens("/desk/fields/tax")
    clerk.reads(
        "经提醒未自查自纠", "重大税收违法失信主体", "列入前须先失信提醒"
    )  # the catalogue, the lists, the grades

    chooses(clerk, "列入名单", "云溪环保")
    form = clerk.page.form("下一步：核对")
    assert form is not None
    kinds = next(one for one in form.fields.values() if one.label == "名单种类" or one.group == "名单种类").options
    assert "重大税收违法失信主体" in kinds
    assert not [kind for kind in kinds if "海事" in kind]  # another authority's
    told = {"名单种类": "重点关注名单", "事由": "经提醒没有自查自纠。", "失信行为": "经提醒未自查自纠", **paper}
    before = life.town.counts()
    clerk.sends("下一步：核对", told | {"认定文书日期": "2026-04-30"}, status=422)  # before anything is confirmed
    clerk.reads("不一致", "该文书作出日期为2026年1月5日")
    assert life.town.counts()["cases"] == before["cases"]
    day = {"认定文书日期": row.decision_date.isoformat()}
    chooses(clerk, "列入名单", "云溪环保")
    grave = files(clerk, told | day | {"名单种类": "重大税收违法失信主体"})
    assert "据以列入的是重点关注名单、警示名单" in env.reviewer.is_refused(grave, "审核通过")
    env.reviewer.presses(grave, "审核不通过")
    chooses(clerk, "列入名单", "云溪环保")
    case = files(clerk, told | day)
    assert "失信提醒" in env.reviewer.is_refused(case, "审核通过")

    # the grade before it, from the subject's page
    clerk.opens(f"/desk/subjects/{life.uscc()}")
    clerk.follows("办理")
    warned = files(clerk, {"种类": "失信提醒", "提醒的事实": "申报有误。", "要求": "更正申报"})
    env.reviewer.presses(warned, "签发")
    life.town.serve(warned)
    clerk.opens(f"/desk/subjects/{life.uscc()}")
    clerk.reads("失信提醒 已采取")
    env.reviewer.presses(case, "审核通过")
    life.sound()


def test_who_answers_is_named_on_the_page_and_leaves_with_the_subject(life: TownLife) -> None:
    env, clerk = life.env, life.env.examiner
    chooses(clerk, "列入名单", "云溪环保")
    case = files(clerk, {"名单种类": "严重失信主体名单", "事由": "拒不履行行政处罚决定。", **PAPER})
    env.reviewer.presses(case, "审核通过")
    clerk.presses(case, "制发拟列入告知书")
    life.company.presses(case, "放弃陈述申辩")
    assert "责任人员" in env.decider.is_refused(case, "决定列入")
    for capacity in ("法定代表人", "财务负责人", "办税人员", "董事", "股东", "注册执业人员"):
        clerk.presses(case, "登记有关责任人员", {**PERSON, "身份": capacity})
    env.decider.presses(case, "决定列入")
    clerk.opens(f"/desk/subjects/{life.uscc()}")
    clerk.reads("宋远山，法定代表人", "财务负责人", "注册执业人员")
    own = life.company.program.records("serious_list")[0]
    chooses(clerk, "移出名单", own)
    out = files(clerk, {"种类": "撤销列入", "事由": "认定文书已被撤销。"})
    env.decider.presses(out, "撤销列入")
    assert COMPANY not in clerk.opens("/desk/lists/serious")
    assert None not in {one.left_on for one in life.town.all(select(list_entry))}
    life.sound()


def test_a_credit_service_body_is_admitted_reviewed_and_leaves(life: TownLife) -> None:
    belongs_to(life.town, "ENV", parent_id=life.town.offices["MARKET"])  # the office above it looks again
    env, clerk = life.env, life.env.examiner
    chooses(clerk, "列入名单", "云溪环保")
    case = files(clerk, {"名单种类": "信用服务机构备案名单", "事由": "提交的备案材料齐全。"})
    env.reviewer.presses(case, "审核通过，交付公示", {"公示天数（工作日）": "7"})
    life.stranger.opens("/lists")
    life.stranger.reads("认定前公示", COMPANY)
    life.it_is(UNTIL)
    env.decider.presses(case, "认定守信名单")
    life.stranger.opens("/lists/credit_service")
    life.stranger.reads(COMPANY)
    again = Officer(life, "examiner@ENV")  # two weeks later: signed in anew

    # the review: asked for papers, found wanting, put right, passed; then a client disputes a report
    chooses(again, "守信名单考评", case)
    review = files(again, {"种类": "按期考评"})
    env.reviewer.presses(review, "签发考评通知书", {"需要报送的材料、说明的事项": "上一年度业务报告"})
    life.worker.presses_letters()
    life.serves(review)
    life.company.opens_case(review)
    life.company.reads("报送考评材料", "守信名单考评通知书")
    life.company.presses(review, "报送考评材料", {"年度业务和自查情况": "出具报告 12 份，没有投诉。"})
    again.presses(review, "提交考评意见", {"考评情况和建议": "抽查 3 份，1 份没有写明来源。"})
    life.company.opens_case(review)
    assert "没有写明来源" not in life.company.page.text
    env.decider.presses(review, "考评不合格，限期整改", {"整改要求": "补写数据来源"})
    life.worker.presses_letters()
    life.serves(review)
    life.company.presses(review, "提交整改证明", {"整改情况报告": "已经逐份补写。"}, materials=("整改证明材料",))
    again.presses(review, "提交复评意见", {"复评情况和建议": "已经补写，建议合格。"})
    env.decider.presses(review, "考评合格")
    assert (life.state(review), life.letters(review)) == (
        "考评合格", ["守信名单考评通知书", "守信名单考评整改通知书", "守信名单考评结果告知书"],
    )  # fmt: skip
    chooses(again, "退出守信名单", case)
    out = files(again, {"种类": "退出名单", "退出的事由": "因服务争议查明：出具的报告失实。"})
    assert COMPANY in life.stranger.opens("/lists/credit_service")  # proposed alone
    env.decider.presses(out, "决定退出")
    assert COMPANY not in life.stranger.opens("/lists/credit_service")

    # the body disputes it: the office above looks again
    life.worker.runs()
    life.worker.presses_letters()
    life.company.opens_case(out)
    life.company.reads("已退出", "出具的报告失实")
    life.company.follows(next(link for link in life.company.page.links if "复核" in link))
    life.company.sends("下一步：核对", {"复核请求和理由": "报告由他人冒用名义出具。"})
    sure = life.company.page.form("提交")
    assert sure is not None
    life.company.posts(life.company.where, sure.filled({}) | {"step": "file"})
    review = life.market.acceptor.finds("FH")
    life.market.acceptor.presses(review, "受理")
    life.market.reviewer.presses(review, "提交复核意见", {"复核查明的情况": "报告确由该机构出具。"})
    life.market.decider.presses(review, "维持原处理结果")
    life.company.opens_case(review)
    life.company.reads("维持原处理结果")
    life.sound()


def test_a_red_list_asks_for_a_clean_year_and_each_field_says_what_is_public(life: TownLife) -> None:
    belongs_to(life.town, "ENV", domain="agriculture")
    life.record()
    clerk = life.env.examiner
    chooses(clerk, "列入名单", "云溪环保")
    case = files(clerk, {"名单种类": "农业生产经营主体红名单", "事由": "连续三年抽检合格。"})
    said = life.env.reviewer.is_refused(case, "审核通过，交付公示", {"公示天数（工作日）": "7"})
    assert "没有失信信息" in said
    public = life.stranger.opens("/lists")
    assert "水利失信黑名单" in public
    assert "海事黄名单" not in public
    life.stranger.opens("/lists/maritime_yellow", 404)
    clerk.opens("/desk/fields/maritime")
    clerk.reads("海事黄名单", "内部共享")
