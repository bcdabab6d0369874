"""A record whose owner is elsewhere is routed to that owner: with its number and trail, a letter and a limit of its own."""

from __future__ import annotations

from datetime import date

import pytest

from tests.stories.people import Officer
from tests.stories.test_lists import listed
from tests.stories.test_objection import filed
from tests.stories.town_life import TownLife, pdf_text

TO = {"接收单位": "云溪县市场监督管理局", "理由（写入文书）": "该信息由市场监督管理局保管。"}


def removal_of(life: TownLife) -> str:
    entry = listed(life)
    life.long_after(date(2027, 6, 11))
    return life.company.program.opens(
        "list_removal", ["performance_proof"], record=entry, kind="application", inputs={"grounds": "已履行全部义务。"}
    )


@pytest.mark.parametrize("procedure", ["objection", "list_removal"])
def test_what_belongs_to_another_office_goes_there(life: TownLife, procedure: str) -> None:
    objection = procedure == "objection"
    case = filed(life, life.record()) if objection else removal_of(life)
    here: Officer = life.centre.registrar if objection else life.env.acceptor
    there: Officer = life.market.registrar if objection else life.market.acceptor
    button, limit = (
        ("移送有管辖权的单位", "6月12日（周五）届满") if objection else ("移送列入单位", "6月16日（周三）届满")
    )

    # offered are the offices that can take it up, not the own one; none chosen is refused, and nothing moves
    here.opens_case(case)
    form = here.page.form(button)
    assert form is not None
    places = next(f for f in form.fields.values() if f.group == "接收单位").options
    assert "云溪县市场监督管理局" in places
    assert ("云溪县信用中心" if objection else "云溪县生态环境局") not in places
    assert "请填写“接收单位编码”" in here.is_refused(case, button)
    assert life.state(case) == "待受理"
    assert {"no_such_office"} == here.program.is_refused(case, button, {"接收单位编码": "NOWHERE"})
    own = "CREDIT" if objection else "ENV"
    assert {"same_office"} == here.program.is_refused(case, button, {"接收单位编码": own})

    here.presses(case, button, TO)
    life.worker.runs()
    life.worker.presses_letters()
    life.company.opens_case(case)
    title = "异议申请移送函" if objection else "移出名单申请移送函"
    life.company.reads("已移送，待接收单位受理", "云溪县市场监督管理局", title)
    words = pdf_text(life.company.downloads(life.company.page.links[title]))
    assert "云溪县市场监督管理局" in words
    assert words.count(title.removesuffix("移送函")) == 2  # in the title, and in what it transfers
    there.finds_waiting(case)
    there.opens_case(case)
    there.reads(limit)
    here.opens("/desk/")
    assert case not in here.page.text

    # it comes back once at most, and whoever has it goes on with it
    there.presses(case, button, {**TO, "接收单位": "云溪县信用中心" if objection else "云溪县生态环境局"})
    assert "已有 2 次" in here.is_refused(case, button)
    here.presses(case, "受理")
    if objection:
        life.centre.checker.presses(case, "平台自身差错，即时更正", {"罚款金额（万元）": "1.5"})
        assert life.state(case) == "异议成立（已更正）"
    else:
        life.env.examiner.presses(case, "提交核查意见", {"逐项核查移出条件": "具备"})
        life.env.decider.presses(case, "准予移出")
    life.worker.runs()
    life.sound()
