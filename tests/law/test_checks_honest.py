"""Honest procedures of other fields, overlays, packs and texts: what a lawyer would write, none of it refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from repairflow.letters.text.template_file import read_template
from tests.support.doc_files import files_of
from tests.support.renewal import RENEWAL, RESULT, refused
from tests.support.shipped import OPEN_GROUNDS, edited, part, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
FEES = files_of(Path(__file__).parents[2] / "docs" / "procedures.md")
LETTER = FEES["letters/fee_result/2026-04-01.txt.j2"]
SCHOOL: list[Edit] = [
    ('"licence_renewal"', '"place_appeal"'), ('label = "许可证延续"\n', 'label = "学位安排申诉"\n'), ('"XK"', '"XW"'),
    ("applicant = ", "guardian = "), ('"申请单位"', '"学生家长"'), ('filed_by = ["applicant"]', 'filed_by = ["guardian"]'),
    ('by = ["applicant"]', 'by = ["guardian"]'), ('"经营面积（平方米）"', '"家中子女数（人）"'), ("coldest = {", "distance = {"),
    ('"冷库最低温度（摄氏度）", minimum = -60', '"离校距离（米）", minimum = 0'), ('"许可证编号" }', '"学籍号" }'),
    ('renewed = { label = "准予延续"', 'renewed = { label = "申诉成立，重新安排"'),
    ('not_renewed = { label = "不予延续"', 'not_renewed = { label = "维持原安排"'),
    ('label = "准予延续"\nby', 'label = "申诉成立"\nby'), ('label = "不予延续"\nby', 'label = "维持原安排"\nby'),
]  # fmt: skip
HEARING = """
[clock.statement]
label = "陈述期限"
runs_in = ["hearing"]
starts = "served"
days = { working = 5 }
owner = "applicant"
overdue = "no_statement"
basis = ["own"]
verified = false

[action.hear]
label = "听取意见"
by = ["checker"]
from = ["checking"]
to = "hearing"
guards = [{ guard = "not_yet_done", action = "hear" }]
reason = true
letter = "renewal_hearing"
basis = ["own"]

[action.state]
label = "提交陈述意见"
by = ["applicant"]
from = ["hearing"]
to = "checking"
basis = ["own"]
[action.state.inputs]
view = { kind = "long_text", label = "陈述意见" }

[action.no_statement]
label = "期限届满，没有陈述"
by = ["system"]
from = ["hearing"]
to = "checking"
basis = ["own"]
"""
PAUSE: list[Edit] = [
    ('runs_in = ["checking", "deciding"]\ndays', 'runs_in = ["checking", "deciding"]\npauses_in = ["hearing"]\ndays'),
    ('deciding = { label = "待决定"', 'hearing = { label = "听取意见中", stage = "核查" }\ndeciding = { label = "待决定"'),
]  # fmt: skip
HONEST: list[tuple[str, list[Edit]]] = [
    ("a licence renewal", []),
    ("a school place appeal", SCHOOL),
    ("a hearing that stops the limit", PAUSE),
    ("three posts: prepared by two, decided by a third", [
        ('to = "deciding"\nreason = true\nbasis = ["own"]\n\n[action.return_to_check]',
         'to = "reviewing"\nreason = true\nbasis = ["own"]\n\n[action.propose]\nlabel = "提出审核意见"\nby = ["reviewer"]\n'
         'from = ["reviewing"]\nto = "deciding"\nreason = true\nbasis = ["own"]\n\n[action.return_to_check]'),
        ('deciding = { label = "待决定"', 'reviewing = { label = "待审核", stage = "核查" }\ndeciding = { label = "待决定"'),
        ('runs_in = ["checking", "deciding"]', 'runs_in = ["checking", "reviewing", "deciding"]'),
        ('to = "renewed"\ndistinct_from = ["report_check"]', 'to = "renewed"\ndistinct_from = ["report_check", "propose"]'),
        ('to = "not_renewed"\ndistinct_from = ["report_check"]', 'to = "not_renewed"\ndistinct_from = ["propose"]'),
        ('to = "merged"\ndistinct_from = ["report_check"]', 'to = "merged"\ndistinct_from = ["propose"]'),
        ('"checking", "deciding"]\nto = "withdrawn"', '"checking", "reviewing", "deciding"]\nto = "withdrawn"'),
    ]),
    ("both sides only while the limit runs, and a way out after", [
        ('from = ["deciding"]\nto = "renewed"\n', 'from = ["deciding"]\nto = "renewed"\nguards = [{ guard = "times_done", '
         'action = "report_check", at_least = 1 }]\n'),
    ]),
    ("an extension by a third post", [
        ("[action.withdraw]", '[action.extend]\nlabel = "延长办理期限"\nby = ["supervisor"]\nfrom = ["checking", "deciding"]\n'
         'guards = ["clock_not_yet_extended", "clock_not_yet_over"]\nextends = { clock = "handling", working = 10 }\nreason = true\n'
         'letter = "extension"\nbasis = ["own"]\n\n[action.withdraw]'),
    ]),
    ("a question asked only after another step", [
        ('to = "renewed"\ndistinct_from = ["report_check"]\nreason = true\nletter = "renewal_result"\nbasis = ["own"]\n',
         'to = "renewed"\ndistinct_from = ["report_check"]\nreason = true\nletter = "renewal_result"\nbasis = ["own"]\n'
         '[action.renew.inputs]\nanswer = { kind = "long_text", label = "对退回意见的说明", after = ["return_to_check"] }\n'),
    ]),
    ("names that speak of what is taken back", [
        ('label = "不予受理"\nby', 'label = "不属于受理范围"\nby'), ('label = "撤回申请"', 'label = "撤回更正、受理申请"'),
        ('not_accepted = { label = "不予受理"', 'not_accepted = { label = "超出受理范围"'),
    ]),
    ("filed at the window as well", [('filed_by = ["applicant"]', 'filed_by = ["applicant", "registrar"]')]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "edits"), HONEST, ids=[h[0] for h in HONEST])
def test_an_honest_procedure_is_taken(what: str, edits: list[Edit]) -> None:
    text = edited(RENEWAL, *edits)
    if edits is PAUSE:
        text += HEARING
    assert refused(text) == []


OWN_LIST = """
[lists.repair_deny_grounds]
unpaid = { label = "旅游服务质量赔偿没有付清", text = "你单位尚未付清旅游服务质量赔偿", basis = ["samr"], denies = ["performed"] }
"""


def test_an_honest_pack_brings_a_field_along_with_its_overlay() -> None:
    pack = edited(
        source("SAMR-2026", "packs"), ('pack = "SAMR-2026"', 'pack = "TOUR-2026"'),
        ('domain = "market_regulation"', 'domain = "tourism"\nfield = "旅游"'),
        *OPEN_GROUNDS,
    )  # fmt: skip
    overlay = edited(
        source("interview-tax", "overlays"),
        ('sector = "tax"', 'sector = "tourism"'),
        ('version = "2026-04.1"', 'version = "2026-04.9"'),
    )
    assert [one for one in together(pack=pack, overlay=overlay) if one.severity == "error"] == []


def test_an_honest_newer_version_with_its_end_written_is_taken() -> None:
    old = edited(source("accountability"), ("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2027-01-01"))
    new = edited(
        source("accountability"), ('version   = "2026-04"', 'version   = "2027-01"'), ("effective = 2026-04-01", "effective = 2027-01-01"),
        part("accountability", "action.report_finding", 'label = "提交调查结论"', 'label = "提出调查结论"'),
    )  # fmt: skip
    assert [one for one in together(old=old, new=new) if one.severity == "error"] == []


def test_the_worked_example_is_taken() -> None:
    read_template(LETTER, "fee_result", "2026-04-01")


@pytest.mark.parametrize("title", ["名单移出决定书", "信息更正处理结果告知书", "受理情况和处理结果告知书"])
def test_an_honest_title_that_names_the_matter_is_taken(title: str) -> None:
    read_template(edited(RESULT, ("许可证延续决定书", title)), "renewal_result", "2026-11-01")


def test_a_fee_that_the_subject_owed_is_none_that_is_asked() -> None:
    text = edited(source("SAMR-2026", "packs"), ('label = "发布虚假违法广告"', 'label = "未依法缴纳社会保险费"'))
    assert "fee_asked" not in {one.code for one in together(pack=text)}
    asked = edited(source("SAMR-2026", "packs"), ('label = "发布虚假违法广告"', 'label = "向本机关缴纳社会保险费"'))
    assert "fee_asked" in {one.code for one in together(pack=asked)}
