"""`procedures check`: what it takes for what, what it prints, and how it ends."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from repairflow.cli.law import procedures
from tests.support.shipped import WORKFLOWS, edited, source


def run(*paths: Path) -> Result:
    return CliRunner().invoke(procedures, ["check", *map(str, paths)])


@pytest.fixture(autouse=True)
def _no_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPAIRFLOW_HOME", str(tmp_path / "house"))


def test_everything_shipped_is_clean() -> None:
    done = run()
    assert done.exit_code == 0, done.output
    assert "办理程序 24 个，本地细化 26 个，规则包 24 个，日历 23 年" in done.output
    assert "0 个错误" in done.output.splitlines()[-1]


@pytest.mark.parametrize("part", ["procedures", "overlays", "packs", "calendars", "procedures/record-2026-04.toml"])
def test_each_part_of_what_is_shipped_is_clean_by_itself(part: str) -> None:
    done = run(WORKFLOWS / part)
    assert done.exit_code == 0, done.output


def test_a_whole_law_copied_is_clean(tmp_path: Path) -> None:
    shutil.copytree(WORKFLOWS, tmp_path / "law")
    assert run(tmp_path / "law").exit_code == 0


@pytest.mark.parametrize("made", ["nothing", "empty", "text"])
def test_a_path_with_nothing_to_check_ends_with_two(tmp_path: Path, made: str) -> None:
    path = tmp_path / made
    if made == "empty":
        path.mkdir()
    if made == "text":
        path.write_text("文字", "utf-8")
    done = run(path)
    assert (done.exit_code, "没有可以检查的文件" in done.output) == (2, True)


FILES = [
    ("overlay", lambda: edited(source("interview-tax", "overlays"), ('sector = "tax"', 'sector = "taxes"')), "taxes"),
    ("pack", lambda: edited(source("SAMR-2026", "packs"), ('over = "CN-2026"', 'over = "CN-2025"')), "CN-2025"),
    ("procedure", lambda: edited(source("repair"), ('initial   = "submitted"', 'initial   = "begun"')), "begun"),
    ("calendar", lambda: edited(source("2026", "calendars"), ("published = true", "published = 1")), "published"),
    ("unknown", lambda: 'colour = "red"\n', "看不出是什么文件"),
    ("broken", lambda: "procedure = \n", "不是有效的 TOML"),
]


@pytest.mark.parametrize(("name", "text", "named"), FILES, ids=[f[0] for f in FILES])
def test_a_file_is_known_for_what_it_is(tmp_path: Path, name: str, text: object, named: str) -> None:
    assert callable(text)
    (tmp_path / f"{name}.toml").write_text(text(), "utf-8")
    done = run(tmp_path / f"{name}.toml")
    assert done.exit_code == 1, done.output
    assert re.search(rf"^错误 {name}\.toml:\d+ .*{named}", done.output, re.MULTILINE), done.output


def test_a_folder_is_checked_together(tmp_path: Path) -> None:
    """A letter text of the folder's own is known to its procedures, and what it requires is asked for."""
    (tmp_path / "letters" / "fee_refunded").mkdir(parents=True)
    text = '+++\ntitle = "退费告知书"\nrequired = ["case_number", "court"]\n+++\n{{ case_number }}{{ court }}\n'
    (tmp_path / "letters" / "fee_refunded" / "2026-04-01.txt.j2").write_text(text, "utf-8")
    uphold = 'to = "upheld"\ndistinct_from = ["report_finding"]\nreason = true\nletter = "intake_result"'
    own = edited(source("complaint"), (uphold, uphold.replace("intake_result", "fee_refunded")))
    (tmp_path / "complaint.toml").write_text(own, "utf-8")
    done = run(tmp_path)
    assert "letter_unknown" not in done.output
    assert re.search(r"错误 complaint\.toml:\d+ .*fee_refunded.*court.*\[letter_field\]", done.output), done.output


def test_a_faulty_letter_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "fee_refunded").mkdir()
    (tmp_path / "fee_refunded" / "2026-04-01.txt.j2").write_text(
        '+++\ntitle = "告知书"\nrequired = ["amount"]\n+++\n…\n', "utf-8"
    )
    done = run(tmp_path)
    assert (done.exit_code, "amount" in done.output) == (1, True)


def test_cases_are_run_by_the_law_they_lie_beside(tmp_path: Path) -> None:
    law = tmp_path / "law"
    shutil.copytree(WORKFLOWS, law)
    changed = law / "overlays" / "objection-henan.toml"
    changed.write_text(
        edited(source("objection-henan", "overlays"), ("days = { working = 7 }", "days = { working = 6 }"))
    )
    done = run(law)
    assert done.exit_code == 1
    assert re.search(
        r"错误 vectors/objection-henan.toml:\d+ 案例“异议办结期限：六月十日起算”：届满日应为 2026-06-22", done.output
    )
    assert "运行案例 " in done.output


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "overlays/objection-henan.toml",
            "overlays/objection-hebei.toml",
            "没有规则文件 overlays/objection-hebei.toml",
        ),
        ('"程序" = "异议处理"', '"程式" = "异议处理"', "程式"),
    ],
)
def test_a_faulty_file_of_cases_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    (tmp_path / "vectors").mkdir()
    text = (WORKFLOWS / "vectors" / "objection-henan.toml").read_text(encoding="utf-8")
    (tmp_path / "vectors" / "henan.toml").write_text(text.replace(old, new))
    done = run(tmp_path / "vectors")
    assert done.exit_code == 1
    assert re.search(r"错误 vectors/henan.toml:\d+ ", done.output)
    assert says in done.output


GARBAGE: dict[str, bytes] = {
    "empty.toml": b"",
    "binary.toml": bytes(range(256)),
    "nul.toml": b"procedure = \x00",
    "deep.toml": b"procedure = " + b"[" * 3000 + b"]" * 3000,
    "long.toml": b'procedure = "' + b"a" * 500_000 + b'"',
    "all.toml": b"procedure = 1\noverlay = 2\npack = 3\nyear = 4\n",
    "year.toml": b"year = 99999",
    "statute.toml": b"statute = []",
    "words.toml": b"vocabulary = 1",
    "pack.toml": b"pack = []\nperiod = 1\nlists = 2\n",
    "overlay.toml": b"overlay = {}",
    "vectors/none.toml": b"",
    "vectors/wrong.toml": '"规则文件" = 1\n"案例" = 2\n'.encode(),
    "vectors/deep.toml": b"a = " + b"[" * 3000,
    "letters/x/2026-04-01.txt.j2": b"+++\n[\n+++\n{{",
    "letters/x/binary.txt.j2": bytes(range(256)),
    "letters/x/open.txt.j2": b"+++\ntitle = 1\nrequired = 2\n+++\n{% if %}",
}


def test_garbage_is_told_file_by_file_and_breaks_nothing(tmp_path: Path) -> None:
    text = source("repair")
    files = {**GARBAGE, **{f"cut{n}.toml": text[: len(text) * n // 7].encode() for n in range(1, 7)}}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.toml").mkdir()
    done = run(tmp_path)
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    told = "\n".join(line for line in done.output.splitlines() if line.startswith("错误"))
    assert [name for name in files if Path(name).name not in told] == []
    assert not re.search(r"Traceback|Input should|validation error|Field required", done.output)
