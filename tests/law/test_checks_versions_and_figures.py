"""Faults of a new version, of what it counts and of a pack's figures: one edit away from the shipped law, each kind told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from repairflow.errors import DefinitionError
from repairflow.law.procedure.packs import parse_pack
from tests.support.shipped import edited, found, source, together

Edit = tuple[str, str]
FOUR_EYES = 'to = "denied"\ndistinct_from = ["report_verification", "propose_grant", "propose_denial"]'
GRANT = (
    'guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "minimum_period_served", '
    '"record_is_public_or_of_person"]'
)
FILING = (
    'filing_guards = ["record_not_on_list", "materials_complete", "commitment_signed", "record_is_public_or_of_person", '
    '"no_duplicate_pending"]'
)

WITHDRAW = (
    '[action.withdraw]\nlabel = "撤回申请"\nby = ["applicant"]\n'
    'from = ["submitted", "supplement", "transferred", "deficient", "verifying", "reviewing", "hearing", "deciding"]'
)

# code, what the message names, the edits of the shipped repair
PROCEDURES: list[tuple[str, str, list[Edit]]] = [
    ("guard_twice", "record_no_longer_public", [
        ('guards = ["record_no_longer_public"]', 'guards = ["record_no_longer_public", "record_no_longer_public"]'),
    ]),
    ("guard_never_before", "提出申请", [
        (FILING, FILING.replace("]", ', { guard = "times_done", action = "accept", at_least = 1 }]')),
    ]),
    ("guard_never_before", "all_targets_acknowledged", [(FILING, FILING.replace("]", ', "all_targets_acknowledged"]'))]),
    ("event_never_comes", "receipt", [('on = ["receipt"]', 'on = ["record_changed"]')]),
    ("pause_repeats", "request_supplement", [('guards = ["supplement_not_yet_requested"]\n', "")]),
    ("pause_repeats", "serve_notice", [('guards = [{ guard = "not_yet_done", action = "serve_notice" }]\n', "")]),
    ("guard_dropped", "minimum_period_served", [(GRANT, GRANT.replace(', "minimum_period_served"', ""))]),
    ("longer_than_basis", "transferred", [('pauses_in = ["supplement"]\ndays', 'pauses_in = ["supplement", "transferred"]\ndays')]),
    ("longer_than_basis", "deciding", [
        ('runs_in = ["verifying", "reviewing", "deciding"]\npauses_in = ["hearing"]',
         'runs_in = ["verifying", "reviewing"]\npauses_in = ["hearing", "deciding"]'),
    ]),
    ("longer_than_basis", "deciding", [
        ('runs_in = ["verifying", "reviewing", "deciding"]\npauses_in = ["hearing"]',
         'runs_in = ["verifying", "reviewing"]\npauses_in = ["hearing"]'),
    ]),
    ("four_eyes_less", "propose_denial", [(FOUR_EYES, FOUR_EYES.replace(', "propose_denial"', ""))]),
    ("filing_narrowed", "filed_by", [('filed_by  = ["applicant"]', 'filed_by  = ["acceptor"]')]),
    ("reason_dropped", "return_to_verification", [
        ('to = "verifying"\nundoable = true\nreason = true\n', 'to = "verifying"\nundoable = true\n')]),
    ("effect_dropped", "seal_record", [('effects = ["seal_record"]\n', "")]),
    ("effect_dropped", "waive_push", [('effects = ["waive_push"]\n', "")]),
    ("input_dropped", "statement", [('statement = { kind = "long_text", label = "陈述和申辩意见" }\n', "")]),
    ("input_dropped", "plea_answer", [
        ('[action.grant.inputs]   # 当事人陈述、申辩的，逐点复核后写明是否采纳及理由\n'
         'plea_answer = { kind = "choice", label = "对陈述、申辩的答复", '
         'choices = "plea_answers", after = ["state_defence"] }\n', "[action.grant.inputs]\n"),
    ]),
    ("input_dropped", "整改情况说明", [
        ('correction   = { kind = "long_text", label = "整改情况说明", hint = "做了什么整改、何时完成、现在的情况" }\n', "")]),
    ("reason_dropped", "refuse", [('to = "not_accepted"\nreason = "code"', 'to = "not_accepted"\nreason = true')]),
    ("step_turned", "propose_denial", [('label = "拟不予修复"\nby = ["reviewer"]\nfrom = ["reviewing"]\nto = "deciding"\n',
                                        'label = "拟不予修复"\nby = ["reviewer"]\nfrom = ["reviewing"]\n')]),
    ("step_narrowed", "deciding", [
        (WITHDRAW, WITHDRAW.replace(', "deciding"]', "]"))]),
    ("step_narrowed", "no_duplicate_pending", [
        ('to = "withdrawn"\nletter', 'to = "withdrawn"\nguards = ["no_duplicate_pending"]\nletter')]),
    ("step_narrowed", "reviewer", [('by = ["acceptor", "reviewer"]', 'by = ["acceptor"]')]),
    ("step_dropped", "state_defence", [
        ("[action.state_defence]", "[action.speak]"), ("[action.state_defence.inputs]", "[action.speak.inputs]")]),
    ("basis_dropped", "sc22", [
        ('effects = ["seal_record"]\nbasis = ["order36", "sc22"]',
         'effects = ["seal_record"]\nbasis = ["order36"]')]),
    ("basis_dropped", "handling", [
        ('owner = "reviewer"\nremind = [2, 1]\noverdue = "escalate"\nbasis = ["order36", "sc22"]',
         'owner = "reviewer"\nremind = [2, 1]\noverdue = "escalate"\nbasis = ["sc22"]')]),
    ("material_dropped", "授权委托书", [('required_if = "filed_by_agent"\n', "")]),
    ("letter_form_less", "hearing_notice", [
        ('hearing_notice      = { seal = "office", served = true }',
         'hearing_notice      = { seal = "office" }')]),
    ("letter_form_less", "receiving", [('repair_denied       = { copies = ["receiving"], seal', "repair_denied       = { seal")]),
    ("letter_form_less", "transfer_letter", [
        ('transfer_letter     = { to = "receiver", copies = ["subject"]',
         'transfer_letter     = { copies = ["receiving"]')]),
    ("whole_turned", "prefix", [('prefix    = "XF"', 'prefix    = "XX"')]),
    ("whole_turned", "subject", [('subject   = "record"', 'subject   = "subject"')]),
    ("whole_turned", "offices", [('initial   = "submitted"', 'initial   = "submitted"\noffices = { deciding = "credit_office" }')]),
    ("filing_narrowed", "minimum_period_served", [(FILING, FILING.replace("]", ', "minimum_period_served"]'))]),
    ("guard_dropped", "materials_complete", [(FILING, FILING.replace('"materials_complete", ', ""))]),
    ("guard_changed", "times_below", [('action = "transfer", below = 2', 'action = "transfer", below = 9')]),
    ("longer_than_basis", "extend_handling", [
        ('extends = { clock = "handling", working = 10 }', 'extends = { clock = "handling", working = 12 }')]),
    ("outcome_turned", "closed", [
        ('label = "终止办理", outcome = "terminated"', 'label = "终止办理", outcome = "closed"')]),
    ("step_narrowed", "依据", [
        ("[action.state_defence.inputs]\n", '[action.state_defence.inputs]\nlaw = { kind = "text", label = "依据" }\n')]),
    ("guard_list", "record_on_list", [('guards = ["record_no_longer_public"]', 'guards = ["record_no_longer_public", "record_on_list"]')]),
    ("subject_limit_less", "supplement", [
        ('runs_in = ["supplement"]\n', 'runs_in = ["supplement", "submitted"]\n')]),
    ("subject_limit_less", "送达", [('runs_in = ["supplement"]\nstarts = "served"\n', 'runs_in = ["supplement"]\n')]),
    ("longer_than_basis", "supplement", [
        ('label = "受理期限"\nruns_in = ["submitted"]\npauses_in = ["supplement"]\n', 'label = "受理期限"\nruns_in = ["submitted"]\n')]),
    ("input_kind", "target", [('target = { kind = "text"', 'target = { kind = "number"')]),
    ("outcome_turned", "granted", [('outcome = "granted"', 'outcome = "closed"')]),
    ("own_cause", "return_to_review", [('label = "退回审核"\nby = ["decider"]', 'label = "退回审核"\nby = ["decider", "applicant"]')]),
    ("own_cause", "accept", [('label = "受理"\nby = ["acceptor"]', 'label = "受理"\nby = ["acceptor", "applicant"]')]),
    ("longer_than_basis", "executing", [
        ('[clock.execution]\nlabel = "同步期限"\nruns_in = ["executing"]\ndays = { working = 3 }\nowner = "supervisor"\nremind = [1]\n'
         'overdue = "escalate"\nbasis = ["default"]\nverified = false\n', ""),
        ('executing    = { label = "同步中", stage = "同步" }',
         'executing    = { label = "同步中", stage = "同步", no_clock = "等待回执" }'),
    ]),
    ("input_kind", "conditions", [('choices = "repair_conditions"', 'choices = "intake_sources"')]),
    ("text_empty", "hint", [('label = "陈述和申辩意见" }', 'label = "陈述和申辩意见", hint = " " }')]),
    ("basis_expired", "2020-01-01", [
        ('cite = "产品默认值，待本地确认"', 'cite = "产品默认值，待本地确认"\nvalid_to = 2020-01-01'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "edits"), PROCEDURES, ids=[f"{n}-{c[0]}" for n, c in enumerate(PROCEDURES)])
def test_a_procedure(code: str, named: str, edits: list[Edit]) -> None:
    told = [f"{one.where} {one.text}" for one in found("repair", *edits) if one.code == code]
    assert any(named in line for line in told), told
    assert all(re.match(r"repair\.toml:\d+ ", line) for line in told)


def test_what_else_is_wrong_is_told_beside_a_basis_that_nobody_read() -> None:
    unread = (
        '（国家发展和改革委员会令第36号）"\nverified = false',
        '（国家发展和改革委员会令第36号）"\nverified = true',
    )
    shorter = ('starts = "served"\ndays = { working = 10 }', 'starts = "served"\ndays = { working = 3 }')
    overlay = edited(
        source("objection-henan", "overlays"),
        ('read_by = "RepairFlow project"\n', ""),
        ("days = { working = 7 }", "days = { working = 9 }"),
    )
    pack = edited(
        source("CN-2026", "packs"),
        unread,
        ('label = "警告", severity = "minor"', 'label = "警告", severity = "serious"'),
    )
    told = {
        (one.where.partition(":")[0], one.code)
        for one in together(x=edited(source("repair"), unread, shorter), y=overlay, z=pack)
    }
    assert told >= {("x.toml", "form"), ("x.toml", "subject_limit_less"), ("y.toml", "form"), ("y.toml", "longer_than_basis"),
                    ("z.toml", "form"), ("z.toml", "pack_turned")}  # fmt: skip


def test_a_limit_lies_within_what_its_input_may_set() -> None:
    told = found("interview", ("days = { calendar = 30, input", "days = { calendar = 60, input"))
    assert [(one.code, "3 至 30" in one.text) for one in told] == [("bounds_crossed", True)]


def test_what_is_carried_into_a_follow_up_is_all_it_needs() -> None:
    told = found("interview", ('"warning", carry = ["record", "facts", "demands"] }\nbasis = ["sc35"]\n\n[action.serve_notice]',
                               '"warning", carry = ["record", "demands"] }\nbasis = ["sc35"]\n\n[action.serve_notice]'))  # fmt: skip
    assert {one.code for one in told} == {"opens_carry", "effect_dropped"}


def test_a_guard_that_falls_away_with_its_basis_is_only_shown() -> None:
    other = ('basis = ["order36", "sc22"]\n[action.grant.inputs]', 'basis = ["order40"]\n[action.grant.inputs]')
    named = (
        "[basis.province002]",
        '[basis.order40]\ncite = "《信用修复管理办法》（第40号令）"\nverified = false\n[basis.province002]',
    )
    text = edited(source("repair"), (GRANT, GRANT.replace(', "minimum_period_served"', "")), other, named)
    told = [one for one in together(x=text) if one.code == "guard_dropped" and "最短公示期已满" in one.text]
    assert [one.severity for one in told] == ["warning", "warning"]


def pack(*edits: Edit) -> Callable[[], str]:
    return lambda: edited(source("CN-2026", "packs"), *edits)


PACKS: list[tuple[str, str, Callable[[], str]]] = [
    ("pack_periods", "serious", pack(
        ("[period.serious]\nminimum = { years = 1 }\nmaximum", "[period.serious]\nminimum = { years = 3 }\nmaximum"))),
    ("pack_periods", "ordinary", pack(("[period.serious]\nminimum = { years = 1 }", "[period.serious]\nminimum = { months = 1 }"))),
    ("pack_periods", "依据却没有变", pack(
        ("minimum = { months = 3 }\nmaximum = { years = 1 }", "minimum = { months = 3 }\nmaximum = { years = 2 }"))),
    ("pack_periods", "bidding", pack(
        ('工程投标", force = "mandatory", term = { years = 3 }', '工程投标", force = "mandatory", term = { years = 10 }'))),
    ("version_day", "2026 年", pack(("effective = 2026-04-01\nrepair_at", "effective = 2027-04-01\nrepair_at"))),
    ("pack_list_less", "minimum_period", pack(('minimum_period = { label = "最短公示期已满", basis = ["order36"] }\n', ""))),
    ("pack_list_less", "wrong_amount", pack(('wrong_amount    = { label = "数额有误" }\n', ""))),
    ("pack_less", "通报批评", pack(
        ('circulated_criticism = { label = "通报批评", severity = "minor", basis = ["order36"], verified = false }\n', ""))),
    ("pack_less", "repair_acceptance", pack(
        ('repair_acceptance       = { days = { working = 3 }, basis = ["order36", "sc22"], verified = false }\n', ""))),
    ("pack_turned", "警告", pack(('label = "警告", severity = "minor"', 'label = "警告", severity = "serious"'))),
    ("pack_turned", "是否公示", pack(("published = false                 #", "published = true #"))),
    ("pack_turned", "移出条件", pack(
        ('removal = ["列入满{minimum}，且已纠正失信行为、全部履行法定义务的，可以申请移出", '
         '"列入满{maximum}的，依照规定移出"]\nbasis = ["sc49"',
         'removal = ["列入满{maximum}的，依照规定移出"]\nbasis = ["sc49"'))),
    ("pack_turned", "apply_on_next_day", pack(("apply_on_next_day = true\n", ""))),
    ("pack_turned", "版本却仍是", pack(("本单位郑重承诺：\n一、所提供的", "本单位郑重承诺：\n一、提供的"))),
    ("pack_turned", "（监护人签署）的文字", pack(("二、被监护人已经履行", "二、被监护人履行"))),
    ("pack_turned", "（objection）（自然人本人签署）", pack(("本人就提出的异议，郑重承诺", "本人就异议郑重承诺"))),
    ("pack_turned", "susong.a46", pack(
        ('basis = ["susong.a44", "susong.a45", "susong.a46"]', 'basis = ["susong.a44", "susong.a45"]'))),
    ("pack_limit", "repair_handling", pack(("extension = { working = 10 }", "extension = { calendar = 10 }"))),
    ("pack_limit", "依据却没有变", pack(
        ("repair_handling         = { days = { working = 7 }", "repair_handling         = { days = { working = 20 }"))),
    ("pack_name", "repairs_acceptance", pack(("repair_acceptance       =", "repairs_acceptance       ="))),
    ("text_empty", "maritime_red", pack(('removal = ["出现失信行为的，移出"]', 'removal = [" "]'))),
    ("text_empty", "warning", pack(('label = "警告"', 'label = " "'))),
    ("label_twice", "circulated_criticism", pack(('label = "通报批评"', 'label = "警告"'))),
    ("text_empty", "commitment_text",
     lambda: re.sub('commitment_text = """.*?"""', 'commitment_text = ""', source("CN-2026", "packs"), flags=re.DOTALL)),
    ("overlay_scope", "XX", pack(('jurisdiction = "CN"', 'jurisdiction = "XX"'))),
    ("pack_remedy", "{organs}", pack(("内向{organs}申请行政复议", "内申请行政复议"))),
    ("pack_remedy", "{court}", pack(("依法向{court}提起行政诉讼；先", "依法提起行政诉讼；先"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "text"), PACKS, ids=[f"{n}-{c[0]}" for n, c in enumerate(PACKS)])
def test_a_pack(code: str, named: str, text: Callable[[], str]) -> None:
    told = [f"{one.where} {one.text}" for one in together(p=text()) if one.code == code and one.severity == "error"]
    assert any(named in line for line in told), told


def overlay(name: str, more: str = "", *edits: Edit) -> str:
    return edited(source(name, "overlays"), *edits) + more


AGAIN = (('version = "2026-04.1"', 'version = "2026-04.9"'), ('overlay = "henan"', 'overlay = "henan2"'))
HINDERED = '\n[action.withdraw]\nguards = [{ guard = "times_done", action = "accept", at_least = 1 }]\n'
OVERLAYS = [
    ("overlay_addition", "withdraw", {"o": overlay("repair-shenzhen", HINDERED)}),
    ("relabel_turns", "decider", {"o": overlay("objection-henan", '\n[actor]\ndecider = "异议人代表"\n')}),
    ("text_empty", "联系方式", {"o": overlay("repair-shenzhen", '\n[contact]\n"电话" = " "\n')}),
    ("versions_same_day", "henan", {
        "o": overlay("objection-henan"),
        "q": overlay("objection-henan", "", *AGAIN),
    }),
    ("versions_same_day", "已安装", {
        "q": overlay("objection-henan", "", *AGAIN),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "files"), OVERLAYS, ids=[f"{n}-{c[0]}" for n, c in enumerate(OVERLAYS)])
def test_an_overlay(code: str, named: str, files: dict[str, str]) -> None:
    told = [f"{one.where} {one.text}" for one in together(**files) if one.code == code and one.severity == "error"]
    assert told
    assert named == "henan" or any(named in line for line in told), told


def test_an_extension_in_a_pack_names_its_own_article() -> None:
    """What lets a limit be extended is another article than what sets it."""
    text = source("CN-2026", "packs")
    for old, new in ((', extension_basis = ["sc22_extension"]', ""), ("extension = { working = 10 }, ", "")):
        with pytest.raises(DefinitionError) as refused:
            parse_pack(edited(text, (old, new)), "CN-2026.toml")
        assert any("extension_basis" in one.text for one in refused.value.problems)
