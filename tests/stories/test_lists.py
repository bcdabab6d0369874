"""Lists: onto one by a document, notice and another person's decision; off it after the minimum stay, or as if never listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.stories.town_life import TownLife

DOCUMENT = {"basis_number": "溪环罚〔2026〕9号", "basis_office": "云溪县生态环境局", "basis_date": "2026-05-20"}


def listed(life: TownLife, kind: str = "serious", document: Mapping[str, str] = DOCUMENT) -> str:
    """云溪环保 on a list; the number of the entry."""
    env = life.env
    inputs = {"list_kind": kind, "facts": "拒不履行行政处罚决定。", **document}
    case = env.examiner.program.opens("listing", subject=life.uscc(), inputs=inputs)
    env.examiner.presses(
        case, "登记有关责任人员", {"姓名": "宋远山", "身份": "法定代表人", "身份证件号码": "11010519491231002X"}
    )
    env.reviewer.presses(case, "审核通过")
    env.examiner.presses(case, "制发拟列入告知书")
    life.company.opens_case(case)
    life.company.follows("放弃陈述申辩")
    life.company.reads("确认以后办件转入“待决定”，这一步不能撤回")
    life.company.presses(case, "放弃陈述申辩")
    env.decider.opens(f"/desk/cases/{case}")
    assert "“认定守信名单”须满足" not in env.decider.page.text  # a step for lists of the trustworthy
    env.decider.presses(case, "决定列入")
    life.worker.runs()
    assert life.letters(case) == ["拟列入名单告知书", "列入名单决定书"]
    return life.company.program.records(f"{kind}_list")[0]


def test_onto_the_serious_list_and_off_it_after_a_year(life: TownLife) -> None:
    entry = listed(life)
    assert "公示中" in life.platform.shows(entry)
    life.company.opens("/my/ask")
    life.company.reads("移出名单", "自 2027年6月11日起可以申请移出")
    life.company.opens(f"/my/file/repair/{entry}")  # by an old bookmark: a list is left otherwise
    life.company.reads("的名单条目，不办理信用修复", "申请移出名单")  # as its guard says, with the list's name
    papers = {"performed_on": "2026-06-10", "correction": "已缴清。", "commitment_signed_by": "宋远山"}
    refused = life.company.program.is_refused_to_open("repair", ["performance_proof"], record=entry, inputs=papers)
    assert refused == {"record_not_on_list"}
    life.env.acceptor.opens(f"/desk/new/window/repair/{entry}")
    life.env.acceptor.reads("要离开名单，请申请移出名单")
    penalty = life.record(document="溪环罚〔2026〕9号", decided=date(2026, 5, 20))
    life.company.opens(f"/my/ask/list_removal/{penalty}")
    life.company.reads("这条信息不是名单条目")
    early = life.company.program.opens(
        "list_removal", ["performance_proof"], record=entry, kind="application", inputs={"grounds": "已履行全部义务。"}
    )
    assert "2027年6月10日" in life.env.acceptor.is_refused(early, "受理")
    life.company.presses(early, "撤回申请")
    life.long_after(date(2027, 6, 11))
    case = life.company.program.opens(
        "list_removal", ["performance_proof"], record=entry, kind="application", inputs={"grounds": "已履行全部义务。"}
    )
    life.env.acceptor.presses(case, "受理")
    life.env.examiner.presses(case, "提交核查意见", {"逐项核查移出条件": "具备"})
    life.env.decider.presses(case, "准予移出")
    life.worker.runs()
    assert life.state(case) == "已移出"
    assert "公示中" not in life.platform.shows(entry)
    life.sound()


def test_what_should_never_have_been_listed_is_annulled(life: TownLife) -> None:
    entry = listed(life)
    case = life.env.examiner.program.opens(
        "list_removal", record=entry, kind="annulment", inputs={"grounds": "认定文书已被撤销。"}
    )
    life.env.decider.presses(case, "撤销列入")
    life.worker.runs()
    assert life.state(case) == "已撤销列入"
    assert "公示中" not in life.platform.shows(entry)
    assert life.letters(case) == ["撤销列入决定书"]
    life.company.opens(f"/my/records/{entry}")
    life.company.reads("已撤销", "列入已撤销，自始无效")
    assert "期满移出" not in life.company.page.text
