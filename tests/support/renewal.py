"""A procedure of an installation's own in another field, without fault, with its letter texts: to be spoilt, or varied honestly."""

from __future__ import annotations

from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.law.letter_kinds import declaring
from repairflow.letters.text.template_file import read_template
from tests.support.shipped import around

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

[letters.renewal_refused]
served = true

[letters.renewal_result]
served = true

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

TEXTS["renewal_hearing"] = (
    '+++\ntitle = "听取意见告知书"\nsays = "notice"\nrequired = ["we", "you", "reason"]\n'
    'optional = ["statement_due_day"]\n+++\n{{ we }}拟对{{ you }}的申请作出决定。{{ reason|sentence }}'
    "{% if statement_due_day %}{{ you }}可以在{{ statement_due_day }}以前提出意见。{% endif %}\n"
)


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
