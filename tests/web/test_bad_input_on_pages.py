"""What no letter can say is refused on the page of whoever acts, with what to do: nothing issued, no number used, the words kept."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.records import letter
from tests.casework import test_bad_input_before_letters as bad
from tests.casework.test_bad_input_before_letters import ODD, kept
from tests.support.building import Town
from tests.web import desk_visit, portal_visit

pytestmark = pytest.mark.either_database


def tibetan(town: Town) -> tuple[str, str, dict[str, Any]]:
    return bad.waiting(town), "deny", {}


def versioned(town: Town, case: str) -> dict[str, str]:
    return {"expected_version": str(town.case(case).version), "command_id": str(uuid4())}


DENY = {"ground": "duty_unperformed", "reason": "尚欠罚款一万元。", "confirmed": "yes"}
# what is driven, who acts, what is typed, what the page says
AT_THE_DESK: list[tuple[bad.Drive, str, dict[str, str], tuple[str, ...]]] = [
    (bad.a_name_no_font_has, "decider@ENV", DENY, (f"{ODD}（U+1F600）", "受文者名称", "没有占用文号")),
    (bad.a_name_newer_than_this_python, "decider@ENV", DENY, ("安装含有该字的字体", "没有占用文号")),
    (bad.an_addressee_without_a_name, "decider@ENV", DENY, ("没有登记名称", "法定名称")),
    (bad.a_reason_no_font_has, "decider@ENV", {**DENY, "reason": f"尚欠罚款{ODD}。"}, ("请改用其他写法",)),
    (tibetan, "decider@ENV", {**DENY, "reason": "尚欠罚款བོད。"}, ("登记的汉字名称",)),
    (bad.gaps_of_marks_alone, "acceptor@ENV", {"gaps": "。。。\n——"}, ("应有 1 至 50 项",)),
    (bad.gaps_no_font_has, "acceptor@ENV", {"gaps": f"缴款凭证\n整改报告{ODD}"}, ("请改用其他写法",)),
]  # fmt: skip


@pytest.mark.parametrize(("drive", "who", "typed", "said"), AT_THE_DESK, ids=[row[0].__name__ for row in AT_THE_DESK])
def test_an_officer_is_told_what_to_do(
    town: Town, drive: bad.Drive, who: str, typed: dict[str, str], said: tuple[str, ...]
) -> None:
    case, step, _ = drive(town)
    officer = desk_visit.Officer(desk_visit.make(town), town, who)
    officer.get(f"/desk/cases/{case}")
    before, state = kept(town), town.case(case).state
    answer = officer.act(case, step, typed)
    assert 400 <= answer.status_code < 500
    assert [one for one in said if one not in officer.text] == []
    for words in [typed[name] for name in ("reason", "gaps") if name in typed]:
        assert words.splitlines()[0] in officer.text  # to be corrected, not typed again
    assert kept(town) == before
    assert town.case(case).state == state


@pytest.mark.parametrize(("drive", "lacks"), [(bad.no_review_organ, "“行政复议机关”"), (bad.no_court, "“管辖法院”")])
def test_an_adverse_step_that_its_office_cannot_tell_remedies_of_is_closed_with_the_reason(
    town: Town, drive: bad.Drive, lacks: str
) -> None:
    case, step, _ = drive(town)
    officer = desk_visit.Officer(desk_visit.make(town), town, "decider@ENV")
    page = officer.get(f"/desk/cases/{case}")
    assert lacks in page
    assert "请系统管理员在“单位”页面填写" in page
    assert f'id="act-{step}"' not in page
    before, state = kept(town), town.case(case).state
    given = {**DENY, **versioned(town, case)}
    assert 400 <= officer.post(f"/desk/cases/{case}/actions/{step}", given).status_code < 500
    assert lacks in officer.text
    assert kept(town) == before
    assert town.case(case).state == state


PLEAS: list[tuple[str, str]] = [
    ("辩" * 20_000, "不能超过 5000 字，现有 20000 字"), (f"已经缴清{ODD}", "印不出来的字"), ("。。。", "只有标点，没有文字"),
    ("已经缴清\x7f罚款", "不能显示的字符"), ("", "请填写"),
]  # fmt: skip


@pytest.mark.parametrize(("plea", "said"), PLEAS, ids=["20,000 characters", "emoji", "marks", "a control", "nothing"])
def test_a_subject_is_told_what_to_do_about_a_plea(town: Town, plea: str, said: str) -> None:
    case = bad.heard(town)
    subject = portal_visit.Visitor(portal_visit.make(town), town, "yunxi")
    subject.get(f"/my/cases/{case}/step/state_defence")
    before = kept(town)
    answer = subject.post(f"/my/cases/{case}/step/state_defence", {"statement": plea, **versioned(town, case)})
    assert 400 <= answer.status_code < 500
    assert said in subject.text
    assert kept(town) == before
    assert town.case(case).state == "hearing"


PRINTED = [
    "辩", "是的", "第一行\r\n\r\n\r\n第二行", "<script>alert(1)</script><b>粗</b>&amp;{{ 7*7 }}",
    "一、决定\n依据《办法》准予修复。\n| 甲 | 乙 |",
    "负责人Željko Đorđević、Nguyễn Thị Phượng说明", "辩" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(
    "plea",
    PRINTED,
    ids=["one word", "two", "lines", "markup", "as the office writes", "alphabets", "as long as may be"],
)
def test_a_plea_of_any_shape_is_data_in_the_letter_that_answers_it(town: Town, app: Flask, plea: str) -> None:
    case = bad.heard(town)
    subject = portal_visit.Visitor(app, town, "yunxi")
    subject.get(f"/my/cases/{case}/step/state_defence")
    answer = subject.post(f"/my/cases/{case}/step/state_defence", {"statement": plea, **versioned(town, case)})
    assert answer.status_code == 303, subject.text[:2000]
    town.steps(case, "propose_denial")
    town.do(case, "deny", inputs={"plea_answer": "not_adopted", "plea_reason": "缴款凭证所载数额不足。"})
    row = town.one(letter.select().where(letter.c.kind == "repair_denied"))
    data = LetterData.model_validate(row.content)
    assert [part.text for part in data.paragraphs if part.level == "heading1"] == [
        "一、核查情况",
        "二、决定",
        "三、救济途径",
    ]
    said = "".join(part.text for part in data.paragraphs if part.level == "body")
    assert "".join(plea.split()) in "".join(said.split())
    assert press_here(data).pages < 12


@pytest.fixture
def app(town: Town) -> Flask:
    return portal_visit.make(town)
