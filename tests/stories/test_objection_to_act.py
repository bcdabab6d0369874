"""The objection against an administrative act (行政许可等信息): by its subject from the act's own page, with the mark, the decision, the
letters and the platforms of any other objection."""

from __future__ import annotations

import re

import pytest

from tests.stories.people import Person
from tests.stories.town_life import TownLife, pdf_text
from tests.support.building import png

NUMBER = "溪环许〔2026〕3号"
TITLE = "准予排污许可变更"
CLAIM = {"异议事由": "信息内容有误", "主张的正确内容": "许可有效期至 2030 年 6 月 7 日。", "信用承诺签署人": "宋远山"}
FOUND = {
    "wrong": "信息有误，应予更正",
    "baseless": "信息不应存在，应予撤销",
    "right": "信息准确",
    "unknown": "无法核实",
}


def permit(life: TownLife, **more: str) -> str:
    """A permit of the company that its office has published; its number."""
    one = {
        "kind": "permit", "name": "云溪县云溪环保科技有限公司", "code": life.uscc(), "document_number": NUMBER,
        "decision_date": "2026-06-08", "title": TITLE, "valid_until": "2029-06-07",
    }  # fmt: skip
    numbers = life.env.examiner.program.posts("/acts", {"office": "ENV", "acts": [one | more]}, status=201)["numbers"]
    life.env.reviewer.program.posts("/acts/settlement", {"numbers": numbers, "decision": "publish"})
    life.worker.runs()
    return str(numbers[0])


def handed_in(who: Person) -> None:
    """What was checked once more is filed, with all its files."""
    form = who.page.form("提交")
    assert form is not None
    tokens = re.findall(r'name="materials" value="([^"]+)"', who.html)
    who.posts(who.where, form.filled({}) | {"materials": tokens, "step": "file"})


def filed(life: TownLife, act: str) -> str:
    """The objection of the company, from its credit file to the receipt; its number."""
    life.company.opens("/my/credit-file")
    life.company.follows("行政许可等信息")
    life.company.follows(f"行政许可：{TITLE}")
    life.company.follows("提出异议")
    life.company.sends("下一步：核对", CLAIM, files={"证据材料": ("许可证.png", png())})
    handed_in(life.company)
    return life.company.number_read()


def decided_on(life: TownLife, act: str, finding: str) -> str:
    """An objection that was accepted and looked into, the source having found this; its number."""
    case = filed(life, act)
    life.centre.registrar.presses(case, "受理")
    life.centre.checker.presses(case, "发出协查函")
    life.env.provider.presses(case, "反馈核查意见", {"核查结论": FOUND[finding]}, materials=("核查材料（签章）",))
    return case


def test_what_is_wrong_is_marked_and_corrected_for_everybody(life: TownLife) -> None:
    act = permit(life)
    case = filed(life, act)
    life.company.reads("已经收到您的申请")
    assert "因有异议正在核实" not in life.stranger.opens(f"/acts/{act}")

    life.centre.registrar.finds_waiting(case)
    life.centre.registrar.presses(case, "受理")
    assert "因有异议正在核实" in life.stranger.opens(f"/acts/{act}")
    life.worker.runs()
    assert "异议处理中" in life.platform.shows(act)
    life.centre.checker.presses(case, "发出协查函")
    life.env.provider.opens_case(case)
    life.env.provider.reads(TITLE, NUMBER, "云溪县生态环境局")
    life.env.provider.presses(case, "反馈核查意见", {"核查结论": FOUND["wrong"]}, materials=("核查材料（签章）",))
    decider = life.centre.decider
    assert "早于决定日期" in decider.is_refused(case, "异议成立（更正）", {"有效期至": "2026-06-01"})
    assert "与现在的信息相同" in decider.is_refused(case, "异议成立（更正）", {"有效期至": "2029-06-07"})
    decider.presses(case, "异议成立（更正）", {"有效期至": "2030-06-07"})
    life.worker.runs()
    life.worker.presses_letters()
    assert "异议处理中" not in life.platform.shows(act)
    assert "2030" in life.platform.shows(act)
    life.stranger.opens(f"/acts/{act}")
    life.stranger.reads("2030年6月7日")
    assert "因有异议" not in life.stranger.page.text
    life.company.opens_case(case)
    life.company.reads("异议成立（已更正）", NUMBER)
    words = pdf_text(life.company.downloads(life.company.page.links["异议处理结果告知书"]))
    for said in ("行政许可决定", "行政许可信息", "有效期至", "2030年6月7日"):
        assert said in words.replace("\n", ""), said
    assert life.letters(case) == [
        "异议申请回执", "异议申请受理通知书", "关于协助核查异议信息的函", "异议处理结果告知书",
    ]  # fmt: skip
    life.centre.auditor.opens(f"/audit/cases/{case}")
    life.centre.auditor.reads("首尾相接", "provider@ENV")
    life.sound()


def test_a_dismissal_names_organ_court_and_limits_and_takes_the_mark_away(life: TownLife) -> None:
    act = permit(life)
    case = decided_on(life, act, "right")
    life.worker.runs()
    assert "异议处理中" in life.platform.shows(act)
    life.centre.decider.presses(case, "异议不成立（维持）")
    life.worker.runs()
    life.worker.presses_letters()
    assert "异议处理中" not in life.platform.shows(act)
    assert "因有异议" not in life.stranger.opens(f"/acts/{act}")
    life.company.opens_case(case)
    life.company.reads("异议不成立（维持）", "行政复议", "行政诉讼")
    words = pdf_text(life.company.downloads(life.company.page.links["异议处理结果告知书"])).replace("\n", "")
    for said in ("行政复议", "人民法院", "60日", "6个月", "云溪县"):
        assert said in words, said
    life.sound()


def test_what_should_not_be_there_is_withdrawn(life: TownLife) -> None:
    act = permit(life)
    case = decided_on(life, act, "baseless")
    life.centre.decider.presses(case, "异议成立（撤销）")
    life.worker.runs()
    assert life.state(case) == "异议成立（已撤销）"
    assert "已终止公示" in life.platform.shows(act)
    life.stranger.opens(f"/acts/{act}", 404)
    life.company.opens(f"/my/acts/{act}")
    life.company.reads("已经终止公示")
    life.sound()


def test_what_cannot_be_verified_keeps_a_note(life: TownLife) -> None:
    act = permit(life)
    case = decided_on(life, act, "unknown")
    life.centre.decider.presses(case, "无法核实（附注异议）")
    life.worker.runs()
    life.stranger.opens(f"/acts/{act}")
    life.stranger.reads("附注")
    assert "因有异议" not in life.stranger.page.text
    assert "异议处理中" not in life.platform.shows(act)
    life.sound()


def test_the_subject_takes_it_back_and_files_again_and_no_two_at_once(life: TownLife) -> None:
    act = permit(life)
    case = filed(life, act)
    life.centre.registrar.presses(case, "受理")
    life.company.opens(f"/my/acts/{act}")
    life.company.reads("异议正在办理", case)
    life.company.opens(f"/my/acts/{act}/objection")
    life.company.reads(case)
    assert life.company.page.form("下一步：核对") is None  # no form is filled in for nothing
    # by hand nobody takes away the mark that the case has set
    settle = {"numbers": [act], "decision": "unmark", "reason": "经核实。"}
    told = life.env.reviewer.program.posts("/acts/settlement", settle, status=409)
    assert case in str(told)
    life.company.presses(case, "撤回异议")
    assert "因有异议" not in life.stranger.opens(f"/acts/{act}")
    assert filed(life, act) != case
    life.sound()


def test_the_office_ends_it_meanwhile_and_the_case_still_ends(life: TownLife) -> None:
    act = permit(life)
    case = decided_on(life, act, "baseless")
    settle = {"numbers": [act], "decision": "annul", "reason": "决定已被撤销。"}
    life.env.reviewer.program.posts("/acts/settlement", settle)
    life.centre.decider.presses(case, "异议成立（撤销）")
    life.worker.runs()
    assert life.state(case) == "异议成立（已撤销）"
    assert life.env.reviewer.program.gets("/acts")["items"][0]["withdrawn_as"] == "annulled"
    life.sound()


def test_at_the_window_and_after_the_end(life: TownLife) -> None:
    act = permit(life)
    clerk = life.centre.registrar
    clerk.opens(f"/desk/new/window/objection?q={NUMBER}")
    clerk.reads(TITLE)
    clerk.opens(f"/desk/new/window/objection/{act}")
    papers = {"异议处理申请书": ("申请书.png", png()), "异议申诉信用承诺书（单位加盖公章）": ("承诺书.png", png())}
    claim = {name: value for name, value in CLAIM.items() if name != "信用承诺签署人"}
    clerk.sends("下一步：核对", claim, files=papers | {"证据材料": ("许可证.png", png())})
    handed_in(clerk)
    assert "YY-2026-000001" in clerk.page.text
    settle = {"numbers": [act], "decision": "end", "reason": "有效期届满。"}
    life.env.reviewer.program.posts("/acts/settlement", settle)
    assert "已经停止公示和使用" in clerk.opens_case("YY-2026-000001")  # which cannot be accepted now
    life.company.opens(f"/my/acts/{act}")
    life.company.reads("异议正在办理")
    life.sound()


@pytest.mark.parametrize("decision", ["", "end"])
def test_what_the_list_offers_is_what_a_filing_takes(life: TownLife, decision: str) -> None:
    act, program = permit(life), life.company.program
    if decision:
        settle = {"numbers": [act], "decision": decision, "reason": "有效期届满。"}
        life.env.reviewer.program.posts("/acts/settlement", settle)
    (item,) = program.gets("/acts")["items"]
    assert (item["objectionable"], item["objection"]) == (not decision, None)
    inputs = {"ground": "wrong_content", "claimed": "有效期有误。", "commitment_signed_by": "宋远山"}
    body = {"procedure": "objection", "act": act, "inputs": inputs, "materials": program.brings("evidence")}
    made = program.posts("/cases", body, status=422 if decision else 201)
    if decision:
        assert "已经停止公示和使用" in str(made)
        return
    (item,) = program.gets("/acts")["items"]
    assert (item["objectionable"], item["objection"]) == (False, made["case"])
    assert (program.case(made["case"])["act"], program.case(made["case"])["record"]) == (act, None)
    assert "正在办理" in str(program.posts("/cases", body | {"materials": program.brings("evidence")}, status=422))
    # nobody else files on it, or sees it among the own
    for other in (life.market.examiner.program, life.env.examiner.program):
        other.posts("/cases", body | {"materials": []}, status=404)
    assert life.market.examiner.program.gets("/acts")["items"] == []
