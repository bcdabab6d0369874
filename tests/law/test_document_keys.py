"""One key for all spellings of a decision's number, and another for every other number."""

from __future__ import annotations

import pytest

from repairflow.law.document_keys import document_key

PLAIN = "溪环罚〔2026〕1006号"
PAIRS = (
    "〔〕",
    "［］",
    "[]",
    "()",
    "（）",
    "【】",
    "﹝﹞",
    "「」",
    "『』",
    "<>",
    "＜＞",
    "《》",
    "〈〉",
    "{}",
    "〖〗",
    "｢｣",
)


@pytest.mark.parametrize("spelling", [
    *(f"溪环罚{pair[0]}2026{pair[1]}1006号" for pair in PAIRS),
    *(f"溪环罚{pair[0]}2026年{pair[1]}第1006号" for pair in PAIRS),
    "溪环罚〔2026〕第1006号", "溪环罚〔2026〕1006", "溪环罚〔2026〕01006号",
    "溪环罚〔2026〕第001006 号", "溪环罚字〔2026〕第1006号",
    "'溪环罚〔2026〕1006号",
    "’溪环罚〔2026〕1006号", '="溪环罚〔2026〕1006号"', "溪环罚［２０２６］１００６号", "溪环罚2026年1006号",
    "溪环罚2026-1006", "溪环罚2026—1006号", "溪环罚〔2026〕-1006号",
    "溪环罚[2026]–1006号", "溪环罚2026 1006号", "溪环罚〔二〇二六〕1006号",
    "溪环罚〔2026〕№1006", "溪环罚〔2026〕No.1006", "溪 环 罚 〔 2026 〕 1006 号",
    "溪环罚\n〔2026〕1006号", "溪环罚\u200b〔2026〕\ufeff1006号\u3000",
    "溪環罰〔2026〕1006號".replace("環", "环"), "《溪环罚〔2026〕1006号》",
])  # fmt: skip
def test_one_number_however_it_is_spelled(spelling: str) -> None:
    assert document_key(spelling) == document_key(PLAIN)


@pytest.mark.parametrize("other", [
    "溪环罚〔2025〕1006号", "溪环罚〔2026〕106号", "溪环罚〔2026〕1006-1号",
    "溪环罚〔2026〕10-06号", "溪环罚〔2026〕1006号之一",
    "溪市监罚〔2026〕1006号", "溪环罚〔2026〕100600号", "溪环罚〔20261〕006号", "溪环罚〔2026〕1006、1007号",
])  # fmt: skip
def test_another_number_has_another_key(other: str) -> None:
    assert document_key(other) != document_key(PLAIN)


@pytest.mark.parametrize(("one", "other"), [
    ("abc-12（3）", "ＡＢＣ12（03）"), ("苏A〔2026〕1号", "苏a[2026]1号"),
    ("（2026）苏0830行初12号", "(2026)苏0830行初12号"),
    ("号", " 号 "), ("——", "—— "),
])  # fmt: skip
def test_letter_case_widths_and_odd_numbers(one: str, other: str) -> None:
    assert document_key(one) == document_key(other) != ""


def test_a_key_is_never_longer_than_its_column() -> None:
    assert len(document_key("\ufdfa" * 128)) <= 300
