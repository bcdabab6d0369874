"""The objection: the platform looks first at itself, then asks who provided the record; another person decides."""

from __future__ import annotations

from datetime import date

from tests.stories.town_life import TownLife, pdf_text

PAPERS = ("证据材料",)  # what is signed online needs no printed form
CLAIM = {"异议事由": "数额有误", "主张的正确内容": "决定书载明罚款 1.5 万元，公示的金额为 2 万元。"}


def filed(life: TownLife, record: str) -> str:
    return life.company.files("objection", record, CLAIM, PAPERS, signs="宋远山")


def consulted(life: TownLife, record: str) -> str:
    """An objection that was accepted, looked into by the platform, and sent to the provider."""
    case = filed(life, record)
    life.centre.registrar.presses(case, "受理")
    life.centre.checker.presses(case, "发出协查函")
    return case


def found(life: TownLife, case: str, finding: str) -> None:
    life.env.provider.presses(case, "反馈核查意见", {"核查结论": finding}, materials=("核查材料（签章）",))


def test_what_is_wrong_is_corrected_for_everybody(life: TownLife) -> None:
    record = life.record()
    case = filed(life, record)
    life.company.reads("已经收到您的申请", "6月12日（周五）届满")

    # while it is handled, every reader sees the mark
    life.centre.registrar.finds_waiting(case)
    life.centre.registrar.presses(case, "受理")
    life.worker.runs()
    assert "异议处理中" in life.platform.shows(record)
    life.company.opens("/my/credit-file")
    life.company.reads("异议处理中")

    # the platform's own data is right, so it asks who provided the record
    life.centre.checker.presses(case, "发出协查函")
    life.env.provider.finds_waiting(case)
    found(life, case, "信息有误，应予更正")

    # who accepted does not decide; another person corrects
    life.centre.decider.finds_waiting(case)
    life.centre.decider.presses(case, "异议成立（更正）", {"罚款金额（万元）": "1.5"})
    life.worker.runs()
    life.worker.presses_letters()
    assert "异议处理中" not in life.platform.shows(record)
    assert "公示中" in life.platform.shows(record)
    life.company.opens(f"/my/records/{record}")
    life.company.reads("1.5")
    life.company.opens_case(case)
    life.company.reads("异议成立（已更正）")
    words = pdf_text(life.company.downloads(life.company.page.links["异议处理结果告知书"]))
    assert "1.5" in words
    assert life.letters(case) == [
        "异议申请回执",
        "异议申请受理通知书",
        "关于协助核查异议信息的函",
        "异议处理结果告知书",
    ]
    life.centre.auditor.opens(f"/audit/cases/{case}")
    life.centre.auditor.reads("首尾相接", "provider@ENV", "信息有误，应予更正")
    life.sound()


def test_the_platforms_own_fault_is_corrected_at_once(life: TownLife) -> None:
    record = life.record()
    case = filed(life, record)
    life.centre.registrar.presses(case, "受理")
    life.centre.checker.presses(case, "平台自身差错，即时更正", {"罚款金额（万元）": "1.5"})
    life.worker.runs()
    assert life.state(case) == "异议成立（已更正）"
    assert "异议处理中" not in life.platform.shows(record)


def test_a_record_that_should_not_be_there_is_annulled(life: TownLife) -> None:
    record = life.record()
    case = consulted(life, record)
    found(life, case, "信息不应存在，应予撤销")
    life.centre.decider.presses(case, "异议成立（撤销）")
    life.worker.runs()
    assert life.state(case) == "异议成立（已撤销）"
    assert "公示中" not in life.platform.shows(record)


def test_what_was_asked_for_and_not_brought_lapses(life: TownLife) -> None:
    record = life.record()
    case = filed(life, record)
    life.centre.registrar.presses(case, "一次性告知补正", {"需要补正的全部内容": "决定书复印件"})
    life.serves(case)
    life.it_is(date(2026, 6, 26))
    assert life.state(case) == "逾期未补正，终止办理"
    assert life.letters(case)[-1] == "关于终止办理异议申请的告知书"
    assert "公示中" in life.platform.shows(record)


def test_a_dismissal_names_the_remedies_and_takes_the_mark_away(life: TownLife) -> None:
    record = life.record()
    case = consulted(life, record)
    life.worker.runs()
    assert "异议处理中" in life.platform.shows(record)
    found(life, case, "信息准确")
    life.centre.decider.presses(case, "异议不成立（维持）")
    life.worker.runs()
    life.worker.presses_letters()
    assert "异议处理中" not in life.platform.shows(record)
    life.company.opens_case(case)
    life.company.reads("异议不成立（维持）", "复核", "行政复议", "行政诉讼")
    words = pdf_text(life.company.downloads(life.company.page.links["异议处理结果告知书"]))
    assert "行政诉讼" in words


def test_a_late_provider_is_reported_and_decides_nothing(life: TownLife) -> None:
    case = consulted(life, life.record())
    life.centre.supervisor.presses(case, "延长协查期限")
    life.long_after(date(2026, 7, 20))
    assert life.state(case) == "信息提供单位核查"
    life.centre.supervisor.opens("/oversight/")
    life.centre.supervisor.reads(case, "协查反馈期限", "逾期")
    life.company.presses(case, "撤回异议")
    assert life.state(case) == "已撤回"


def test_an_objection_is_seen_by_whoever_repairs_the_same_record(life: TownLife) -> None:
    record = life.record()
    repair, objection = life.company.repairs(record), filed(life, record)
    life.centre.registrar.presses(objection, "受理")
    life.env.acceptor.opens_case(repair)
    life.env.acceptor.reads("异议已标注", objection)
