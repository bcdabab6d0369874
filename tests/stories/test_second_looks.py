"""What comes after a decision: review by others, a court's stay, revocation of a repair got by false papers, accountability."""

from __future__ import annotations

from datetime import date

from tests.law_stories.telling import belongs_to
from tests.stories.test_objection import consulted, found
from tests.stories.town_life import TownLife, pdf_text


def denied(life: TownLife, record: str) -> str:
    """A repair that the authority denied."""
    env, case = life.env, life.company.repairs(record)
    env.acceptor.presses(case, "受理")
    unmet = {"行为已纠正、义务已全部履行": "不具备", "行为已纠正、义务已全部履行：情况说明": "复测仍超标"}
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"} | unmet)
    env.reviewer.presses(case, "拟不予修复")
    env.decider.presses(case, "不予修复", {"事由": "失信行为未纠正"})
    return case


def repaired(life: TownLife, record: str) -> str:
    """A repair that was granted and acknowledged."""
    env, case = life.env, life.company.repairs(record)
    env.acceptor.presses(case, "受理")
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(case, "拟准予修复")
    env.decider.presses(case, "准予修复")
    life.worker.runs()
    assert life.state(case) == "准予修复，已办结"
    return case


def test_a_review_by_another_office_changes_the_result(life: TownLife) -> None:
    belongs_to(life.town, "ENV", parent_id=life.town.offices["MARKET"])
    above = life.market
    record = life.record()
    first = denied(life, record)
    review = life.company.program.opens("review", case=first, inputs={"claimed": "复测报告显示已经达标。"})
    above.acceptor.finds_waiting(review)  # the office above, not the one that decided
    above.acceptor.presses(review, "受理")
    above.reviewer.presses(review, "提交复核意见", {"复核查明的情况": "复测报告真实，行为已经纠正。"})
    above.decider.presses(review, "变更原处理结果")
    assert life.state(review) == "变更原处理结果"
    follow = life.env.examiner.finds("ZX")
    life.env.examiner.presses(follow, "提出更正意见")
    life.env.decider.presses(follow, "准予修复，停止公示")
    life.worker.runs()
    assert "已终止公示" in life.platform.shows(record)
    codes = life.company.program.is_refused_to_open("review", case=first, inputs={"claimed": "再复核一次。"})
    assert "not_decided_before" in codes


def test_what_the_credit_centre_decided_is_reviewed_by_the_office_above_it(life: TownLife) -> None:
    belongs_to(life.town, "CREDIT", parent_id=life.town.offices["MARKET"])
    record, above = life.record(), life.market
    first = consulted(life, record)
    found(life, first, "信息准确")
    life.centre.decider.presses(first, "异议不成立（维持）")
    life.worker.runs()
    life.worker.presses_letters()

    # the letter and the page name the office above, and the company gets there by the button of its case
    life.company.opens_case(first)
    words = pdf_text(life.company.downloads(life.company.page.links["异议处理结果告知书"]))
    assert "向云溪县市场监督管理局申请复核" in words.replace("—1—", "")  # wherever the page turns
    life.company.follows(next(link for link in life.company.page.links if "复核" in link))
    life.company.sends("下一步：核对", {"复核请求和理由": ""}, status=422)
    life.company.reads("请填写“复核请求和理由”")
    life.company.sends("下一步：核对", {"复核请求和理由": "决定书载明罚款 1.5 万元，请重新核查。"})
    sure = life.company.page.form("提交")
    assert sure is not None
    life.company.posts(life.company.where, {**sure.filled({}), "step": "file"})

    # nobody of the centre has it: people of the office above take it through to its end
    life.centre.acceptor.opens("/desk/")
    assert "FH-" not in life.centre.acceptor.page.text
    review = above.acceptor.finds("FH")
    above.acceptor.presses(review, "受理")
    above.reviewer.presses(review, "提交复核意见", {"复核查明的情况": "决定书载明 1.5 万元，信息提供单位抄录有误。"})
    above.decider.presses(review, "变更原处理结果")
    life.worker.runs()
    assert life.state(review) == "变更原处理结果"
    assert len(life.letters(review)) == 2  # that it is taken up, and what came of it
    life.company.opens_case(review)
    life.company.reads("作出原结果的单位正在按本决定执行")
    follow = life.env.examiner.finds("ZX")
    life.env.examiner.opens_case(follow)
    life.env.examiner.reads("复核决定变更原处理结果")
    life.it_is(date(2026, 6, 12))
    life.sound()


def test_a_lawsuit_stays_publicity_and_its_outcome_is_carried_out(life: TownLife) -> None:
    record = life.record()
    first = denied(life, record)
    inputs = {"court": "云溪县人民法院", "document_number": "（2026）苏0830行初7号", "accepted_on": "2026-06-10"}
    case = life.env.acceptor.program.opens(
        "remedy", ["acceptance_document"], case=first, kind="litigation", inputs=inputs
    )
    life.env.examiner.presses(case, "登记停止执行")
    life.worker.runs()
    assert "公示中" not in life.platform.shows(record)
    outcome = {"审理结果": "annulled", "文书日期": "2026-06-10", "变更、撤销的生效日期": "2026-06-10"}
    life.env.examiner.program.does(case, "登记审理结果", outcome, materials=("outcome_document",))
    said = {"公开说明的理由": "云溪县人民法院撤销了该处罚决定。"}
    life.env.decider.presses(case, "执行：撤销信息", said)
    life.worker.runs()
    assert life.state(case) == "撤销原信息，已执行"
    assert "公示中" not in life.platform.shows(record)


def test_a_repair_got_by_false_papers_is_revoked(life: TownLife) -> None:
    record = life.record()
    first = repaired(life, record)
    assert "已终止公示" in life.platform.shows(record)
    case = life.env.examiner.program.opens("revocation", case=first, inputs={"finding": "缴款凭证系伪造。"})
    life.env.examiner.presses(case, "告知并听取意见", {"查明的事实和证据": "银行证明没有该笔缴款。"})
    life.company.presses(case, "陈述、申辩", {"陈述和申辩意见": "材料由中介代办，我方不知情。"})
    life.env.reviewer.presses(case, "拟撤销")
    heard = {"对陈述、申辩的答复": "不予采纳", "采纳或者不予采纳的理由": "材料的真实性由申请人负责。"}
    life.env.decider.presses(case, "撤销修复", heard)
    life.worker.runs()
    assert life.state(case) == "撤销修复，恢复公示"
    assert "公示中" in life.platform.shows(record)
    assert "2026-06-10 起" in life.platform.shows(record)  # the period counts anew
    life.sound()


def test_misuse_of_credit_information_is_investigated(life: TownLife) -> None:
    inputs = {"misuse": "leak", "claimed": "我单位的信用信息被无关人员查询并传播。"}
    case = life.company.program.opens("accountability", subject=life.uscc(), inputs=inputs)
    life.centre.acceptor.finds_waiting(case)
    life.centre.acceptor.presses(case, "受理")
    finding = {"查明的事实": "有一次查询与职责无关。"}
    life.centre.handler.program.does(case, "提交调查结论", finding, materials=("access_log",))
    life.centre.decider.presses(case, "查证属实，追究责任", {"对责任单位、责任人员的处理": "责令改正，通报批评。"})
    assert life.letters(case)[-1].endswith("书")
