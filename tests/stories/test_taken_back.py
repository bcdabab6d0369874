"""撤回上一步 on the page: the proposer takes a proposal back in two presses; nothing is said of a step that stands."""

from __future__ import annotations

from tests.stories.town_life import TownLife


def test_a_proposal_is_taken_back_on_the_page(life: TownLife) -> None:
    env, company = life.env, life.company
    case = company.repairs(life.record())
    env.acceptor.presses(case, "受理")
    assert "撤回上一步" not in env.acceptor.page.text
    assert "不能撤回" not in env.acceptor.page.text
    assert env.acceptor.page.form("确认撤回") is None
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.examiner.reads("撤回上一步：提交核查意见")
    assert env.reviewer.opens_case(case).count("撤回上一步") == 0  # another's step
    env.examiner.opens_case(case)
    env.examiner.sends("确认撤回")
    env.examiner.reads("已撤回，办件回到原来的环节", "撤回上一步")
    assert env.examiner.page.form("提交核查意见") is not None
    assert env.examiner.page.form("确认撤回") is None
    env.examiner.sends("保存备注", {"备注": "写错了。"})
    env.examiner.sends("确认撤回这条备注")
    env.examiner.reads("备注已撤回", "已由本人撤回")
    assert "写错了。" not in env.examiner.page.text
