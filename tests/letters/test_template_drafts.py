"""Texts of letters that are finished, and drafts: a word that drafts hold is honest where it names what the letter is about."""

from __future__ import annotations

import pytest

from repairflow.letters.text import template_sense
from repairflow.letters.text.template_file import read_template
from repairflow.letters.text.template_lines import TextFile
from tests.support.renewal import RESULT
from tests.support.shipped import edited

pytestmark = pytest.mark.either_database

CONTACT = "{% if contact %}\n"
TITLE = "许可证延续决定书"
FINISHED = [
    "请提交检验检测测试机构出具的报告。", "请整改模板工程。", "抽样样本已经封存。", "听证时间待定，将另行通知。", "请提交广告样稿。",
    "软件测试（道路测试）的记录已经收到。", "签收人：________　日期：________", "请填写合同示范文本。", "高支模（模板工程）须重新验收。",
    "当事人签名：________ 日期：____年__月__日", "请勿委托中介机构代办。", "领取人签收 ________",
]  # fmt: skip
DRAFTS = [
    "【待填】", "XXX", "TODO", "（草稿）", "此处填写理由", "××单位", "（模板）", "【样本】", "本模板仅供测试", "测试文书", "________",
    "【待定】", "…………", "（测试）", "【此处待填】", "理由：________",
]  # fmt: skip


def said(more: str, title: str = TITLE) -> list[str]:
    """What is wrong with the words of a letter text that says this too."""
    text = edited(RESULT, (CONTACT, more + CONTACT), (TITLE, title))
    return [
        one[2]
        for one in template_sense.check(read_template(text, "renewal_result", "2026-12-01"), TextFile("own/x", text))
    ]


@pytest.mark.parametrize("more", FINISHED)
def test_a_finished_letter_is_taken(more: str) -> None:
    assert said(more) == []


@pytest.mark.parametrize("more", DRAFTS)
def test_a_draft_is_told(more: str) -> None:
    assert [one for one in said(more) if "没有写完" in one]


@pytest.mark.parametrize(
    "title", ["许可证延续决定书（样本）", "许可证延续决定书模板", "测试", "许可证延续决定书（测试用）"]
)
def test_a_draft_is_told_by_its_title(title: str) -> None:
    assert [one for one in said("", title) if "没有写完" in one]


@pytest.mark.parametrize("title", ["检测测试机构认可决定书", "模板工程验收决定书", "自动驾驶道路测试决定书"])
def test_a_title_may_name_tests_and_moulds(title: str) -> None:
    assert said("", title) == []
