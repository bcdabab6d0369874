"""What no letter can say is refused at the form, with what to do: nothing is issued, no number is used, the case stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from repairflow.casework.changes import IssueNotice
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents.printable import Unprintable
from repairflow.errors import Invalid, Refused, RepairFlowError
from repairflow.letters.fonts.families import FontFamilies
from repairflow.letters.fonts.printable import unprintable
from repairflow.letters.text.printable import name_in_head
from repairflow.letters.text.templates import MissingFields
from repairflow.records import letter, number_series, office, subject
from tests.support.building import Town

pytestmark = pytest.mark.either_database

ODD = "\U0001f600"
"""No font of a letter has this one."""
NEW_HAN = "\U000323b0"
"""A Chinese character of an extension that came after most tables of characters (J): only a font knows it."""
Drive = Callable[[Town], tuple[str, str, dict[str, Any]]]
"""Prepares a case; the case, the step that is refused, and what its form is given."""


def waiting(town: Town) -> str:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial")
    return case


def a_name_no_font_has(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(subject).values(name=f"云溪{ODD}有限公司"))
    return case, "deny", {}


def an_addressee_without_a_name(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(subject).values(name=" "))
    return case, "deny", {}


def no_court(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(office).values(court=""))
    return case, "deny", {}


def no_review_organ(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(office).values(review_organs=""))
    return case, "deny", {}


def a_review_organ_of_marks_alone(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(office).values(review_organs="　——。"))
    return case, "deny", {}


def a_court_no_font_has(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(office).values(court=f"云溪{ODD}人民法院"))
    return case, "deny", {}


def a_copy_to_an_office_no_font_names(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(office).values(name=f"云溪{ODD}信用中心").where(office.c.code == "CREDIT"))
    return case, "deny", {}


def a_successor_no_font_names(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(subject).values(name=f"恒拓{ODD}有限公司").where(subject.c.id == town.subjects["hengtuo"]))
    town.turn(
        update(subject).values(successor_id=town.subjects["hengtuo"]).where(subject.c.id == town.subjects["yunxi"])
    )
    return case, "deny", {}


def a_reason_no_font_has(town: Town) -> tuple[str, str, dict[str, Any]]:
    return waiting(town), "deny", {"reason": f"尚欠罚款{ODD}。"}


def heard(town: Town) -> str:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice")
    return case


def a_plea_of_twenty_thousand(town: Town) -> tuple[str, str, dict[str, Any]]:
    return heard(town), "state_defence", {"inputs": {"statement": "辩" * 20_000}}


def a_plea_with_a_control_that_only_letters_refused(town: Town) -> tuple[str, str, dict[str, Any]]:
    return heard(town), "state_defence", {"inputs": {"statement": "已经缴清\x7f罚款\x9b"}}


def a_reason_whose_marks_run_over_other_lines(town: Town) -> tuple[str, str, dict[str, Any]]:
    return waiting(town), "deny", {"reason": "尚欠罚款a" + "\u0301" * 40}


def a_name_newer_than_this_python(town: Town) -> tuple[str, str, dict[str, Any]]:
    case = waiting(town)
    town.turn(update(subject).values(name=f"云溪{NEW_HAN}有限公司"))
    return case, "deny", {}


def a_plea_no_font_has(town: Town) -> tuple[str, str, dict[str, Any]]:
    return heard(town), "state_defence", {"inputs": {"statement": f"已经缴清{ODD}"}}


def gaps_no_font_has(town: Town) -> tuple[str, str, dict[str, Any]]:
    return town.file_repair(), "request_supplement", {"inputs": {"gaps": ["缴款凭证", f"整改报告{ODD}"]}}


def gaps_with_what_nobody_sees(town: Town) -> tuple[str, str, dict[str, Any]]:
    return town.file_repair(), "request_supplement", {"inputs": {"gaps": ["缴款凭证", "整改\u202e报告"]}}


def findings_with_what_nobody_sees(town: Town) -> tuple[str, str, dict[str, Any]]:
    """The examiner is told; else the decider's letter would be refused for words that are not the decider's."""
    case = town.file_repair()
    town.do(case, "accept")
    found = {**town.unmet(case), "performed": {"met": True, "note": f"已核对{NEW_HAN}"}}
    return case, "report_verification", {"inputs": {"conditions": found}}


def gaps_of_marks_alone(town: Town) -> tuple[str, str, dict[str, Any]]:
    return town.file_repair(), "request_supplement", {"inputs": {"gaps": ["。。。", "\u3164", "——"]}}


def a_reason_of_marks_alone(town: Town) -> tuple[str, str, dict[str, Any]]:
    return waiting(town), "deny", {"reason": "……。"}


def a_plea_of_marks_alone(town: Town) -> tuple[str, str, dict[str, Any]]:
    return heard(town), "state_defence", {"inputs": {"statement": "！！！"}}


def a_word_no_step_asks(town: Town) -> tuple[str, str, dict[str, Any]]:
    """An installation's own version whose step no longer asks what its letter must say."""
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    known = town.law.in_force("repair", town.today)
    step = known.action["serve_notice"]
    own = known.model_copy(update={"action": {**known.action, "serve_notice": step.model_copy(update={"inputs": {}})}})
    town.law = replace(town.law, procedures={**town.law.procedures, (own.procedure, own.version): own})
    town.services = replace(town.services, law_store=type(town.services.law_store)(town.law))
    return case, "serve_notice", {"inputs": {}}


CASES: list[tuple[Drive, type[RepairFlowError], tuple[str, ...]]] = [
    (a_name_no_font_has, Unprintable, (f"{ODD}（U+1F600）", "受文者名称", "请改用其他写法", "没有占用文号")),
    (an_addressee_without_a_name, Invalid, ("没有登记名称", "法定名称")),
    (no_court, Refused, ("“管辖法院”", "请系统管理员在“单位”页面填写")),
    (no_review_organ, Refused, ("“行政复议机关”", "请系统管理员在“单位”页面填写")),
    (a_review_organ_of_marks_alone, Refused, ("“行政复议机关”", "请系统管理员在“单位”页面填写")),
    (a_court_no_font_has, Unprintable, (f"{ODD}（U+1F600）", "没有占用文号")),
    (a_copy_to_an_office_no_font_names, Unprintable, (f"{ODD}（U+1F600）", "抄送单位", "没有占用文号")),
    (a_successor_no_font_names, Unprintable, (f"{ODD}（U+1F600）", "受文者名称", "没有占用文号")),
    (a_reason_no_font_has, Invalid, (f"理由含有文书印不出来的字：{ODD}（U+1F600）", "请改用其他写法")),
    (a_plea_of_twenty_thousand, Invalid, ("“陈述和申辩意见”不能超过 5000 字，现有 20000 字",)),
    (a_plea_with_a_control_that_only_letters_refused, Invalid, ("“陈述和申辩意见”含有不能显示的字符",)),
    (a_reason_whose_marks_run_over_other_lines, Invalid, ("理由含有不能显示的字符",)),
    (
        a_name_newer_than_this_python,
        Unprintable,
        (f"{NEW_HAN}（U+323B0）", "受文者名称", "安装含有该字的字体", "没有占用文号"),
    ),
    (a_plea_no_font_has, Invalid, (f"“陈述和申辩意见”含有文书印不出来的字：{ODD}（U+1F600）",)),
    (gaps_no_font_has, Invalid, (f"含有文书印不出来的字：{ODD}（U+1F600）",)),
    (gaps_with_what_nobody_sees, Invalid, ("含有文书印不出来的字：\u202e（U+202E）",)),
    (findings_with_what_nobody_sees, Invalid, (f"含有文书印不出来的字：{NEW_HAN}（U+323B0）",)),
    (gaps_of_marks_alone, Invalid, ("“需要补正的全部内容”应有 1 至 50 项",)),
    (a_reason_of_marks_alone, Invalid, ("理由只有标点，没有文字，请写明",)),
    (a_plea_of_marks_alone, Invalid, ("“陈述和申辩意见”只有标点，没有文字，请写明",)),
    (a_word_no_step_asks, MissingFields, ("事实", "没有占用文号", "程序文件相应动作的 inputs")),
]


def kept(town: Town) -> tuple[dict[str, int], list[Row[Any]], list[Row[Any]]]:
    numbers = town.all(select(number_series).order_by(number_series.c.series))
    return town.counts(), numbers, town.all(select(letter.c.number).order_by(letter.c.id))


@pytest.mark.parametrize(("drive", "error", "said"), CASES, ids=[drive.__name__ for drive, *_ in CASES])
def test_it_is_refused_at_the_form(
    town: Town, drive: Drive, error: type[RepairFlowError], said: tuple[str, ...]
) -> None:
    case, step, given = drive(town)
    before, state = kept(town), town.case(case).state
    with pytest.raises(error) as wrong:
        town.do(case, step, **given)
    told = str(wrong.value) + "".join(
        one.text for one in (*getattr(wrong.value, "problems", ()), *getattr(wrong.value, "refusals", ()))
    )
    assert [one for one in said if one not in told] == []
    assert kept(town) == before
    assert town.case(case).state == state


NAMES = [
    # the registered name, and as a letter prints it; None where it is refused with what to do
    ("云溪\u200b环保\ufeff有限\u00ad公司", "云溪环保有限公司"), ("云溪\t环保\n一、决定", "云溪 环保 一、决定"), ("古丽·吕Lü", "古丽·吕Lü"),
    ("Lu\u0308\u0301 有限公司", "L\u01d8 有限公司"), ("云\u0301\u0301\u0301溪有限公司", None),
    ("。。——·《》", None), ("\u3164", None), ("（\u200b）", None),
    ("云溪\u202e司公限有", None), ("云溪\ue000有限公司", None), ("\u200b\ufeff", None),
]  # fmt: skip


def test_a_name_is_printed_on_one_line_without_what_nobody_sees(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    for name, printed in NAMES:
        town.turn(update(subject).values(name=name))
        before = kept(town)
        if printed is None:
            with pytest.raises(Invalid, match="没有占用文号"):
                town.do(case, "extend_handling")
            assert kept(town) == before
    town.turn(update(subject).values(name=NAMES[0][0]))
    town.do(case, "extend_handling")
    assert newest(town).content["addressee"] == NAMES[0][1]
    for name, printed in NAMES:
        if printed is not None:
            assert name_in_head(name) == printed


def newest(town: Town) -> Row[Any]:
    return town.one(select(letter).order_by(letter.c.id.desc()).limit(1))


@pytest.mark.parametrize(
    ("name", "error"), [(" ", Invalid), (f"云溪{ODD}有限公司", Unprintable)], ids=["no name", "no font"]
)
def test_a_notice_that_an_officer_issues_is_refused_too(town: Town, name: str, error: type[RepairFlowError]) -> None:
    number = town.record()
    town.turn(update(letter).values(state="withdrawn"))
    town.turn(update(subject).values(name=name))
    before = kept(town)
    with pytest.raises(error, match="没有占用文号"), town.db.begin() as tx:
        dispatch(tx, town.services, IssueNotice(town.actor("acceptor@ENV"), number), town.now)
    assert kept(town) == before
    town.turn(update(subject).values(name="云溪环保科技有限公司"))
    with town.db.begin() as tx:
        dispatch(tx, town.services, IssueNotice(town.actor("acceptor@ENV"), number), town.now)
    assert newest(town).kind == "repair_informed"


def test_a_filing_whose_receipt_cannot_be_printed_is_refused(town: Town) -> None:
    number = town.record()
    with pytest.raises(Invalid) as wrong:
        town.file_repair(number, inputs={"correction": f"已整改{ODD}"})
    assert [(one.where, "文书印不出来" in one.text) for one in wrong.value.problems] == [("correction", True)]
    town.turn(update(subject).values(name=f"云溪{ODD}有限公司"))
    before = kept(town)
    with pytest.raises(Unprintable):
        town.file_repair(number)
    assert kept(town)[1:] == before[1:]


def test_a_limit_that_ran_out_does_not_stand_still_for_a_font(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    town.serve(case)
    town.turn(update(subject).values(name=f"云溪{ODD}有限公司"))
    town.at(town.dues(case)["supplement"].due_day.replace(day=28))
    town.sweep()
    assert town.case(case).state == "lapsed"


def test_a_node_without_fonts_leaves_it_to_the_worker() -> None:
    none = FontFamilies(body=("No Such Face",))
    assert unprintable(ODD, none) == ""
    assert unprintable(f"云{ODD}溪{ODD}") == f"{ODD}（U+1F600）"
