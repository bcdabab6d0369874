"""A natural person has misuse of its information looked into, and leaves a list it stands on, all on the pages."""

from __future__ import annotations

import re
from datetime import date

from tests.stories.people import Enterprise
from tests.stories.test_lists import DOCUMENT
from tests.stories.test_natural_persons import NUMBER, grown_up
from tests.stories.town_life import TownLife, pdf_text
from tests.support.building import png

CHECK = "下一步：核对"


def hands_in(who: Enterprise, answers: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None) -> str:
    """The form that is open, filled in, checked and handed in; the number of the case."""
    who.sends(CHECK, answers, files)
    form = who.page.form("提交")
    assert form is not None
    who.posts(who.where, form.filled({}) | {"step": "file"})
    return str(re.search(r"[A-Z]{2}-\d{4}-\d{6}", who.page.text).group(0))  # type: ignore[union-attr]  # the receipt names it


def test_misuse_of_a_persons_information_is_looked_into(life: TownLife) -> None:
    ding, _ = grown_up(life)
    ding.opens("/my/ask")
    ding.follows(next(link for link in ding.page.links if link.startswith("申请追究侵权责任")))
    before = life.town.counts()["cases"]
    ding.sends(CHECK, {"侵害情形": "泄露"}, status=422)
    assert life.town.counts()["cases"] == before
    case = hands_in(ding, {"侵害情形": "泄露", "发生的情况": "有人打来电话，说出了我的处罚决定书文号。"})
    centre = life.centre
    centre.acceptor.presses(case, "受理")
    centre.handler.presses(case, "提交调查结论", {"查明的事实": "有一次查询与职责无关。"}, materials=("信息查阅记录",))
    centre.decider.presses(case, "查证属实，追究责任", {"对责任单位、责任人员的处理": "责令改正，通报批评。"})
    life.worker.runs()
    life.worker.presses_letters()
    ding.opens_case(case)
    ding.reads("经查证属实，已处理")
    letter = next(link for link in ding.page.links if link.endswith("处理决定书"))
    said = pdf_text(ding.downloads(ding.page.links[letter]))
    assert "责令改正，通报批评" in said
    assert "你单位" not in said  # a person is no unit
    assert NUMBER not in said
    life.company.opens(f"/my/cases/{case}", 404)
    life.sound()


def test_a_person_leaves_a_list(life: TownLife) -> None:
    ding, _ = grown_up(life)
    env, answers_for = life.env, {"姓名": "丁一然", "身份": "实际控制人", "身份证件号码": NUMBER}
    inputs = {"list_kind": "serious", "facts": "拒不履行行政处罚决定。", **DOCUMENT}
    listing = env.examiner.program.opens("listing", subject=life.uscc(), inputs=inputs)
    env.examiner.presses(listing, "登记有关责任人员", answers_for)
    env.reviewer.presses(listing, "审核通过")
    env.examiner.presses(listing, "制发拟列入告知书")
    life.company.presses(listing, "放弃陈述申辩")
    env.decider.presses(listing, "决定列入")
    life.worker.runs()
    assert "丁一然" not in life.stranger.opens("/lists/serious")
    life.long_after(date(2027, 6, 11))
    ding = life._known("ding", Enterprise)
    entry = ding.program.records("serious_list")[0]
    ding.opens(f"/my/records/{entry}")
    ding.follows("申请移出名单：列入严重失信主体名单")
    case = hands_in(
        ding,
        {"种类": "申请移出", "事由": "已督促单位履行全部义务。"},
        {"纠正行为、履行义务的证明": ("证明.png", png())},
    )
    env.acceptor.presses(case, "受理")
    env.examiner.presses(case, "提交核查意见", {"逐项核查移出条件": "具备"})
    env.decider.presses(case, "准予移出")
    life.worker.runs()
    life.worker.presses_letters()
    assert life.state(case) == "已移出"
    ding.opens_case(case)
    said = pdf_text(
        ding.downloads(ding.page.links[next(link for link in ding.page.links if "移出" in link and "书" in link)])
    )
    assert "你单位" not in said
    ding.opens("/my/credit-file")
    ding.reads("已移出")
    life.company.opens("/my/credit-file")
    life.company.reads("在列")  # the company's own entry stands: it did not ask
    life.sound()
