"""A folder of own law, in use and checked as it lies: each file one edit away from an honest one, each fault told at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from repairflow.cli import check as checking
from repairflow.law.procedure import roles
from repairflow.letters.text import templates
from repairflow.settings import asset
from tests.support.doc_files import files_of
from tests.support.shipped import edited, source

pytestmark = pytest.mark.either_database
Edit = tuple[str, str]
FEES = files_of(Path(__file__).parents[2] / "docs" / "procedures.md")
FEE = "procedures/fee_complaint-2026-04.toml"
TAX = "packs/TAX-2027.toml"
DENIAL = "letters/repair_denied/2027-01-01.txt.j2"
PLACE = "overlays/hangzhou.toml"
REFUND = 'refund = { kind = "number", label = "应退还的金额（元）", minimum = 1 }'
EXIT = '[basis.exit_law]\ncite = "《中华人民共和国出境入境管理法》（待核原文）"\nverified = false\n'
OVERLAY = """overlay = "hangzhou_repair"
label = "杭州市信用修复"
base = "repair"
base_version = "2026-04"
version = "2026-04.9"
jurisdiction = "330100"
effective = 2026-12-01

[basis.hangzhou]
cite = "《杭州市信用修复工作规则》"
verified = false

[clock.handling]
days = { working = 5 }
basis = ["hangzhou"]
verified = false
"""


def honest() -> dict[str, str]:
    """Files of each sort that `procedures check` has no error for."""
    tax = edited(
        source("TAX-2026", "packs"), ('pack = "TAX-2026"', 'pack = "TAX-2027"'), ("effective = 2026-04-01", "effective = 2027-01-01"),
        ("2026-04-01 起", "2027-01-01 起"),
    )  # fmt: skip
    denial = (asset("templates") / "letters" / "repair_denied" / "2026-04-01.txt.j2").read_text(encoding="utf-8")
    return {**FEES, TAX: tax, DENIAL: denial, PLACE: OVERLAY}


SIMPLE = """[simple_procedure]
kinds = ["warning", "fine"]
person_wan = 2
others_wan = 30
basis = ["tax002"]
class_basis = ["tax002"]

"""
OWED = '[lists.repair_refuse_grounds]\nowed = { label = "欠缴税款", text = "尚欠{amount}", basis = ["tax002"] }\n'
PROPOSED = '[lists.proposals]\nrepair_serve_notice = { label = "拟不予修复", text = "不予信用修复{reason}" }\n'

# what is told, by code, file and words; and the passages changed, of all files at once
TOLD: list[tuple[str, str, str]] = [
    # a name that gives a day which is none
    ("label_day", PLACE, "2027年13月1日"),
    # what nobody fills in
    ("text_placeholder", TAX, "{amount}"), ("text_placeholder", TAX, "{reason}"),
    # another bound of what can be decided on the spot, by nothing that anybody read
    ("pack_limit", TAX, "当场"),
    # an office that decides by name in a text of all offices
    ("letter_text", DENIAL, "云溪县生态环境局"),
    # parts that are not numbered one after another
    ("letter_text", DENIAL, "一、三、三"),
    # kinds of answers, and hints that ask who somebody is
    ("input_kind", FEE, "应退还的金额"), ("input_kind", FEE, "没有可以更正的内容"), ("identity_open", FEE, "您的姓名"),
]  # fmt: skip
CHANGED: dict[str, list[Edit]] = {
    TAX: [(EXIT, EXIT + OWED + PROPOSED + SIMPLE)],
    PLACE: [('label = "杭州市信用修复"', 'label = "杭州市信用修复（2027年13月1日起）"')],
    DENIAL: [("{{ we }}决定不予信用修复。", "云溪县生态环境局决定不予信用修复。"), ("二、决定", "三、决定")],
    FEE: [
        (REFUND, 'refund = { kind = "long_text", label = "应退还的金额（元）" }\nfix = { kind = "corrections", label = "更正" }'),
        ("不要在这里写您的姓名和联系方式", "并写明您的姓名和联系方式"),
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def shipped_words_afterwards() -> Iterator[None]:
    """What a process adopts of an own folder holds for this test alone."""
    with roles.using(None):
        yield
    templates.lay_over({})


def checked(files: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Lay the files into a folder that is in use, and check it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("REPAIRFLOW_LAW", str(folder))
    return checking.run((folder,))


def test_honest_files_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = honest()
    files[FEE] = edited(files[FEE], ('label     = "收费投诉"', 'label     = "收费投诉（2026-04-01 起）"'))
    assert checked(files, tmp_path, monkeypatch) == checking.CLEAN, capsys.readouterr().out


def test_a_name_with_another_first_day_is_to_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = honest()
    files[TAX] = edited(files[TAX], ("2027-01-01 起", "2030-01-01 起"))
    files[FEE] = edited(files[FEE], ('label     = "收费投诉"', 'label     = "收费投诉（2026年5月1日起施行）"'))
    files[PLACE] = edited(files[PLACE], ('label = "杭州市信用修复"', 'label = "杭州市信用修复（2027-12-01起）"'))
    assert checked(files, tmp_path, monkeypatch) == checking.CLEAN
    told = [line for line in capsys.readouterr().out.splitlines() if "[label_day]" in line]
    assert [
        any(day in line and line.startswith("提示") for line in told)
        for day in ("2030-01-01", "2026-05-01", "2027-12-01")
    ] == [True] * 3


def test_each_fault_is_told_of_a_folder_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: edited(text, *CHANGED.get(name, [])) for name, text in honest().items()}
    assert checked(files, tmp_path, monkeypatch) == checking.FAULTY
    errors = [line for line in capsys.readouterr().out.splitlines() if line.startswith("错误")]
    for code, file, words in TOLD:
        place = file.removeprefix("letters/") if file == DENIAL else file.rpartition("/")[2]
        told = [line for line in errors if f"[{code}]" in line and words in line]
        assert told, (code, words, errors)
        assert all(line.startswith(f"错误 {place}:") for line in told)


@pytest.mark.parametrize(("file", "edit", "told"), [
    # a field that is misspelt is known only by this file itself
    (TAX, ('domain = "tax"', 'domain = "taxes"'), "领域“taxes”没有定义"),
    (TAX, ("2027-01-01 起", "2027年2月30日起"), "不是日历上的日子"),
    (FEE, ("不要在这里写您的姓名和联系方式", "另写身份证号"), "请人写“身份证号”"),
])  # fmt: skip
def test_one_fault_is_told_alone(
    file: str,
    edit: Edit,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = honest()
    files[file] = edited(files[file], edit)
    assert checked(files, tmp_path, monkeypatch) == checking.FAULTY
    assert [told in line for line in capsys.readouterr().out.splitlines() if line.startswith("错误")] == [True]


def test_a_shipped_text_under_a_day_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {f"letters/repair_denied/2027-{day}.txt.j2": honest()[DENIAL] for day in ("13-01", "02-30")}
    assert checked(files, tmp_path, monkeypatch) == checking.FAULTY
    told = capsys.readouterr().out
    assert "2027-13-01 不是日历上的日子" in told
    assert "2027-02-30 不是日历上的日子" in told
