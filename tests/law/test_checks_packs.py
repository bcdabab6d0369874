"""Rule packs, overlays and days: what one edit of a shipped file breaks, found alone and beside the others."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from repairflow.law.procedure.library import Library
from tests.support.shipped import WORKFLOWS, edited, library, source, together

DENY = "[lists.repair_deny_grounds]\n"
LITIGATION = (
    'text = "也可以自收到本文书之日起{limit}内依法向{court}提起行政诉讼；先申请行政复议，对复议决定不服的，'
    '可以自收到复议决定书之日起{after_review}内提起行政诉讼。"'
)
# code, what the message names, the shipped pack, passage, what it becomes
PACKS = [
    ("pack_periods", "ordinary", "CN-2026", "minimum = { months = 3 }\nmaximum = { years = 1 }",
     "minimum = { years = 2 }\nmaximum = { years = 1 }"),
    ("pack_periods", "ordinary", "CN-2026", "minimum = { months = 3 }\nmaximum = { years = 1 }",
     "minimum = { months = 3 }\nmaximum = { years = 4 }"),
    ("pack_remedy", "litigation", "CN-2026", LITIGATION, 'text = "{limit}。"'),
    ("pack_remedy", "诉讼", "CN-2026", LITIGATION, 'text = "也可以在{limit}内向有关部门反映情况和意见。"'),
    ("pack_remedy", "不得", "CN-2026", LITIGATION, 'text = "对本决定{limit}内不得提起行政诉讼，请予理解。"'),
    ("basis_unknown", "reconsideration_act", "CN-2026", 'basis = ["fuyi.a20_1", "fuyi.a22_2"]', 'basis = ["reconsideration_act"]'),
    ("text_empty", "sc22", "CN-2026",
     '[basis.sc22]\ncite = "《关于进一步完善信用修复制度的实施方案》（国办发〔2025〕22号）"', '[basis.sc22]\ncite = " "'),
    ("dates", "2026-03-01", "CN-2026", "effective = 2026-04-01\n", "effective = 2026-04-01\nuntil = 2026-03-01\n"),
    ("versions_gap", "CN-2023", "CN-2023", "until = 2026-04-01", "until = 2026-03-01"),
    ("versions_same_day", "CN-2026", "CN-2023", "until = 2026-04-01", "until = 2026-05-01"),
    ("versions_same_day", "CN-2023", "CN-2026", "effective = 2026-04-01", "effective = 2023-05-01"),
    ("pack_name", "CN-2025", "SAMR-2026", 'over = "CN-2026"', 'over = "CN-2025"'),
    ("pack_name", "grave", "SAMR-2026", 'check_result_class = "ordinary"', 'check_result_class = "grave"'),
    ("relabel_turns", "accurate", "CN-2026", '[lists.findings]\naccurate     = { label = "信息准确" }',
     '[lists.findings]\naccurate     = { label = "信息有误" }'),
    ("relabel_turns", "maritime_red", "CN-2026", 'label = "海事守信红名单"\npublic = true\nfavourable = true\n',
     'label = "海事守信红名单"\npublic = true\n'),
    ("figure_without_basis", "罚款", "CN-2026", 'label = "罚款", severity = "ordinary", by_amount = true, basis = ["order36"], verified',
     'label = "罚款", severity = "ordinary", by_amount = true, verified'),
    ("figure_without_basis", "serious", "CN-2026", 'maximum = { years = 3 }\nbasis = ["order36"]\n\n# 当场',
     "maximum = { years = 3 }\nbasis = []\n\n# 当场"),
    ("figure_without_basis", "inspection", "CN-2026", 'label = "提高监督检查频次", force = "recommended", basis = ["province002"]',
     'label = "提高监督检查频次", force = "recommended", basis = []'),
    ("figure_without_basis", "minor_repair_deny_grounds", "CN-2026", 'text = "经核查，行为尚未改正", basis = ["order36"]',
     'text = "经核查，行为尚未改正"'),
    ("figure_without_basis", "performed", "CN-2026", 'label = "行为已纠正、义务已全部履行", basis = ["order36"] }\ncommitment',
     'label = "行为已纠正、义务已全部履行" }\ncommitment'),
    ("figure_without_basis", "litigation", "CN-2026", 'basis = ["susong.a44", "susong.a45", "susong.a46"]\n', ""),
    ("form", "small", "CN-2026", "[period.minor]", "[period.small]"),
    ("form", "yearly 只用于公开的守信名单", "AGRICULTURE-2026",
     'favourable = true\nseverity = "minor"\nwindow = true\nmaximum = { years = 1 }\nclean = { years = 1 }\n',
     'severity = "minor"\nwindow = true\nmaximum = { years = 1 }\n'),
    ("pack_periods", "no_new", "IP-2026",
     'removal = ["列入满{maximum}的，移出"]\n', 'removal = ["列入满{maximum}的，移出"]\nno_new = true\n'),
    ("pack_name", "remainder", "TAX-2026", 'after = ["reminder"]', 'after = ["remainder"]'),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "old", "new"), PACKS, ids=[f"{p[0]}-{p[1]}" for p in PACKS])
def test_a_fault_of_a_pack_is_found_and_named(code: str, named: str, name: str, old: str, new: str) -> None:
    found = together(pack=edited(source(name, "packs"), (old, new)))
    assert any(f.code == code and named in f.text and f.severity == "error" for f in found), found


def test_an_emptied_list_of_grounds_is_found() -> None:
    text = source("CN-2026", "packs")
    begin = text.index(DENY) + len(DENY)
    found = together(pack=text[:begin] + text[text.index("\n\n", begin) :])
    assert any(f.code == "pack_list_empty" and "repair_deny_grounds" in f.text for f in found), found


def test_a_remedy_that_is_gone_is_found() -> None:
    text = source("CN-2026", "packs")
    found = together(pack=text[: text.index("[remedy.litigation]")])
    assert any(f.code == "pack_remedy" and "litigation" in f.text for f in found), found


LISTING, REPAIR = "listing-market_regulation", "repair-market_regulation"
CONSENT = '{ guard = "list_window_done", action = "announce" }, {'
OVERLAYS = [
    ("overlay_scope", "taxes", "interview-tax", 'sector = "tax"', 'sector = "taxes"'),
    ("overlay_scope", "NOWHERE", "rectification-yunxi_transport", 'office = "YX-JTYS"', 'office = "NOWHERE"'),
    ("overlay_scope", "某县", "interview-tax", 'sector = "tax"', 'jurisdiction = "某县"'),
    ("overlay_scope", "990000", "interview-tax", 'sector = "tax"', 'jurisdiction = "990000"'),
    ("guards_exclude", "list_is_favourable", LISTING, CONSENT, '"list_is_favourable", ' + CONSENT),
    ("guard_parameters", "gravest", LISTING, 'kinds = ["serious"]', 'kinds = ["gravest"]'),
    ("guard_never_before", "decide_honour", LISTING, 'action = "state_consent"', 'action = "decide_honour"'),
    ("guard_list", "record_on_list", "objection-zhejiang", "[action.accept]\n",
     '[action.accept]\nguards = ["materials_complete", "record_in_use", "ground_is_objectionable", "nothing_promised", '
     '"record_on_list"]\n'),
    ("longer_than_basis", "extend_source_check", "objection-shanghai", 'without_extension = ["extend_source_check"]', ""),
    ("longer_than_basis", "22", "objection-zhejiang", 'extends = { clock = "whole", working = 15,',
     'extends = { clock = "whole", working = 22,'),
    ("longer_than_basis", "supplement", "objection-henan",
     'label = "异议办结期限"\nruns_in = ["submitted", "supplement", "transferred", "deficient", "self_check", "source_check", '
     '"deciding"]\n',
     'label = "异议办结期限"\nruns_in = ["submitted", "self_check", "source_check", "deciding"]\n'),
    ("overlay_base", "2025-04", REPAIR, 'base_version = "2026-04"', 'base_version = "2025-04"'),
    ("relabel_turns", "approve", "interview-tax", 'label = "批准约谈（谁认定、谁约谈）"', 'label = "不予约谈"'),
    ("relabel_turns", "reject_proposal", "interview-tax", '[action.approve]\nlabel = "批准约谈（谁认定、谁约谈）"',
     '[action.reject_proposal]\nlabel = "批准约谈"'),
    ("relabel_turns", "examiner", "interview-tax", 'examiner = "主管税务机关约谈人员"', 'examiner = "申请人"'),
    ("relabel_turns", "interviewee", "interview-tax", 'interviewee = "被约谈的纳税人"', 'interviewee = "批准人员"'),
    ("overlay_addition", "reminder", "interview-tax", 'label = "电子税务局或者短信提醒的记录"',
     'label = "电子税务局或者短信提醒的记录"\nrequired = true\nrequired_if = "filed_by_agent"'),
    ("overlay_addition", "reminder", "interview-tax", 'label = "电子税务局或者短信提醒的记录"',
     'label = "电子税务局或者短信提醒的记录"\nrequired = true\nsource = "auto"'),
    ("reminder_outside", "handling", REPAIR, "[clock.handling]\ndays = { working = 7 }", "[clock.handling]\ndays = { working = 1 }"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "old", "new"), OVERLAYS, ids=[f"{o[0]}-{o[1]}" for o in OVERLAYS])
def test_a_fault_of_an_overlay_is_found_and_named(code: str, named: str, name: str, old: str, new: str) -> None:
    found = together(overlay=edited(source(name, "overlays"), (old, new)))
    assert any(f.code == code and named in f.text and f.severity == "error" for f in found), found


def newer(*edits: tuple[str, str]) -> str:
    """A newer version of credit repair, in force from 2026-10-01."""
    version = ('version   = "2026-04"', 'version   = "2026-10"'), ("effective = 2026-04-01", "effective = 2026-10-01")
    return edited(source("repair"), *version, *edits)


def test_a_new_version_of_a_place_takes_no_longer_than_its_article_gives() -> None:
    text = edited(
        source("objection-henan", "overlays"), ('version = "2026-04.1"', 'version = "2026-04.9"'),
        ("effective = 2026-04-01", "effective = 2026-04-01"), ("days = { working = 7 }", "days = { working = 9 }"),
    )  # fmt: skip
    found = together(overlay=text)
    assert any(f.code == "longer_than_basis" and "第四十一条第二款" in f.text for f in found), found


def test_a_newer_base_is_no_error_and_warns_of_the_overlay_it_leaves_behind() -> None:
    found = together(repair=newer())
    assert [f for f in found if f.severity == "error"] == []
    assert any(f.code == "overlay_outlives" and "市场监管领域信用修复" in f.text for f in found), found


def test_an_overlay_that_outlives_its_base_is_refused() -> None:
    base = edited(source("repair"), ("effective = 2026-04-01", "effective = 2026-04-01\nuntil     = 2026-10-01"))
    found = together(repair=base, next=newer(), overlay=source(REPAIR, "overlays"))
    assert any(f.severity == "error" and "2026-10-01 停用" in f.text for f in found), found


VERSIONS = [
    ("versions_same_day", "2026-04-01", [("effective = 2026-10-01", "effective = 2026-04-01")]),
    ("prefix_taken", "YY", [('prefix    = "XF"', 'prefix    = "YY"')]),
    ("label_twice", "异议处理", [('label     = "信用修复"\n', 'label     = "异议处理"\n')]),
]


@pytest.mark.parametrize(("code", "named", "edits"), VERSIONS, ids=[v[0] for v in VERSIONS])
def test_versions_and_names_do_not_clash(code: str, named: str, edits: list[tuple[str, str]]) -> None:
    text = edited(newer(), *edits)
    assert any(f.code == code and named in f.text and f.severity == "error" for f in together(repair=text))


def test_a_gap_between_versions_is_found() -> None:
    old = edited(source("repair"), ("effective = 2026-04-01", "effective = 2026-04-01\nuntil     = 2026-09-01"))
    assert any(f.code == "versions_gap" for f in together(old=old, new=newer()))


def test_the_shipped_files_stand_together() -> None:
    folders = ("procedures", "overlays", "packs", "calendars")
    texts = {f"{p.parent.name}_{p.stem}": p.read_text("utf-8") for f in folders for p in (WORKFLOWS / f).glob("*.toml")}
    found = together(**texts)
    assert [f for f in found if f.severity == "error"] == []
    assert len(texts) == len(library().procedures) + len(library().packs) + len(library().calendars.national.years)


def test_a_newer_base_takes_the_place_of_the_overlay_on_its_day(tmp_path: Path) -> None:
    shutil.copytree(WORKFLOWS, tmp_path / "law")
    (tmp_path / "law" / "procedures" / "repair-2026-10.toml").write_text(newer(), "utf-8")
    law = Library.read(tmp_path / "law")
    days = {date(2026, 9, 30): "2026-04.1", date(2026, 10, 1): "2026-10"}
    assert {day: law.in_force("repair", day, "market_regulation").version for day in days} == days
