"""Records with rules of their own: of a company under a plan of reorganisation, and of somebody who was a minor."""

from __future__ import annotations

from tests.law_stories.test_minor_story import of_minor
from tests.stories.town_life import TownLife

RULING = {
    "作出裁定的人民法院": "云溪县人民法院",
    "裁定书文号": "（2026）苏0830破3号",
    "裁定的内容": "批准重整计划",
    "重整计划（和解协议）执行期限": "至2028年4月30日",
}


def test_masked_while_the_plan_runs_and_repaired_when_it_is_performed(life: TownLife) -> None:
    env, record = life.env, life.record()
    papers = ("批准重整计划或者认可和解协议的裁定书", "重整计划或者和解协议")
    case = life.company.files("reorganisation", record, RULING, papers)
    env.acceptor.presses(case, "受理")
    env.examiner.presses(case, "提交核查意见", {"裁定已经生效，且与人民法院公开的内容一致": "是"})
    env.decider.presses(case, "准予暂时屏蔽", {"重整计划执行期满日": "2028-04-30"})
    life.worker.runs()
    assert "公示中" not in life.platform.shows(record)
    life.company.presses(case, "报告执行进展", {"重整计划执行情况": "第一期债务已清偿。"})
    env.examiner.presses(case, "核对属实，继续屏蔽")
    life.company.presses(case, "报告计划执行完毕", {"执行完毕日期": "2026-06-09"}, ("重整计划执行情况的证明",))
    env.examiner.presses(case, "核查属实，拟予修复")
    env.decider.presses(case, "准予修复")
    life.worker.runs()
    assert life.state(case) == "计划执行完毕，准予修复，已办结"
    assert "已终止公示" in life.platform.shows(record)
    life.sound()


def test_a_plan_that_fails_brings_the_record_back(life: TownLife) -> None:
    env, record = life.env, life.record()
    papers = ("批准重整计划或者认可和解协议的裁定书", "重整计划或者和解协议")
    case = life.company.files("reorganisation", record, RULING, papers)
    env.acceptor.presses(case, "受理")
    env.examiner.presses(case, "提交核查意见", {"裁定已经生效，且与人民法院公开的内容一致": "是"})
    env.decider.presses(case, "准予暂时屏蔽", {"重整计划执行期满日": "2028-04-30"})
    env.examiner.presses(case, "计划不能执行，提请恢复公示")
    env.decider.presses(case, "恢复公示")
    life.worker.runs()
    assert "公示中" in life.platform.shows(record)


def test_a_minors_record_is_repaired_lightly_and_never_shown(life: TownLife) -> None:
    record = of_minor(life.town)
    guardian = life.company.program
    life.company.opens(f"/my/records/{record}")  # of the way that is his alone
    life.company.reads("未成年人信用修复")
    assert "现在不能申请修复" not in life.company.page.text
    papers = ("guardianship", "correction_proof")
    case = guardian.opens("minor_repair", papers, record=record, inputs={"correction": "已经改正，并向对方道歉。"})
    assert life.state(case) == "待信用办审核"
    life.centre.supervisor.presses(case, "同意办理")
    life.env.acceptor.presses(case, "受理")
    life.env.examiner.presses(case, "提交核查意见", {"改正情况": "已经改正。"})
    life.env.decider.presses(case, "准予修复")
    life.worker.runs()
    assert life.state(case) == "准予修复，已办结"
    assert [life.platform.shows(record, code) for code in ("site", "province")] == ["", ""]
    life.company.opens_case(case)  # letters to a child are written to its guardian, who reads them here
    life.company.reads("收件回执", "未成年人信用修复处理决定书")
