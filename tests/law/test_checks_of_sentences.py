"""One fault a line, of any sort of file: sentences that ask for money or give rights away, limits that are none, words turned."""

from __future__ import annotations

from pathlib import Path

import pytest

from repairflow.cli import vectors
from repairflow.errors import DefinitionError
from repairflow.law.checks.report import Diagnostic
from repairflow.letters.text.template_file import read_template
from tests.support.renewal import RENEWAL, RESULT, refused
from tests.support.shipped import edited, library, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
SUBMITTED = 'submitted = { label = "待受理"'
DECIDING = 'deciding = { label = "待决定"'

# code found, what the message names, the passages of the honest licence renewal that are changed
FAULTS: list[tuple[str, str, list[Edit]]] = [
    ("outcome_disguises", "不再", [('merged = { label = "与在先申请合并办理"', 'merged = { label = "不再延续"')]),
    ("no_clock_deciding", "renew", [
        ('runs_in = ["checking", "deciding"]', 'runs_in = ["checking"]'), (DECIDING, f'{DECIDING}, no_clock = "等待批准"'),
    ]),
    ("label_unreadable", "no_clock", [(SUBMITTED, f'{SUBMITTED}, todo = "come", no_clock = "none"')]),
    ("office_limit_long", "400", [("days = { working = 20 }", "days = { working = 400 }")]),
    ("label_turned", "checking", [('label = "退回补充核查"', 'label = "准予延续申请"')]),
    ("material_unasked", "许可证正本复印件", [('guards = ["materials_complete"]\n', "")]),
    ("material_contradicts", "auto", [('复印件"\nrequired = true', '复印件"\nrequired = true\nsource = "auto"')]),
    ("quiet_end", "主体办理", [('label = "移送主管单位"\nby = ["registrar"]', 'label = "移送主管单位"\nby = ["applicant"]')]),
    ("quiet_end", "没有人作出决定", [
        ('label = "不予受理"\nby = ["registrar"]', 'label = "不予受理"\non = ["opened"]\nby = ["system"]'),
    ]),
    ("quiet_end", "drop", [
        ("[action.withdraw]", '[action.drop]\nlabel = "并案"\nby = ["registrar"]\nfrom = ["submitted"]\nto = "merged"\nreason = true\n'
         'letter = "renewal_ended"\nbasis = ["own"]\n\n[action.withdraw]'),
    ]),
    ("bounds_crossed", "只有一个数", [("minimum = 0, maximum = 100000", "minimum = 5, maximum = 5")]),
    ("confidential_subject", "confidential", [("filing_letter", "confidential = true\nfiling_letter")]),
    ("listed_twice", "registrar", [('label = "受理"\nby = ["registrar"]', 'label = "受理"\nby = ["registrar", "registrar"]')]),
    ("effect_about", "cease_publicity", [
        ('true\nletter = "renewal_result"\nbasis', 'true\nletter = "renewal_result"\neffects = ["cease_publicity"]\nbasis'),
    ]),
    ("basis_unread", "own", [
        ('规则"\nverified = false', '规则"\narticle = "第一条"\nsays = "x"\nsource = "x"\nread_by = "x"\n'
         "read_on = 2026-01-05\nverified = true"),
    ]),
    ("label_unreadable", "……", [("本单位许可证延续办理规则", "……")]),
    ("text_markup", "{{", [("许可证到期前可以申请延续", "许可证到期前{{ name }}可以申请延续")]),
    ("rights_waived", "放弃", [("许可证到期前可以申请延续", "申请延续即视为放弃行政复议的权利")]),
    ("label_unreadable", "👍", [('label = "现场核查", ', 'label = "现场核查👍", ')]),
    ("name_reserved", "a.b", [
        ('to = "deciding"\nreason = true\n', 'to = "deciding"\nreason = true\ninputs = { "a.b" = { kind = "text", label = "内容" } }\n'),
    ]),
    ("bounds_crossed", "maximum = -1", [("minimum = 0, maximum = 100000", "maximum = -1")]),
    ("four_eyes_aside", "merge", [('to = "merged"\ndistinct_from = ["report_check"]', 'to = "merged"\ndistinct_from = ["accept"]')]),
    ("outcome_disguises", "expired", [('outcome = "upheld"', 'outcome = "expired"')]),
    ("closed_by_time", "not_yet_done", [
        ('to = "renewed"\n', 'to = "renewed"\nguards = [{ guard = "not_yet_done", action = "return_to_check" }]\n'),
    ]),
    ("label_turned", "撤回", [('label = "撤回申请"', 'label = "受理申请"')]),
    ("letter_sealed", "licence", [('label = "许可证编号" }', 'label = "许可证编号", vaulted = true }')]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "edits"), FAULTS, ids=[f"{f[0]}-{f[1]}" for f in FAULTS])
def test_a_fault_of_a_procedure_of_ones_own_is_found(code: str, named: str, edits: list[Edit]) -> None:
    told = refused(edited(RENEWAL, *edits))
    assert any(line.startswith(f"{code} own.toml:") and named in line for line in told), told


TAX, HENAN, MARKET = "interview-tax", "objection-henan", "listing-market_regulation"
OVERLAYS: list[tuple[str, str, str, list[Edit]]] = [
    ("fee_asked", "收款账户", HENAN, [("[basis.henan]", '[contact]\n"收款账户" = "某银行某支行"\n[basis.henan]')]),
    ("fee_asked", "缴费", MARKET, [('summary = "市场监管', 'summary = "办理须先缴费。市场监管')]),
    ("fee_asked", "缴费", MARKET, [('label = "上一级市场监管部门同意列入的文书"', 'label = "缴费凭证"')]),
    ("text_markup", "{{", MARKET, [('summary = "市场监管', 'summary = "{{ secret }}市场监管')]),
    ("label_unreadable", "phone", HENAN, [("[basis.henan]", '[contact]\n"phone" = "12345"\n[basis.henan]')]),
    ("basis_elsewhere", "浙江省", HENAN, [('cite = "《河南省社会信用条例》"', 'cite = "《浙江省公共信用信息管理条例》"')]),
    ("label_turned", "审核人员", MARKET, [
        ('decider = "市场监管部门负责人"', 'decider = "审核人员"\nreviewer = "批准人"'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), OVERLAYS, ids=[f"{o[0]}-{o[1]}-{o[2]}" for o in OVERLAYS])
def test_a_fault_of_an_overlay_is_found(code: str, named: str, name: str, edits: list[Edit]) -> None:
    told = [f"{one.code} {one.text}" for one in together(file=edited(source(name, "overlays"), *edits))]
    assert any(line.startswith(f"{code} ") and named in line for line in told), told


REVIEW = "可以{review_limit}向{reviewer}申请复核。"
PACKS: list[tuple[str, str, list[Edit]]] = [
    ("fee_asked", "缴费", [(f'异议的，{REVIEW}"\n', '异议的，可以{review_limit}缴费后向{reviewer}申请复核。"\n')]),
    ("rights_waived", "放弃", [("本单位郑重承诺：\n", "本单位郑重承诺，放弃行政复议和诉讼的权利：\n")]),
    ("rights_waived", "放弃", [("作为其法定代理人郑重承诺：", "作为其法定代理人郑重承诺，放弃行政复议和诉讼的权利：")]),
    ("rights_waived", "永不", [
        ('尚未全部履行法定义务", basis = ["order36"], denies = ["performed"], where_to_go = "全部履行义务后可以再次提出申请"',
         '尚未全部履行法定义务", basis = ["order36"], denies = ["performed"], where_to_go = "永不受理"'),
    ]),
    ("label_unreadable", "repair_at", [('repair_at = "“信用中国”网站"', 'repair_at = "http://pay.example"')]),
    ("listed_twice", "serious", [('keeps = ["serious", "watch"', 'keeps = ["serious", "serious", "watch"')]),
    ("label_turned", "已经纠正", [
        ('尚未纠正", basis = ["order36"], denies = ["performed"], where_to_go = "纠正失信行为后可以再次提出申请" }\nno_commitment',
         '已经纠正", basis = ["order36"], denies = ["performed"], where_to_go = "纠正失信行为后可以再次提出申请" }\nno_commitment'),
    ]),
    ("label_turned", "黑名单", [('label = "守信红名单"', 'label = "失信黑名单二"')]),
    ("label_turned", "颠倒", [('label = "最短公示期已满"', 'label = "最短公示期未满即可"')]),
    ("text_empty", "没有版本", [('commitment_version = "2026-04"', 'commitment_version = ""')]),
    ("pack_list_open", "领导", [
        ("no_commitment    = {", 'unwanted = { label = "领导不同意", text = "领导不同意修复", basis = ["order36"], denies = [] }\n'
         "no_commitment = {"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "edits"), PACKS, ids=[f"{p[0]}-{p[1]}" for p in PACKS])
def test_a_fault_of_a_pack_is_found(code: str, named: str, edits: list[Edit]) -> None:
    told = [f"{one.code} {one.text}" for one in together(pack=edited(source("CN-2026", "packs"), *edits))]
    assert any(line.startswith(f"{code} ") and named in line for line in told), told


SAID = "{{ we }}决定：{{ outcome_label }}"
TEXTS = [
    (
        "为条件",
        SAID,
        "{{ we }}决定：{% if outcome_label == '不予延续' %}准予延续{% else %}{{ outcome_label }}{% endif %}",
    ),
    ("一律写", SAID, "{{ we }}决定不予延续。{{ outcome_label }}"),
    ("<s", SAID, f"<script>x</script>{SAID}"),
    ("不得申请复议", SAID, f"本决定不得申请复议。{SAID}"),
    ("已经说了结果", 'title = "许可证延续决定书"', 'title = "准予许可证延续决定书"'),
    ("写了两次", 'required = ["we"', 'required = ["we", "we"'),
]


@pytest.mark.parametrize(("named", "old", "new"), TEXTS, ids=[t[0] for t in TEXTS])
def test_a_fault_of_a_letter_text_of_ones_own_is_found(named: str, old: str, new: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        read_template(edited(RESULT, (old, new)), "renewal_result", "2026-11-01")
    assert any(named in one.text and one.where.rpartition(":")[2] != "1" for one in wrong.value.problems), (
        wrong.value.problems
    )


CASES = [
    ("vector_form", '"作者" = "RepairFlow project"', '"作者" = " "'),
    ("vector_law", "procedures/review-2026-04.toml", "procedures/repair-2026-04.toml"),
    ("text_hidden", "受理期限：", "受理\u200b期限："),
]


@pytest.mark.parametrize(("code", "old", "new"), CASES, ids=[c[0] for c in CASES])
def test_a_fault_of_a_file_of_cases_is_found(tmp_path: Path, code: str, old: str, new: str) -> None:
    file = tmp_path / "vectors" / "cases.toml"
    file.parent.mkdir()
    text = source("review-2026-04", "vectors")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    findings: list[Diagnostic] = []
    vectors.run([file], library(), findings)
    assert {one.code for one in findings} == {code}


GUANGXI = 'year = 2026\nregion = "450000"\nplace = "{place}"\npublished = true\nsource = "地方通知"\n[[holiday]]\nname = "三月三"\n{days}\n'
PLACES = [
    ("overlay_scope", "广东省", GUANGXI.format(place="广东省", days="from = 2026-04-20\nto = 2026-04-21")),
    ("calendar_less", "2026-10-04", GUANGXI.format(place="广西壮族自治区", days="work = [2026-10-04]")),
]


@pytest.mark.parametrize(("code", "named", "text"), PLACES, ids=[p[0] for p in PLACES])
def test_a_place_has_its_own_name_and_takes_no_holiday_away(code: str, named: str, text: str) -> None:
    told = [f"{one.code} {one.text}" for one in together(year=text)]
    assert any(line.startswith(f"{code} ") and named in line for line in told), told


OWN = (
    'vocabulary = "own"\n[role]\nfee_checker = { label = "价格核查员", side = "receiving" }\n'
    '[outcome]\nrefund = { label = "责令退还", side = "for" }\n'
)
WORDS = [
    ("当事人一方", '"价格核查员"', '"申请人代表"'),
    ("机关的岗位", 'side = "receiving"', 'side = "subject"'),
    ("系统", '"价格核查员"', '"收费系统"'),
    ("neutral", '"责令退还", side = "for"', '"驳回申请", side = "neutral"'),
    ("有利的结果", 'side = "for"', 'side = "against"'),
]


@pytest.mark.parametrize(("named", "old", "new"), WORDS, ids=[w[0] for w in WORDS])
def test_a_word_of_ones_own_is_called_what_it_is(named: str, old: str, new: str) -> None:
    told = together(words=edited(OWN, (old, new)))
    assert [(one.code, named in one.text) for one in told] == [("label_turned", True)], told
    assert together(words=OWN) == []
