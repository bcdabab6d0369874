"""What files and letter texts write, sign by sign: nothing unseen, names in Chinese, values where they are given, each on its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from repairflow.cli import letter_texts
from repairflow.errors import DefinitionError
from repairflow.law.checks import problems
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.model import parse
from repairflow.letters.text.template_file import read_template
from tests.support.doc_files import files_of
from tests.support.shipped import edited, shipped_names, source, together

pytestmark = pytest.mark.either_database

FEES = files_of(Path(__file__).parents[2] / "docs" / "procedures.md")
LETTER = FEES["letters/fee_result/2026-04-01.txt.j2"]

WORDS = [
    ("text_hidden", "U+200B", "checking  = ", 'label = "核查中"', 'label = "核查\u200b中"'),
    ("text_hidden", "U+202E", "checking  = ", 'label = "核查中"', 'label = "\u202e核查中"'),
    ("text_hidden", "U+0007", "checking  = ", 'label = "核查中"', 'label = "核查\\u0007中"'),
    ("text_hidden", "U+3164", "checking  = ", 'label = "核查中"', 'label = "\u3164"'),
    ("text_hidden", "特殊空格", "checking  = ", 'label = "核查中"', 'label = "核查\u00a0中"'),
    ("text_hidden", "U+00AD", "summary", "办理信用修复不收取费用", "办理信用修复不\u00ad收取费用"),
    ("text_hidden", "控制字符", "checking  = ", 'label = "核查中"', 'label = "核查\\n中"'),
    ("text_hidden", "空格", "checking  = ", 'label = "核查中"', 'label = "核查中 "'),
    ("label_unreadable", "不是中文", "checking  = ", 'label = "核查中"', 'label = "under check"'),
    ("label_unreadable", "不是中文", "complainant = ", '"投诉人"\nregistrar', '"complainant"\nregistrar'),
    ("label_unreadable", "120 个字", "checking  = ", 'label = "核查中"', f'label = "{"核查中" * 40}"'),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "line", "old", "new"), WORDS, ids=[f"{w[0]}-{w[1]}" for w in WORDS])
def test_a_word_nobody_can_read_is_found_on_its_line(code: str, named: str, line: str, old: str, new: str) -> None:
    text = edited(FEES["procedures/fee_complaint-2026-04.toml"], (old, new))
    here = [one for one in together(fees=text) if one.code == code]
    number = next(n for n, one in enumerate(text.splitlines(), 1) if one.startswith(line))
    assert [(one.where, named in one.text) for one in here] == [(f"fees.toml:{number}", True)]


FILES = [
    edited(source("CN-2026", "packs"), ('label = "数额有误"', 'label = "数额\u2060有误"')),
    source("interview-tax", "overlays").replace('label = "', 'label = "\u2060', 1),
    'vocabulary = "own"\n[outcome]\nspared = { label = "不予\u2060处罚", side = "for" }\n',
]


@pytest.mark.parametrize("text", FILES, ids=["pack", "overlay", "vocabulary"])
def test_every_sort_of_file_is_read_sign_by_sign(text: str) -> None:
    assert [one.code for one in together(file=text) if one.code == "text_hidden"] == ["text_hidden"]


TEXTS = [
    ("a refund without an if", "if 之外", "{% if refund %}收费单位应当退还{{ refund }}元。{% endif %}", "收费单位应当退还{{ refund }}元。"),
    ("a refund after another if", "if 之外", "{% if refund %}收费", "{% if contact %}收费"),
    ("no remedies in a result", "须写明救济途径", "{% if remedy_paragraphs %}\n{{ remedy_paragraphs|join('') }}\n\n{% endif %}\n", ""),
    ("remedies that never show", "不印出来", "{% if remedy_paragraphs %}", "{% if remedy_paragraphs and not we %}"),
    ("a reason that never shows", "没有印出来", "{{ reason|sentence }}", "{% if not reason %}{{ reason|sentence }}{% endif %}"),
    ("a sign nobody sees", "U+200B", "处理结果为", "处理\u200b结果为"),
    ("a title in Latin letters", "不是中文", 'title = "收费投诉处理结果告知书"', 'title = "Result of your complaint"'),
    ("an end that is missing", "endif", "元。{% endif %}", "元。"),
    ("a word nobody knows", "refundd", "{{ refund }}", "{{ refundd }}"),
]  # fmt: skip
LINES = {
    "a refund without an if": "处理结果为", "a refund after another if": "处理结果为", "no remedies in a result": "required = ",
    "remedies that never show": "{% if remedy", "a reason that never shows": "经核查", "a sign nobody sees": "处理",
    "a title in Latin letters": "title = ", "a word nobody knows": "处理结果为",
}  # fmt: skip


@pytest.mark.parametrize(("what", "named", "old", "new"), TEXTS, ids=[t[0] for t in TEXTS])
def test_a_fault_of_a_letter_text_stands_on_its_line(what: str, named: str, old: str, new: str) -> None:
    text = edited(LETTER, (old, new))
    if what == "no remedies in a result":
        text = edited(text, (', "remedy_paragraphs"]', "]"))
    with pytest.raises(DefinitionError) as wrong:
        read_template(text, "fee_result", "2026-04-01")
    problem = next(one for one in wrong.value.problems if named in one.text)
    if what in LINES:
        number = next(n for n, one in enumerate(text.splitlines(), 1) if one.startswith(LINES[what]))
        assert problem.where == f"fee_result/2026-04-01.txt.j2:{number}"


def given(folder: Path, **texts: str) -> tuple[letter_texts.Given, list[Diagnostic]]:
    """The texts read as `procedures check` reads them, with what was found."""
    files: list[Path] = []
    for kind, text in texts.items():
        files.append(folder / kind / "2026-04-01.txt.j2")
        files[-1].parent.mkdir()
        files[-1].write_text(text, encoding="utf-8")
    findings: list[Diagnostic] = []
    return letter_texts.read(files, findings), findings


def test_a_broken_text_is_told_once_and_its_kind_stays_known(tmp_path: Path) -> None:
    texts, findings = given(tmp_path, fee_result=edited(LETTER, ("元。{% endif %}", "元。")))
    assert ([one.code for one in findings], texts.broken) == (["letter_text"], {"fee_result"})


@pytest.mark.parametrize("mark", ["信费", "信修"])
def test_two_kinds_under_one_mark_are_told_apart(tmp_path: Path, mark: str) -> None:
    other = edited(LETTER, ('mark = "信费"', f'mark = "{mark}"'))
    _, findings = given(tmp_path, fee_result=LETTER, fee_second=other)
    assert [(one.code, one.where) for one in findings] == [("letter_mark", "fee_second/2026-04-01.txt.j2:3")]


def test_a_byte_order_mark_is_called_by_its_name(tmp_path: Path) -> None:
    _, findings = given(tmp_path, fee_result="\ufeff" + LETTER)
    findings += together(fees="\ufeff" + FEES["procedures/fee_complaint-2026-04.toml"])
    assert [(one.code, "BOM" in one.text, one.where.rpartition(":")[2]) for one in findings] == [
        ("letter_text", True, "1"), ("form", True, "1"),
    ]  # fmt: skip


@pytest.mark.parametrize("table", ["fields", "prints"])
def test_what_lies_sealed_is_printed_in_no_letter(table: str) -> None:
    text, names = source("complaint"), shipped_names()
    words = {"intake_result": frozenset({"complainant_name"})}
    asked = replace(names, fields=words) if table == "fields" else names.printing(words)
    found = problems(parse(text, "complaint.toml"), names=asked, text=text, where="complaint.toml")
    assert {one.code for one in found if "complainant_name" in one.text} == {"letter_sealed"}


def test_the_worked_example_has_no_fault(tmp_path: Path) -> None:
    _, findings = given(tmp_path, fee_result=LETTER)
    assert findings == []
