"""The folder of an installation's own law: what is read from it, what is refused, and what only a database has any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from repairflow.app.law import own_law
from repairflow.errors import ConfigurationError, DefinitionError
from repairflow.law.procedure import roles
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.own_law import Kept, OwnLaw, read_own_law
from repairflow.law.procedure.vocabulary import parse_own
from repairflow.letters.text import templates
from repairflow.settings import Settings
from tests.support.doc_files import files_of
from tests.support.shipped import WORKFLOWS, source

PAGE = Path(__file__).parents[2] / "docs" / "procedures.md"
FEES = files_of(PAGE)
PROCEDURE = "procedures/fee_complaint-2026-04.toml"
LETTER = "letters/fee_result/2026-04-01.txt.j2"


def made(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def read(files: dict[str, str], kept: tuple[Kept, ...] = ()) -> Library:
    return Library.read(WORKFLOWS, own=OwnLaw(files).with_kept(kept))


def test_each_sort_is_laid_over_the_shipped_law() -> None:
    year = source("2026", "calendars").replace('label = "2026', 'label = "本单位 2026')
    pack = source("SAMR-2026", "packs").replace("SAMR-2026", "OWN-2026").replace("market_regulation", "tourism")
    law = read({**FEES, "packs/own.toml": pack, "calendars/2026.toml": year})
    assert law.procedure("fee_complaint", "2026-04").label == "收费投诉"
    assert "OWN-2026" in law.packs
    assert law.own_path == {("fee_complaint", "2026-04"): PROCEDURE, ("OWN-2026", ""): "packs/own.toml"}
    assert set(Library.read(WORKFLOWS).procedures) < set(law.procedures)


def test_what_a_database_keeps_is_read_as_the_version_that_kept_it(tmp_path: Path) -> None:
    """Cases are handled by it and nobody can write it anew: what is read strictly today must not keep the program from starting."""
    lax = 'digest = ""\n' + FEES[PROCEDURE].replace("{ working = 3 }", '{ working = "3" }')
    assert '"3"' in lax
    with pytest.raises(DefinitionError) as refused:
        read({PROCEDURE: lax})
    assert refused.value.problems
    found = read({}, (Kept(PROCEDURE, lax),)).procedure("fee_complaint", "2026-04")
    assert found.clock == read(FEES).procedure("fee_complaint", "2026-04").clock


NO_BASE = source("interview-tax", "overlays").replace('base_version = "2026-04"', 'base_version = "2031-04"')
REFUSED = [
    ("a shipped version", {"procedures/repair.toml": source("repair")}, "repair 2026-04 已由另一个文件定义"),
    ("a shipped pack", {"packs/mine.toml": source("CN-2026", "packs")}, "规则包 CN-2026 已由另一个文件定义"),
    ("a base nobody has", {"overlays/mine.toml": NO_BASE}, "基础程序 interview 2031-04 没有定义"),
    ("a calendar with a fault", {"calendars/2026.toml": "year = 2026\n"}, "2026.toml"),
    ("a statute with a fault", {"statutes/mine.toml": 'statute = "mine"\n'}, "mine.toml"),
    ("a file that is no TOML", {"procedures/x.toml": "procedure = \n"}, "不是有效的 TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_fault_keeps_the_law_from_being_read(files: dict[str, str], said: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        read(files)
    assert said in str(wrong.value) + "".join(f"{p.where}{p.text}" for p in wrong.value.problems)


@pytest.mark.parametrize(
    "path",
    [
        "repair.toml",
        "procedure/x.toml",
        "letters/x.txt.j2",
        "letters/a/b/c.txt.j2",
        "procedures/x.txt",
        "errata/1.toml",
    ],
)
def test_a_file_that_nothing_would_read_is_told(tmp_path: Path, path: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        read_own_law(made(tmp_path, {path: "x"}))
    assert [(p.where, "不会被采用" in p.text) for p in wrong.value.problems] == [(path, True)]


def test_notes_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    folder = made(tmp_path, {**FEES, "README.md": "说明", ".git/config": "x", "procedures/.swp": "x"})
    assert dict(read_own_law(folder).files) == FEES


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    made(tmp_path, {PROCEDURE: ""})
    (tmp_path / PROCEDURE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DefinitionError) as wrong:
        read_own_law(tmp_path)
    assert wrong.value.problems[0].where == PROCEDURE


def test_what_only_the_database_has_counts_until_the_folder_has_it_again(tmp_path: Path) -> None:
    kept = [Kept(path, text) for path, text in FEES.items()]
    here = Settings(home=tmp_path, law=str(tmp_path / "gone"))
    lost = own_law(here, kept)
    assert (dict(lost.files), lost.kept) == (FEES, set(FEES))
    made(tmp_path / "gone", FEES)
    assert own_law(here, kept).kept == frozenset()
    (tmp_path / "gone" / LETTER).unlink()
    assert own_law(here, kept).kept == {LETTER}


def test_a_folder_that_was_never_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="没有这个文件夹"):
        own_law(Settings(home=tmp_path, law=str(tmp_path / "law")), [])


def test_a_path_that_came_to_hold_a_newer_version_keeps_the_older_one_too() -> None:
    newer = (
        FEES[PROCEDURE]
        .replace('version   = "2026-04"', 'version   = "2026-11"')
        .replace("effective = 2026-04-01", "effective = 2026-11-01")
    )
    law = read({**FEES, PROCEDURE: newer}, (Kept(PROCEDURE, FEES[PROCEDURE]),))
    assert [p.version for p in law.versions("fee_complaint")] == ["2026-04", "2026-11"]


def test_a_used_file_that_was_edited_goes_before_what_is_kept_so_that_its_digest_tells() -> None:
    edited = FEES[PROCEDURE].replace("working = 3", "working = 4")
    law = read({**FEES, PROCEDURE: edited}, (Kept(PROCEDURE, FEES[PROCEDURE]),))
    days = law.procedure("fee_complaint", "2026-04").clock["acceptance"].days
    assert days is not None
    assert days.count == 4


LETTER_FAULTS = [
    ("no placeholder of ours", ("{{ refund }}", "{{ refundd }}"), "refundd"),
    ("one it does not use", ("[asked]\n", '[asked]\nspare = "备用"\n'), "spare 没有列入"),
    ("one that is shipped", ("[asked]\n", '[asked]\nreason = "理由"\n'), "reason 已在清单内"),
    ("one without a name", ('refund = "应退还的金额（元）"', 'refund = " "'), "写明中文名称"),
    ("nothing it tells", ('says = "either"\n', ""), "须写明 says"),
    ("something nobody tells", ('says = "either"', 'says = "maybe"'), "says"),
    ("a mark of Latin letters", ('mark = "信费"', 'mark = "FEE"'), "mark"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "said"), [case[1:] for case in LETTER_FAULTS], ids=[case[0] for case in LETTER_FAULTS]
)
def test_a_text_with_a_fault_is_refused(edit: tuple[str, str], said: str) -> None:
    assert edit[0] in FEES[LETTER]
    with pytest.raises(DefinitionError) as wrong:
        templates.lay_over({("fee_result", "2026-04-01"): FEES[LETTER].replace(*edit)})
    assert said in "".join(p.text for p in wrong.value.problems)


def test_a_text_of_a_shipped_day_is_refused_and_a_newer_one_taken() -> None:
    shipped = (WORKFLOWS.parent / "templates" / "letters" / "repair_receipt" / "2026-04-01.txt.j2").read_text("utf-8")
    with pytest.raises(DefinitionError, match="自有文书模板有 1 处错误"):
        templates.lay_over({("repair_receipt", "2026-04-01"): shipped})
    try:
        templates.lay_over({("repair_receipt", "2026-10-01"): shipped})
        assert templates.latest_version("repair_receipt", "2026-10-01") == "2026-10-01"
        assert templates.latest_version("repair_receipt", "2026-09-30") == "2026-04-01"
    finally:
        templates.lay_over({})
    assert templates.latest_version("repair_receipt") == "2026-04-01"


WORDS = [
    (
        "a shipped role",
        '[role]\nexaminer = { label = "核查", side = "deciding" }\n',
        "岗位 examiner 已在随程序的词表中",
    ),
    ("the system's role", '[role]\nsystem = { label = "机器", side = "deciding" }\n', "system"),
    ("a shipped outcome", '[outcome]\ngranted = { label = "好", side = "against" }\n', "办理结果 granted 已在"),
    ("a shipped label", '[outcome]\nfine = { label = "准予", side = "against" }\n', "同名“准予”"),
    ("no such side", '[outcome]\nfine = { label = "好", side = "good" }\n', "side"),
    ("no label", '[role]\nfee = { side = "deciding" }\n', "label"),
]


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in WORDS], ids=[case[0] for case in WORDS])
def test_a_vocabulary_only_adds(text: str, said: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        parse_own('vocabulary = "own"\n' + text, "vocabulary.toml")
    assert said in "".join(p.text for p in wrong.value.problems)


def test_words_of_ones_own_stand_beside_the_shipped_ones_and_go_with_their_file() -> None:
    with roles.using(parse_own(FEES["vocabulary.toml"], "vocabulary.toml")):
        assert roles.OFFICE_ROLES["fee_checker"] == "receiving"
        assert roles.outcome_side("refund_ordered") == "for"
        assert roles.OWN_POSTS == {"fee_checker": "价格核查员"}
    assert "fee_checker" not in roles.OFFICE_ROLES
    assert roles.outcome_side("refund_ordered") is None
