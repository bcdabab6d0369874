"""Files that are no definitions: empty, oversized, nested, of another coding. Each is told in Chinese with its line, and quickly."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from repairflow.cli.law import procedures
from repairflow.errors import DefinitionError
from repairflow.law.checks.folder import Source, check
from repairflow.letters.text.template_file import read_template
from tests.support.shipped import around, edited, source

pytestmark = pytest.mark.either_database

REVIEW = source("review")
MANY = "\n".join(f's{n} = {{ label = "环节{n}" }}' for n in range(20_000))
STEPS = "\n".join(
    f'[action.a{n}]\nlabel = "退回"\nby = ["decider"]\nfrom = ["deciding"]\nbasis = ["order36"]' for n in range(20_000)
)
FAULTY = "\n".join(f"[basis.b{n}]\nwrong = 1" for n in range(250))
LISTED = ", ".join(f'"s{n}"' for n in range(400))

# what is given, the line it is told at, words of the sentence
FILES: dict[str, tuple[str, int, str]] = {
    "a list for a name": ('procedure = ["x"]\nversion = "2026-04"\n', 1, "procedure 须为文字"),
    "a table for a name": ("procedure = { a = 1 }\n", 1, "procedure 须为文字"),
    "an array of tables": ("[[procedure]]\nx = 1\n", 1, "procedure 须为文字"),
    "states as a list": ('procedure = "x"\nstate = ["a", "b"]\n', 2, "state 须为一张表"),
    "actions as a number": ('procedure = "x"\naction = 5\n', 2, "action 须为一张表"),
    "a key of 20,000 parts": ('procedure = "x"\n' + ".".join(["a"] * 20_000) + " = 1\n", 2, "最多 20000 个"),
    "a key of 9,000 parts": ('procedure = "x"\n' + ".".join(["a"] * 9_000) + " = 1\n", 2, "套得太深"),
    "a table of 9,000 parts": ('procedure = "x"\n[' + ".".join(["a"] * 9_000) + "]\n", 2, "套得太深"),
    "3,000 brackets": ('procedure = "x"\na = ' + "[" * 3_000 + "]" * 3_000 + "\n", 2, "套得太深"),
    "3,000 braces": ('procedure = "x"\na = ' + "{a=" * 3_000 + "1" + "}" * 3_000 + "\n", 2, "套得太深"),
    "a number of 5,000 digits": (edited(REVIEW, ("working = 15", "working = " + "9" * 5_000)), 74, "数字太大"),
    "an empty file": ("", 1, "文件是空的"),
    "a mark of byte order": ("\ufeff" + REVIEW, 1, "BOM"),
    "a character nobody sees": (edited(REVIEW, ('label     = "复核"', 'label     = "复\x00核"')), 4, "U+0000"),
    "20,000 states": (edited(REVIEW, ("[clock.acceptance]", MANY + "\n[clock.acceptance]")), 51, "环节（state）有 20008 项，最多 100 项"),
    "20,000 actions": (REVIEW + STEPS, 1, "动作（action）有 20008 项，最多 200 项"),
    "400 in a list": (edited(REVIEW, ('filed_by  = ["applicant"]', f"filed_by = [{LISTED}]")), 11, "filed_by 有 400 项，最多 300 项"),
    "250 faults at once": (REVIEW + FAULTY, 1, "没有列出"),
    "3,000,000 characters": ("#" * 80 + ("\n" + "#" * 80) * 40_000, 1, "最多 2000000 个"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_an_odd_file_is_told_in_chinese_with_its_line(name: str) -> None:
    text, line, words = FILES[name]
    findings = [one for one in check([Source("odd.toml", text)], around()).findings if one.severity == "error"]
    assert [one for one in findings if one.where == f"odd.toml:{line}" and words in one.text], [
        (f.where, f.text[:200]) for f in findings
    ]


HEAD = (
    '+++\ntitle = "处理决定书"\nremedy = true\nrequired = ["we", "you", "case_number", "outcome_label", "reason"]\n'
    'optional = ["contact", "remedy_paragraphs"]\n+++\n'
)
LETTERS = {
    "500 ifs in each other": ("{% if contact %}" * 500 + "x" + "{% endif %}" * 500, "套得太深"),
    "3,000 brackets": ("{{ " + "(" * 3_000 + "contact" + ")" * 3_000 + " }}", "套得太深"),
    "30 loops in each other": ("{% for x in remedy_paragraphs %}" * 30 + "x" + "{% endfor %}" * 30, "套得太深"),
    "3,000 else-ifs": ("{% if contact %}x" + "{% elif contact %}y" * 3_000 + "{% endif %}", "elif"),
    "a product that fills the memory": ("{{ '字' * 10**10 }}", "算式"),
    "3,000,000 characters": ("字" * 3_000_000, "最多 100000 个"),
}


@pytest.mark.parametrize("name", LETTERS)
def test_an_odd_letter_is_told_in_chinese_with_its_line(name: str) -> None:
    body, words = LETTERS[name]
    with pytest.raises(DefinitionError) as refused:
        read_template(HEAD + body, "case_result", "2027-01-01")
    assert [(one.where, words in one.text) for one in refused.value.problems] == [
        ("case_result/2027-01-01.txt.j2:7", True)
    ]


def test_a_file_of_another_coding_is_told_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "utf16.toml").write_bytes(REVIEW.encode("utf-16"))
    done = CliRunner().invoke(procedures, ["check", str(tmp_path / "utf16.toml")])
    assert (done.exit_code, "utf16.toml:1 文件无法读取，或者不是 UTF-8 编码" in done.output) == (1, True), done.output


ANSWERS = "\n".join(f'finding{n} = {{ kind = "choice", label = "结论{n}", choices = "findings" }}' for n in range(9))
GUARDS = ", ".join(
    f'{{ guard = "input_was_not", action = "report_review", input = "finding{n}", value = "accurate" }}'
    for n in range(9)
)


def test_a_procedure_with_more_runs_than_can_be_tried_is_not_taken_for_proved() -> None:
    text = edited(
        REVIEW,
        ("[action.return_to_review]", f"{ANSWERS}\n[action.return_to_review]"),
        ('to = "maintained"\nguards = [', f'to = "maintained"\nguards = [{GUARDS}, '),
    )
    told = check([Source("many.toml", text)], around()).findings
    assert [one.where for one in told if one.code == "runs_untried" and "没有试完" in one.text] == ["many.toml:8"]
