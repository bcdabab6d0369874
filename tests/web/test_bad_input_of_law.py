"""Law that nobody could keep to is refused with file, line and a Chinese reason: by the check of a file, when a node reads its own
folder, and on the legal reviewer's page of drafts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from repairflow.app.law import faults_of, read_law
from repairflow.casework.admin.offices import DOMAINS
from repairflow.errors import DefinitionError
from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.letters.text.templates import kinds, needed_fields, printed_fields
from repairflow.settings import Settings
from tests.support.building import Town, law
from tests.support.shipped import edited, source
from tests.web.portal_visit import Visitor
from tests.web.test_law_pages import ONE
from tests.web.test_law_pages import check as on_the_page

pytestmark = pytest.mark.either_database
BASE = edited(
    source("SAMR-2026", "packs"), ('pack = "SAMR-2026"', 'pack = "YUNXI-2026"'), ('jurisdiction = "CN"', 'jurisdiction = "320830"'),
)  # fmt: skip
REMEDY = 'text = "对本决定有异议的，可以通过国家企业信用信息公示系统或者直接向本机关提出异议。"'
SAMR = 'cite = "《市场监督管理信用修复管理办法》"\nverified = false\n'
READ = (
    'cite = "《市场监督管理信用修复管理办法》"\narticle = "第五条"\nsays = "规定了信用修复的条件"\n'
    'source = "市场监督管理信用修复管理办法全文"\nread_by = "云溪县市场监督管理局法制科"\nread_on = 2999-01-01\nverified = true\n'
)
FINE = (
    '\n[penalty.fine]\nlabel = "罚款"\nseverity = "ordinary"\nby_amount = true\nminor_below_wan = -1\nserious_from_wan = 50\n'
    'basis = ["samr"]\nverified = false\n'
)
BAD = {
    "a minimum over its maximum": (
        ("maximum = { years = 3 }", "minimum = { years = 5 }\nmaximum = { years = 3 }"), "最短期限长于最长期限",
        "[list_kind.abnormal_business]",
    ),
    "an empty remedy": ((REMEDY, 'text = ""'), "不是完整的句子", "[remedy.objection_to_result]"),
    "a threshold below zero": (("[behaviour]", FINE + "[behaviour]"), "minor_below_wan 不能小于 0", "minor_below_wan = -1"),
    "a day of reading to come": ((SAMR, READ), "晚于今天", "read_on = 2999-01-01"),
    "a figure without article": (
        ('basis = ["market_regulation002"], verified = false }\n[behaviour]',
         "term = { years = 3 }, basis = [], verified = false }\n[behaviour]"),
        "没有写依据的条文", "advertising = ",
    ),
    "a place that is none": (('jurisdiction = "320830"', 'jurisdiction = "999999"'), "既不是 CN 也不是行政区划代码", "jurisdiction ="),
    "a place in words": (('jurisdiction = "320830"', 'jurisdiction = "云溪"'), "既不是 CN 也不是行政区划代码", "jurisdiction ="),
}  # fmt: skip


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def loaded(settings: Settings, tmp_path: Path, text: str, sort: str = "packs") -> str:
    """What a node says that reads this file in its own folder; empty where it starts."""
    folder = tmp_path / "law" / sort
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(text, "utf-8")
    try:
        read_law(replace(settings, law=str(tmp_path / "law")))
    except DefinitionError as wrong:
        return str(wrong)
    return ""


def test_a_sound_file_is_read(settings: Settings, tmp_path: Path) -> None:
    assert loaded(settings, tmp_path, BASE) == ""


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_by_the_check_and_by_a_node_that_reads_it(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    change, says, at = BAD[name]
    text = edited(BASE, change)
    around = Around(law(), kinds(), needed_fields(), (), DOMAINS, prints=printed_fields())
    told = [one for one in check([Source("own.toml", text)], around).findings if says in one.text]
    assert [(one.severity, one.where) for one in told][:1] == [("error", f"own.toml:{line_of(text, at)}")]
    said = loaded(settings, tmp_path, text)
    assert f"packs/own.toml:{line_of(text, at)}: " in said
    assert says in said


# a procedure of the installation's own: what it names must be there before somebody handles a case by it
OWN = edited(
    source("review"), ('version   = "2026-04"', 'version   = "2027-01"'), ("effective = 2026-04-01", "effective = 2027-01-01"),
)  # fmt: skip
ORDER36 = '[basis.order36]\ncite = "《信用修复管理办法》（国家发展和改革委员会令第36号）"\nverified = false\n'
CLOCK = 'owner = "reviewer"\nremind = [5, 2, 1]\noverdue = "escalate"\nbasis = ["default"]'
ORDER36 = '[basis.order36]\ncite = "《信用修复管理办法》（国家发展和改革委员会令第36号）"\nverified = false\n'
GUARDED = (
    'guards = ["other_office_than_first", "other_person_than_first"]\nletter = "case_accepted"',
    'guards = ["other_office_than_first", "no_such"]\nletter = "case_accepted"',
)
OF_A_PROCEDURE = {
    "a state that is none": (('to = "maintained"', 'to = "nowhere"'), "环节“nowhere”没有定义", 'to = "nowhere"'),
    "a condition that is none": (GUARDED, "“no_such”程序里没有", '"no_such"]'),
    "an article that is none": ((CLOCK, CLOCK.replace("default", "nobody")), "依据“nobody”没有定义", 'basis = ["nobody"]'),
    "a limit without article": ((CLOCK, CLOCK.replace('"default"', "")), "basis 不能为空", "basis = []"),
    "a letter that is none": (('letter = "case_accepted"', 'letter = "no_such"'), "文书“no_such”没有模板", 'letter = "no_such"'),
    "a day of reading to come": ((ORDER36, f"[basis.order36]\n{READ}"), "晚于今天", "read_on = 2999-01-01"),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_A_PROCEDURE)
def test_a_node_refuses_a_procedure_of_its_own_by_which_no_case_could_be_handled(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    change, says, at = OF_A_PROCEDURE[name]
    text = edited(OWN, change)
    said = loaded(settings, tmp_path, text, "procedures")
    assert f"procedures/own.toml:{line_of(text, at)}: " in said
    assert says in said


def test_a_node_starts_with_what_is_only_odd_and_says_so(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = edited(OWN, ('label     = "复核"', 'label     = "Review"'))
    assert loaded(settings, tmp_path, odd, "procedures") == ""
    found = faults_of(read_law(replace(settings, law=str(tmp_path / "law"))))
    assert [(one.where, "不是中文" in one.text) for one in found.told] == [("procedures/own.toml:4", True)]
    assert "procedures/own.toml:4" in "".join(capsys.readouterr())


def test_bad_input_is_refused_on_the_page_of_drafts(town: Town, app: Flask) -> None:
    who = Visitor(app, town, ONE)
    for name, (change, says, at) in BAD.items():
        text = edited(BASE, change)
        page = on_the_page(who, text, 422)
        assert says in page, name
        assert f":{line_of(text, at)}" in page or f"第 {line_of(text, at)} 行" in page, name
