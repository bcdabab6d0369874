"""Packs, statutes, calendars and letter texts: each beside what it says itself, what it follows, and the law that rests on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from repairflow.errors import DefinitionError
from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import check
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.own_law import read_own_law
from repairflow.law.procedure.vocabulary import parse_own
from repairflow.letters.text.template_file import read_template
from repairflow.settings import asset
from tests.support.shipped import around, edited, library, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
CN, SAMR = "CN-2026", "SAMR-2026"
LETTERS = asset("templates") / "letters"
REVIEW = 'text = "对处理结果有异议的，可以{review_limit}向{reviewer}申请复核。"'


def lines(**texts: str) -> list[str]:
    """The errors of files given together, as lines of code and text."""
    return [f"{one.code} {one.text}" for one in together(**texts) if one.severity == "error"]


PACKS: list[tuple[str, str, str, list[Edit]]] = [
    ("pack_list_open", "其他情形", CN, [
        ("plan_ended       = {", 'any = { label = "其他情形", text = "其他", basis = ["sc22"] }\nplan_ended = {'),
    ]),
    ("label_twice", "已经不在名单上", CN, [('stay_not_over = { label = "最短列入期限未满"', 'stay_not_over = { label = "已经不在名单上"')]),
    ("text_empty", "rectification_issue", CN, [('text = "逾期不整改或者整改不到位的，将依照规定进行失信约谈。"', 'text = ""')]),
    ("pack_remedy", "最终决定", CN, [
        (REVIEW, 'text = "复核决定为最终决定，对处理结果不服的，复核为限。"'),
    ]),
    ("pack_remedy", "6 日", CN, [("limit = { calendar = 60 }", "limit = { calendar = 6 }")]),
    ("pack_remedy", "untold", CN, [
        ("after_review = { calendar = 15 }\nuntold = { years = 1 }", "after_review = { calendar = 15 }\nuntold = { months = 1 }"),
    ]),
    ("form", "花括号", CN, [("{organs}", "{organs")]),
    ("overlay_scope", "genral", CN, [('domain = "general"', 'domain = "genral"')]),
    ("overlay_scope", "market_regulation", SAMR, [('domain = "market_regulation"', 'domain = "market_regulations"')]),
    ("pack_name", "maritime_red", CN, [
        ('label = "海事守信红名单"\n', 'label = "海事守信红名单"\nmeasures = ["bidding"]\n'),
    ]),
    ("pack_list_empty", "不得移出", CN, [('removal = ["出现失信行为的，移出"]', 'removal = ["列入后不得移出"]')]),
    ("pack_periods", "watch", CN, [
        ('label = "重点关注名单"\npublic = false\nmaximum = { months = 6 }',
         'label = "重点关注名单"\npublic = false\nmaximum = { years = 6 }'),
    ]),
    ("pack_periods", "by_amount", CN, [
        ('label = "没收违法所得", severity = "ordinary"',
         'label = "没收违法所得", severity = "ordinary", minor_below_wan = 1'),
    ]),
    ("pack_periods", "没有数额属于一般", CN, [("by_amount = true,", "by_amount = true, minor_below_wan = 5, serious_from_wan = 5,")]),
    ("pack_periods", "高于任何罚款", CN, [("by_amount = true,", "by_amount = true, serious_from_wan = 20000000,")]),
    ("pack_name", "fines", CN, [('kinds = ["warning", "fine"]', 'kinds = ["warning", "fines"]')]),
    ("pack_periods", "person_wan", CN, [("person_wan = 0.02", "person_wan = 0.5")]),
    ("pack_name", "no_fee", CN, [("apply_on_next_day = true", "apply_on_next_day = true\nno_fee = true")]),
    ("pack_name", "apply_on_next_day", CN, [("apply_on_next_day = true", 'apply_on_next_day = "是"')]),
    ("verified_without_source", "objection_decision", CN, [
        ('objection_decision      = { days = { working = 1 }, basis = ["sc22"], verified = false }',
         'objection_decision      = { days = { working = 1 }, basis = ["sc22"], verified = true }'),
    ]),
    ("pack_periods", "SAMR-2026", SAMR, []),
    ("pack_limit", "repair_handling", SAMR, []),
    ("list_unknown", "plea_answers", CN, [
        ('adopted     = { label = "予以采纳" }\npartly      = { label = "部分采纳" }\nnot_adopted = { label = "不予采纳" }\n', ""),
        ("[lists.plea_answers]\n", ""),
    ]),
    ("pack_outlives", SAMR, CN, [("effective = 2026-04-01\nrepair_at", "effective = 2026-04-01\nuntil = 2027-01-01\nrepair_at")]),
]  # fmt: skip
OWN = {
    "pack_periods": '\n[period.ordinary]\nmaximum = { years = 5 }\nbasis = ["samr"]\n',
    "pack_limit": '\n[limit]\nrepair_handling = { days = { working = 30 }, basis = ["samr"], verified = false }\n',
}


@pytest.mark.parametrize(("code", "named", "name", "edits"), PACKS, ids=[f"{p[0]}-{p[1]}" for p in PACKS])
def test_a_fault_of_a_pack_is_found_and_named(code: str, named: str, name: str, edits: list[Edit]) -> None:
    text = edited(source(name, "packs"), *edits)
    found = lines(pack=text if edits else text + OWN[code])
    wanted = "ordinary" if named == SAMR and code == "pack_periods" else named
    assert any(line.startswith(f"{code} ") and wanted in line for line in found), found


NEXT = (
    ('pack = "CN-2026"', 'pack = "CN-2027"'),
    ("（2026-04-01 起）", "（2027-01-01 起）"),
    ("effective = 2026-04-01\nrepair_at", "effective = 2027-01-01\nrepair_at"),
)
WORSE = [
    ("pack_list_less", "数额有误", ('wrong_amount    = { label = "数额有误" }\n', "")),
    ("pack_turned", "最长期限", (
        'maximum = { years = 1 }\nbasis = ["order36"]\n[period.serious]',
        'maximum = { years = 2 }\nbasis = ["order36"]\n[period.serious]',
    )),
    ("pack_less", "复核", (f'[remedy.review]\nlabel = "复核"\n{REVIEW}\n', "")),
    ("list_unknown", "plea_answers", ("[lists.plea_answers]", "[lists.plea_answer]")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "edit"), WORSE, ids=[w[1] for w in WORSE])
def test_a_pack_is_held_against_the_one_it_follows(code: str, named: str, edit: Edit) -> None:
    found = lines(pack=edited(source(CN, "packs"), *NEXT, edit))
    assert any(line.startswith(f"{code} ") and named in line for line in found), found


def test_a_newer_pack_runs_from_its_day_on_as_the_check_says(tmp_path: Path) -> None:
    text = edited(source(CN, "packs"), *NEXT)
    found = together(pack=text)
    assert [one for one in found if one.severity == "error"] == []
    assert {one.code for one in found} == {"versions_open", "pack_outlives"}
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "CN-2027.toml").write_text(text, encoding="utf-8")
    law = Library.read(Path(asset("workflows")), own=read_own_law(tmp_path))
    chosen = {day: law.pack_on(day, field).pack for day, field in [
        (date(2026, 12, 31), "general"), (date(2027, 1, 1), "general"), (date(2026, 12, 30), "market_regulation"),
        (date(2027, 1, 2), "market_regulation"),
    ]}  # fmt: skip
    assert list(chosen.values()) == ["CN-2026", "CN-2027", "SAMR-2026", "CN-2027"]


STATUTES = [
    ("basis_unknown", "fuyi.a20_1", "fuyi", ("[article.a20_1]", "[article.a20_9]")),
    ("version_twice", "行政诉讼法", "fuyi", ('statute = "fuyi"', 'statute = "susong"')),
    ("label_twice", "第四十三条", "henan", ('article = "第四十一条第二款"', 'article = "第四十三条"')),
    (
        "basis_says_twice",
        "一字不差",
        "shenzhen",
        (
            'says = "信用机构自受理之日起一个工作日内核查并告知核查结果"',
            'says = "受理异议后立即标注，按处理结果更新标注"',
        ),
    ),
    ("basis_recheck", "再次核对", "henan", ("recheck_by = 2027-11-28", "recheck_by = 2026-01-01")),
    ("form", "sha256", "henan", ('digest = "sha256:2582dae8868f6cc4', 'digest = "sha256:zz')),
]


@pytest.mark.parametrize(("code", "named", "name", "edit"), STATUTES, ids=[s[1] for s in STATUTES])
def test_a_fault_of_a_statute_is_found_and_named(code: str, named: str, name: str, edit: Edit) -> None:
    found = lines(statute=edited(source(name, "statutes"), edit))
    assert any(line.startswith(f"{code} ") and named in line for line in found), found


def test_a_published_year_has_every_statutory_holiday_and_no_year_is_left_out() -> None:
    text = source("2026", "calendars")
    less = lines(year=text[: text.index('[[holiday]]\nname = "国庆节"')])
    assert [line for line in less if line.startswith("calendar_less ") and "国庆节" in line], less
    gap = lines(year='year = 2028\npublished = false\nsource = "草案"\n')
    assert [line for line in gap if line.startswith("versions_gap ") and "2027" in line], gap
    assert lines(year='year = 2027\npublished = false\nsource = "草案"\n') == []


def test_an_overlay_in_use_has_to_fit_the_base_that_is_given() -> None:
    base = edited(source("repair"), ('[clock.acceptance]\nlabel = "受理期限"\nruns_in = ["submitted"]\npauses_in = ["supplement"]\n'
                                     "days = { working = 3 }", '[clock.acceptance]\nlabel = "受理期限"\nruns_in = ["submitted"]\n'
                                     'pauses_in = ["supplement"]\ndays = { working = 1 }'))  # fmt: skip
    found = lines(repair=base)
    assert any(line.startswith("overlay_base ") and "市场监管领域信用修复" in line for line in found), found


@pytest.mark.parametrize(("label", "side"), [(" ", "for"), ("不予退费", "for"), ("准予退费", "against")])
def test_an_outcome_of_ones_own_is_called_what_it_is(label: str, side: str) -> None:
    with pytest.raises(DefinitionError):
        parse_own(
            f'vocabulary = "own"\n[outcome]\nrefund = {{ label = "{label}", side = "{side}" }}\n', "vocabulary.toml"
        )
    parse_own('vocabulary = "own"\n[outcome]\nspared = { label = "不予处罚", side = "for" }\n', "vocabulary.toml")


def a_text(kind: str, *edits: Edit) -> str:
    """A shipped letter text with passages replaced."""
    return edited(max((LETTERS / kind).glob("*.txt.j2")).read_text(encoding="utf-8"), *edits)


OTHERWISE = "{% else %}\n"
REASON = OTHERWISE + "{{ reason|sentence }}"
HEAD = '+++\ntitle = "收费不退告知书"\nsays = "against"\nrequired = ["we", "you"]\n+++\n{{ you }}的申请，{{ we }}不予退费。'
TEXTS = [
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason.__class__ }}")), "__class__"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason|sentences }}")), "sentences"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason + 1 }}")), "不能成文"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason }}{{ 1 / 0 }}")), "算式"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason }}{{ 9 ** 9 ** 9 }}")), "算式"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason }}{{ range(9999999)|list }}")), "range"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ reason }}{{ remedy_paragraphs[99] + we }}")), "截取"),
    ("repair_denied", a_text("repair_denied", (REASON, OTHERWISE + "{{ '%c'|format(-1) }}{{ reason }}")), "|format"),
    ("repair_denied", a_text("repair_denied", ("决定不予信用修复", "决定准予信用修复")), "决定准予"),
    ("repair_denied", a_text("repair_denied", ("不予信用修复决定书", "准予信用修复决定书")), "意思相反"),
    ("repair_granted", a_text("repair_granted", ('title = "信用修复决定书"', 'title = "不予信用修复决定书"')), "意思相反"),
    ("repair_denied", '+++\ntitle = "不予信用修复决定书"\nrequired = ["we"]\n+++\n{{ we }}', "救济途径"),
    ("repair_denied", '+++\ntitle = ""\nrequired = ["we"]\n+++\n{{ we }}', "没有标题"),
    ("repair_denied", '+++\ntitle = "不予信用修复决定书"\nrequired = []\n+++\n', "没有正文"),
    ("case_accepted",
     '+++\ntitle = "受理通知书"\nrequired = ["we"]\noptional = ["reason"]\n+++\n{% if reason %}{{ we }}{{ reason }}{% endif %}',
     "是空的"),
    ("fee_denied", HEAD, "救济途径"),
    ("fee_denied", HEAD.replace("收费不退告知书", "准予退费决定书"), "有利的事"),
    ("fee_denied", HEAD.replace("收费不退告知书", "不予退款决定书").replace('"against"', '"for"'), "不利的事"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "named"), TEXTS, ids=[f"{t[0]}-{t[2]}" for t in TEXTS])
def test_a_letter_text_is_tried_before_it_is_used(kind: str, text: str, named: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        read_template(text, kind, "2027-01-01")
    assert any(named in one.text for one in wrong.value.problems), wrong.value.problems


def test_a_letter_text_is_held_against_the_procedures_in_use_that_write_it() -> None:
    here = around()
    fields = {**here.fields, "repair_denied": here.fields["repair_denied"] | {"court"}}
    checked = check(
        [],
        Around(
            here.installed,
            here.letters,
            fields,
            here.offices,
            here.domains,
            {"repair_denied": "repair_denied/new.txt.j2:5"},
        ),
    )
    assert [one.where for one in checked.findings] == ["repair_denied/new.txt.j2:5"] * 8, checked.findings
    assert {one.letter for one in checked.findings} == {"repair_denied"}
    assert all("court" in one.text and "信用修复" in one.text for one in checked.findings)


def test_the_shipped_law_goes_on_under_its_own_packs() -> None:
    packs = {pack.pack: source(pack.pack, "packs") for pack in library().packs.values()}
    assert lines(**packs) == []
