"""招标投标: an objection in time for a bid, on the field's own limits; what is corrected reaches the platforms with its new content."""

from __future__ import annotations

from tests.law_stories.telling import belongs_to, told
from tests.stories.test_objection import consulted, found
from tests.stories.town_life import TownLife


def test_what_is_corrected_in_time_for_a_bid_is_pushed_with_its_content(life: TownLife) -> None:
    record = life.record()
    belongs_to(life.town, "ENV", domain="bidding")

    # the form says what the field says, and takes the papers that name the bid's own day
    life.company.opens(f"/my/file/objection/{record}")
    life.company.reads("招标投标领域公示、使用的信用信息有误", "招标公告、资格审查结果或者中标公示")
    case = consulted(life, record)
    life.env.provider.opens_case(case)
    life.env.provider.reads("2026-04.6 版程序", "协查反馈期限", "6月15日（周一）届满", "待核实")
    found(life, case, "信息有误，应予更正")
    refused = life.centre.decider.is_refused(case, "异议成立（更正）", {"罚款金额（万元）": "一万五"})
    assert "罚款金额" in refused
    assert life.state(case) == "待决定"
    life.centre.decider.presses(case, "异议成立（更正）", {"罚款金额（万元）": "1.5"})
    life.worker.runs()
    fines = [str(one["content"]["fine_wan"]) for one in told(life.town, case) if "content" in one]
    assert [float(fine) for fine in fines][-1] == 1.5, fines
    assert "公示中" in life.platform.shows(record)
    life.sound()


def test_the_field_is_led_to(life: TownLife) -> None:
    belongs_to(life.town, "ENV", domain="bidding")
    officer = life.env.examiner
    officer.opens("/desk/lists")
    officer.follows("各领域规则")
    officer.reads("招标投标")
    officer.follows("招标投标")
    officer.reads("串通投标、以他人名义投标", "投标资格从严审查")
