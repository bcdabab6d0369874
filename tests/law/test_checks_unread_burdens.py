"""What packs, overlays, versions and letter texts lay on somebody by an article nobody read: each told, with its line; and honest ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from repairflow.errors import DefinitionError
from repairflow.law.checks.report import Diagnostic
from repairflow.letters.text import template_sense
from repairflow.letters.text.template_file import read_template
from repairflow.letters.text.template_lines import TextFile
from tests.house.sources import ROOT
from tests.support.procedures import GOOD
from tests.support.shipped import edited, part, source, together

pytestmark = pytest.mark.either_database

PLACE = """\
pack = "HN-2027"
label = "河南规则包"
jurisdiction = "410000"
domain = "general"
over = "CN-2026"
effective = 2027-01-01
{head}
[basis.own]
cite = "本单位裁量规则"
verified = false
"""
GROUND = '{{ label = "关联企业欠费", text = "关联企业欠缴费用", basis = ["{basis}"]{more} }}'


def ground(table: str, basis: str = "own", more: str = "") -> str:
    return f"[lists.{table}]\nfamily = " + GROUND.format(basis=basis, more=more) + "\n"


# code, what the message names, the line it stands on, what stands above the bases, what stands below them
PLACES: list[tuple[str, str, str, str, str]] = [
    ("burden_unread", "关联企业欠费", "family", "", ground("repair_deny_grounds", more=', denies = ["performed"]')),
    ("burden_unread", "关联企业欠费", "family", "", ground("repair_refuse_grounds")),
    ("burden_unread", "关联企业欠费", "family", "", ground("repair_conditions")),
    ("burden_unread", "关联企业欠费", "family", "", ground("repair_refuse_grounds", more=", verified = true")),
    ("burden_unread", "asks_training", "asks_training", "", '[switch]\nasks_training = "minor"\n'),
    ("burden_unread", "not_repairable", "not_repairable", "", '[switch]\nnot_repairable = "warning"\n'),
    ("burden_unread", "apply_on_next_day", "apply_on_next_day", "", "[switch]\napply_on_next_day = false\n"),
    ("burden_unread", "加倍", "commitment_text", 'commitment_text = "如再失信，加倍惩戒。"\ncommitment_version = "1"', ""),
    ("burden_unread", "五万元", "commitment_text", 'commitment_text = "违反的付五万元。"\ncommitment_version = "1"', ""),
    ("burden_unread", "十年", "commitment_text", 'commitment_text = "十年内不参加投标。"\ncommitment_version = "1"', ""),
    ("burden_unread", "列入", "late", "",
     '[lists.consequences]\nlate = { label = "后果", text = "逾期不补正的，列入重点关注名单。", basis = ["own"] }\n'),
    ("verified_without_source", "travel", "[measure.travel]", "",
     '[measure.travel]\nlabel = "限制乘坐飞机"\nforce = "mandatory"\nbasis = ["own"]\nverified = true\n'),
    ("pack_remedy", "应当先", "[remedy.review]", "",
     '[remedy.review]\nlabel = "复核"\ntext = "可以{review_limit}向{reviewer}申请复核，此前应当先缴清费用。"\nbasis = ["own"]\n'),
    ("pack_name", "whatever", "[term.whatever]", "",
     '[term.whatever]\nlabel = "某期间"\ndays = { working = 5 }\nbasis = ["own"]\n'),
    ("pack_name", "objecton", "[commitments.objecton]", "", '[commitments.objecton]\ntext = "依法办事。"\nversion = "1"\n'),
    ("pack_name", "repair_deny_ground", "[lists.repair_deny_ground]", "",
     '[lists.repair_deny_ground]\na = { label = "某项", basis = ["own"] }\n'),
    ("form", "是不是“maximum”", "maximun", "",
     '[list_kind.water]\nlabel = "名单"\npublic = false\nmaximun = { years = 1 }\nremoval = ["缴清"]\nbasis = ["own"]\nverified = false\n'),
    ("form", "digest 由系统得出", "digest", 'digest = "sha256:00"', ""),
]  # fmt: skip


def at_line(findings: list[Diagnostic], code: str, named: str, text: str, begins: str) -> bool:
    """Whether this is told at the line of the file that begins so."""
    lines = text.splitlines()
    return any(
        one.code == code and named in one.text and one.severity == "error"
        and lines[int(one.where.rpartition(":")[2]) - 1].startswith(begins)
        for one in findings
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "named", "begins", "head", "below"), PLACES, ids=[f"{p[0]}-{p[1]}-{n}" for n, p in enumerate(PLACES)]
)
def test_a_burden_of_a_place_that_nobody_read_is_told(
    code: str, named: str, begins: str, head: str, below: str
) -> None:
    text = PLACE.format(head=head) + below
    found = together(pack=text)
    assert at_line(found, code, named, text, begins), found


@pytest.mark.parametrize("below", [
    "", ground("repair_refuse_grounds", basis="fuyi.a20_1"), ground("repair_refuse_grounds", more=", verified = false"),
    '[measure.travel]\nlabel = "限制乘坐飞机"\nforce = "mandatory"\nbasis = ["own"]\nverified = false\n',
])  # fmt: skip
def test_what_was_read_or_is_marked_as_open_is_taken(below: str) -> None:
    assert [one for one in together(pack=PLACE.format(head="") + below) if one.severity == "error"] == []


OVERLAY = """\
overlay = "own"
label = "本省细化"
base = "repair"
base_version = "2026-04"
version = "2026-04.9"
jurisdiction = "320000"
effective = 2026-05-01
[basis.own]
cite = "本单位裁量规则"
verified = false
"""


@pytest.mark.parametrize(("named", "below"), [
    ("paid_up", '[material.paid_up]\nlabel = "缴清费用的证明"\nrequired = true\n'),
])  # fmt: skip
def test_a_burden_of_an_overlay_that_nobody_read_is_told(named: str, below: str) -> None:
    found = together(overlay=OVERLAY + below)
    assert [one for one in found if one.code == "burden_unread" and named in one.text], found
    read = OVERLAY.replace("effective", 'filing_basis = ["fuyi.a20_1"]\neffective') + below
    assert [one for one in together(overlay=read) if one.code == "burden_unread"] == []


def test_a_version_does_not_rest_on_less_than_the_one_before() -> None:
    later = edited(
        GOOD, ('version = "2026-04"', 'version = "2027-04"'), ("\neffective = 2026-04-01", "\neffective = 2027-04-01")
    )
    own = later.replace("[basis.law]", '[basis.own]\ncite = "本单位裁量规则"\nverified = false\n\n[basis.law]', 1)
    before, mark, step = own.partition("[action.")
    found = together(old=GOOD, new=before + mark + step.replace('basis = ["law"]', 'basis = ["own"]', 1))
    assert [one.where for one in found if one.code == "basis_less" and one.severity == "error"] != []
    assert [one for one in together(old=GOOD, new=own) if one.code == "basis_less"] == []


def test_an_entry_of_a_pack_does_not_rest_on_less_than_the_one_before() -> None:
    text = edited(
        source("CN-2026", "packs"), ('pack = "CN-2026"', 'pack = "CN-2027"'),
        ("\neffective = 2026-04-01", "\neffective = 2027-01-01"),
        part("CN-2026", "term.announcement", 'basis = ["minsu.a95"]', 'basis = ["order36"]', "packs"),
    )  # fmt: skip
    assert [one for one in together(pack=text) if one.code == "basis_less" and "announcement" in one.text]


FORMS: list[tuple[str, str, str]] = [
    ("rights_waived", 'label = "待决定"', 'label = "同意不听取意见"'),
    ("rights_waived", 'label = "待决定"', 'label = "申请人同意不再听取陈述"'),
    ("rights_waived", 'label = "待决定"', 'label = "默认同意公开"'),
    ("rights_waived", 'label = "待决定"', 'label = "未答复的视为没有异议"'),
    ("fee_asked", 'summary   = "', 'summary   = "每件收费200元。'),
    ("fee_asked", 'summary   = "', 'summary   = "加急费另计。'),
    ("fee_asked", 'summary   = "', 'summary   = "收费标准见公告。'),
]


@pytest.mark.parametrize(("code", "old", "new"), FORMS)
def test_a_form_asks_no_fee_and_no_waiver(code: str, old: str, new: str) -> None:
    text = edited(source("repair"), (old, new))
    assert [one for one in together(p=text) if one.code == code and one.severity == "error"]


def test_what_is_done_about_records_is_free_in_a_procedure_of_ones_own_too() -> None:
    text = edited(
        source("repair"), ('procedure = "repair"', 'procedure = "own_repair"'), ('summary   = "', 'summary   = "每件收费200元。'),
        ('initial   = "submitted"', 'initial   = "submitted"\nkinds = { fast = "加急（每件200元）" }'),
    )  # fmt: skip
    told = [one.text for one in together(p=text) if one.code == "fee_asked" and one.severity == "error"]
    assert len(told) == 2, told


# Letter texts


def letter() -> str:
    """The worked example's letter, as docs/procedures.md has it."""
    page = (Path(ROOT) / "docs" / "procedures.md").read_text(encoding="utf-8")
    start = page.index("+++\ntitle")
    return page[start : page.index("```", start)]


def senses(text: str, version: str = "2026-04-01") -> list[template_sense.Fault]:
    return list(template_sense.check(read_template(text, "fee_result", version), TextFile("fee_result/x", text)))


@pytest.mark.parametrize(("code", "named", "added"), [
    ("burden_unread", "数额", "请缴纳保证金5万元。"), ("burden_unread", "禁令", "您不得再次提出投诉。"),
    ("burden_unread", "不利后果", "逾期不到的，列入重点关注名单。"), ("burden_unread", "许诺", "您可以获得奖励。"),
    ("burden_unread", "许诺", "您有权要求双倍返还。"), ("letter_identity", "138", "联系人电话13800138000。"),
    ("letter_identity", "110", "身份证号11010119900307771X。"),
])  # fmt: skip
def test_a_letter_text_lays_nothing_down_by_itself(code: str, named: str, added: str) -> None:
    text = edited(letter(), ("处理结果为", f"{added}处理结果为"))
    line = 1 + text[: text.index(added)].count("\n")
    assert [one for one in senses(text) if one[0] == code and named in one[2] and one[1].endswith(f":{line}")], senses(
        text
    )


def test_the_letter_of_the_worked_example_is_taken_and_shipped_texts_are() -> None:
    assert senses(letter()) == []
    assert all(template_sense.shipped())


def test_a_decision_prints_its_outcome_and_is_not_written_for_a_far_day() -> None:
    text = edited(letter(), ('"outcome_label", ', ""), ("{{ outcome_label }}", "责令退还"))
    assert [one for one in senses(text) if "outcome_label" in one[2]]
    assert [one for one in senses(letter(), "2099-01-01") if "2099-01-01" in one[2]]
    head = letter().replace("+++\n", '+++\nkind = "repair_granted"\n', 1)
    with pytest.raises(DefinitionError) as refused:
        read_template(head, "fee_result", "2026-04-01")
    assert "kind 由系统得出" in str(refused.value.problems)
