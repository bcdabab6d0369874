"""Honest procedures of other fields, overlays, packs and texts: what a lawyer would write, none of it refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.law.letter_kinds import declaring
from repairflow.letters.text.template_file import read_template
from tests.support.doc_files import files_of
from tests.support.shipped import around, edited, part, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
FEES = files_of(Path(__file__).parents[2] / "docs" / "procedures.md")
LETTER = FEES["letters/fee_result/2026-04-01.txt.j2"]
RENEWAL = """\
procedure = "licence_renewal"
version = "2026-11"
label = "许可证延续"
effective = 2026-11-01
subject = "subject"
prefix = "XK"
initial = "submitted"
summary = "许可证到期前可以申请延续。办理不收取费用。"
offices = { receiving = "credit_office", deciding = "credit_office" }
filed_by = ["applicant"]
filing_letter = "case_receipt"

[basis.own]
cite = "本单位许可证延续办理规则"
verified = false

[actor]
applicant = "申请单位"
registrar = "窗口收件人员"
checker = "现场核查人员"
reviewer = "审核科人员"
decider = "分管领导"
supervisor = "督办人员"
system = "系统"

[inputs]
licence = { kind = "text", label = "许可证编号" }
ends_on = { kind = "date", label = "有效期届满日" }
area = { kind = "number", label = "经营面积（平方米）", minimum = 0, maximum = 100000 }
coldest = { kind = "number", label = "冷库最低温度（摄氏度）", minimum = -60, required = false }

[material.licence_copy]
label = "许可证正本复印件"
required = true

[state]
submitted = { label = "待受理", stage = "受理" }
checking = { label = "现场核查", stage = "核查" }
deciding = { label = "待决定", stage = "决定" }
renewed = { label = "准予延续", outcome = "upheld", stage = "办结" }
not_renewed = { label = "不予延续", outcome = "dismissed", stage = "办结" }
not_accepted = { label = "不予受理", outcome = "refused", stage = "办结" }
passed_on = { label = "已移送主管单位", outcome = "transferred", stage = "办结" }
merged = { label = "与在先申请合并办理", outcome = "closed", stage = "办结" }
withdrawn = { label = "申请人撤回", outcome = "withdrawn", stage = "办结" }

[clock.acceptance]
label = "受理期限"
runs_in = ["submitted"]
days = { working = 5 }
owner = "registrar"
remind = [1]
overdue = "escalate"
basis = ["own"]
verified = false

[clock.handling]
label = "办理期限"
runs_in = ["checking", "deciding"]
days = { working = 20 }
owner = "checker"
remind = [5, 1]
overdue = "escalate"
basis = ["own"]
verified = false

[action.accept]
label = "受理"
by = ["registrar"]
from = ["submitted"]
to = "checking"
guards = ["materials_complete"]
letter = "case_accepted"
basis = ["own"]

[action.refuse]
label = "不予受理"
by = ["registrar"]
from = ["submitted"]
to = "not_accepted"
reason = true
letter = "renewal_refused"
remedy = ["reconsideration", "litigation"]
basis = ["own"]

[action.pass_on]
label = "移送主管单位"
by = ["registrar"]
from = ["submitted"]
to = "passed_on"
reason = true
letter = "renewal_ended"
basis = ["own"]

[action.report_check]
label = "提交核查意见"
by = ["checker"]
from = ["checking"]
to = "deciding"
reason = true
basis = ["own"]

[action.return_to_check]
label = "退回补充核查"
by = ["decider"]
from = ["deciding"]
to = "checking"
reason = true
basis = ["own"]

[action.renew]
label = "准予延续"
by = ["decider"]
from = ["deciding"]
to = "renewed"
distinct_from = ["report_check"]
reason = true
letter = "renewal_result"
basis = ["own"]

[action.not_renew]
label = "不予延续"
by = ["decider"]
from = ["deciding"]
to = "not_renewed"
distinct_from = ["report_check"]
reason = true
letter = "renewal_result"
remedy = ["reconsideration", "litigation"]
basis = ["own"]

[action.merge]
label = "并入在先申请"
by = ["decider"]
from = ["deciding"]
to = "merged"
distinct_from = ["report_check"]
reason = true
letter = "renewal_ended"
basis = ["own"]

[action.withdraw]
label = "撤回申请"
by = ["applicant"]
from = ["submitted", "checking", "deciding"]
to = "withdrawn"
basis = ["own"]
"""
RESULT = (
    '+++\ntitle = "许可证延续决定书"\nmark = "信许"\nsays = "either"\nrequired = ["we", "you", "outcome_label", "reason", "licence"]\n'
    'optional = ["contact", "remedy_paragraphs"]\n[asked]\nlicence = "许可证编号"\n+++\n{{ you }}的许可证（{{ licence }}）延续申请，'
    "{{ we }}决定：{{ outcome_label }}。{{ reason|sentence }}\n\n{% if remedy_paragraphs %}\n{{ remedy_paragraphs|join('') }}\n\n"
    "{% endif %}\n{% if contact %}\n联系方式：{{ contact }}\n\n{% endif %}\n"
)
ENDED = (
    '+++\ntitle = "办理结束告知书"\nsays = "ended"\nrequired = ["we", "you", "case_number", "reason"]\n+++\n'
    "{{ you }}的申请（{{ case_number }}），{{ we }}不再继续办理。{{ reason|sentence }}\n"
)
REFUSED = (
    '+++\ntitle = "不予受理告知书"\nsays = "not_taken_up"\nrequired = ["we", "you", "reason"]\noptional = ["remedy_paragraphs"]\n+++\n'
    "{{ you }}的申请，{{ we }}不予受理。{{ reason|sentence }}{% if remedy_paragraphs %}{{ remedy_paragraphs|join('') }}{% endif %}\n"
)
TEXTS = {"renewal_result": RESULT, "renewal_ended": ENDED, "renewal_refused": REFUSED}


def refused(text: str, **more: str) -> list[str]:
    """The errors of a procedure with its own letter texts, checked with whatever else is given."""
    heads = {kind: read_template(one, kind, "2026-11-01") for kind, one in TEXTS.items()}
    here = around()
    law = Around(
        here.installed, {*here.letters, *heads},
        {**here.fields, **{kind: frozenset(one.required) for kind, one in heads.items()}}, here.offices, here.domains,
        prints={**here.prints, **{kind: frozenset((*one.required, *one.optional)) for kind, one in heads.items()}},
    )  # fmt: skip
    with declaring({kind: one.says for kind, one in heads.items() if one.says is not None}):
        sources = [Source("own.toml", text), *(Source(f"{name}.toml", one) for name, one in more.items())]
        found = check(sources, law).findings
    return [f"{one.code} {one.where} {one.text}" for one in found if one.severity == "error"]


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
TEXTS["renewal_hearing"] = (
    '+++\ntitle = "听取意见告知书"\nsays = "notice"\nrequired = ["we", "you", "reason"]\n'
    'optional = ["statement_due_day"]\n+++\n{{ we }}拟对{{ you }}的申请作出决定。{{ reason|sentence }}'
    "{% if statement_due_day %}{{ you }}可以在{{ statement_due_day }}以前提出意见。{% endif %}\n"
)
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
    )  # fmt: skip
    overlay = edited(
        source("interview-tax", "overlays"),
        ('sector = "tax"', 'sector = "tourism"'),
        ('version = "2026-04.1"', 'version = "2026-04.9"'),
    )
    assert [one for one in together(pack=pack, overlay=overlay) if one.severity == "error"] == []


def test_an_honest_newer_version_with_its_end_written_is_taken() -> None:
    old = edited(source("review"), ("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2027-01-01"))
    new = edited(
        source("review"), ('version   = "2026-04"', 'version   = "2027-01"'), ("effective = 2026-04-01", "effective = 2027-01-01"),
        part("review", "action.report_review", 'label = "提交复核意见"', 'label = "提出复核意见"'),
    )  # fmt: skip
    assert [one for one in together(old=old, new=new) if one.severity == "error"] == []


def test_the_worked_example_is_taken() -> None:
    read_template(LETTER, "fee_result", "2026-04-01")
