"""What offices find out by themselves: a record that is wrong, and what speaks for a company; days that cannot be."""

from __future__ import annotations

from tests.stories.test_lists import DOCUMENT
from tests.stories.town_life import TownLife, pdf_text


def test_the_source_itself_has_its_record_put_right_and_all_are_told(life: TownLife) -> None:
    number = life.record()
    clerk = life.env.provider
    clerk.opens("/desk/new")
    said = clerk.opens(f"/desk/new/ex_officio/correction/{number}")
    assert "发现的错误和依据" in said
    label = "发现的错误和依据"
    form = next(one for one in clerk.page.forms if any(field.label == label for field in one.fields.values()))
    button = next(iter(form.buttons))
    assert "请填写“发现的错误和依据”" in clerk.sends(button, {}, status=422)
    case = clerk.program.opens(
        "correction", record=number, inputs={"cause": "mistaken", "facts": "录入时把罚款金额写错，决定书上是一万元。"}
    )
    assert case.startswith("ZX")
    codes = clerk.program.is_refused_to_open(
        "correction", record=number, inputs={"cause": "mistaken", "facts": "同样的错误。"}
    )
    assert "no_duplicate_pending" in codes
    life.company.opens(f"/my/cases/{case}", 404)  # nothing was served on it yet
    life.env.examiner.presses(case, "提出更正意见", {"意见": "决定书第二页为一万元。"})
    decider = life.env.decider
    decider.opens_case(case)
    decider.reads("录入时把罚款金额写错")
    decider.presses(case, "更正信息", {"罚款金额（万元）": "1"})
    life.worker.runs()
    assert life.state(case) == "已更正"
    assert life.letters(case) == ["信息更正处理决定书"]
    record = life.company.program.gets(f"/records/{number}")
    assert str(record["fine_wan"]).startswith("1"), record
    assert f"{case}" in life.company.opens(f"/my/cases/{case}")
    life.sound()


def test_what_an_office_found_wrong_by_mistake_is_found_right_or_taken_back(life: TownLife) -> None:
    number, wrong = life.record(), {"cause": "mistaken", "facts": "录入时把罚款金额写错。"}
    case = life.env.provider.program.opens("correction", record=number, inputs=wrong)
    steps = life.env.provider.program
    assert "撤回" in [one["label"] for one in steps.case(case)["options"]]
    life.env.examiner.presses(case, "提出更正意见", {"意见": "决定书第二页为一万元，与登记的一致。"})
    assert "撤回" not in [one["label"] for one in steps.case(case)["options"]]  # what an officer proposed is decided
    assert "没有复核等决定可以执行" in life.env.decider.is_refused(case, "准予修复，停止公示")
    life.env.decider.presses(case, "核实无误，不作更正", {"意见": "与决定书一致。"})
    assert (life.state(case), life.letters(case)) == ("核实无误，不作更正", [])
    again = life.env.provider.program.opens("correction", record=number, inputs=wrong)
    life.env.provider.presses(again, "撤回", {"意见": "看错了决定书。"})
    assert life.state(again) == "已撤回"
    life.company.opens(f"/my/cases/{again}", 404)  # nothing was served on it
    life.sound()


def test_what_speaks_for_a_company_is_chosen_and_printed(life: TownLife) -> None:
    env = life.env
    inputs = {"list_kind": "watch", "facts": "拒不履行行政处罚决定。", **DOCUMENT}
    case = env.examiner.program.opens("listing", subject=life.uscc(), inputs=inputs)
    env.reviewer.presses(case, "审核通过")
    env.examiner.presses(case, "制发拟列入告知书")
    life.company.presses(case, "放弃陈述申辩")
    chosen = {
        "从轻情节": "容错情形：先行先试中的无意过失，已及时改正",
        "从轻情节的事实和证据": "首个试点项目，会议纪要为证。",
    }
    env.decider.presses(case, "不予列入", chosen)
    life.worker.presses_letters()
    env.decider.opens_case(case)
    link = next(href for label, href in env.decider.page.links.items() if "不予列入名单告知书" in label)
    words = pdf_text(env.decider.downloads(link))
    assert "容错情形：先行先试中的无意过失，已及时改正（首个试点项目，会议纪要为证）" in words


def test_nothing_is_promised_for_a_day_that_is_over(life: TownLife) -> None:
    company = life.company
    company.opens("/my/ask")
    given = {
        "office": "ENV", "matter": "补齐材料", "undertaking": "补齐验收材料。", "gaps": ["验收意见"],
        "promised_day": "2026-06-10", "commitment_signed_by": "宋远山",
    }  # fmt: skip
    body = {"procedure": "commitment", "subject": life.uscc(), "kind": "deficient", "inputs": given, "materials": []}
    body["materials"] = company.program.brings("commitment")
    answer = company.program.posts("/cases", body, status=422)
    assert answer["problems"] == [
        {"where": "promised_day", "text": "“承诺履行或者补齐的日期”须晚于今天（2026年6月10日）"}
    ]
    assert company.program.gets("/cases")["items"] == []
