"""Faults that show only when a step, its letter, its guards and the case as a whole are held beside each other."""

from __future__ import annotations

import pytest

from tests.support.shipped import edited, found, part, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
SKIP = '[action.skip]\nlabel = "直接提交决定"\nby = ["decider"]\nfrom = ["reviewing"]\nto = "deciding"\nbasis = ["order36"]\n\n'
LOOSE = 'distinct_from = ["report_review"]\nreason = true\nletter = "case_result"\nremedy = ["reconsideration", "litigation"]\nbasis'
KEPT = 'guards = ["clock_not_yet_extended", "clock_not_yet_over"]\nextends = { clock = "investigation", working = 15 }'

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[Edit]]] = [
    # people
    ("four_eyes_bypassed", "直接提交决定", "review", [("[action.maintain]", SKIP + "[action.maintain]")]),
    ("four_eyes_missing", "maintain", "review", [(LOOSE, LOOSE.partition("\n")[2])]),
    ("four_eyes_missing", "confirm", "check_result", [('"not_the_filer", "check_results_kept"', '"check_results_kept"')]),
    ("four_eyes_missing", "issue", "rectification", [('to = "ordered"\nguards = ["not_the_filer"]\n', 'to = "ordered"\n')]),
    ("extension_own", "extend_investigation", "accountability", [
        ('label = "延长调查期限"\nby = ["supervisor"]', 'label = "延长调查期限"\nby = ["handler"]'),
    ]),
    ("extension_untold", "extend_investigation", "accountability", [(f'{KEPT}\nreason = true\nletter = "extension"', KEPT)]),
    # guards
    ("guard_about", "record_is_public", "complaint", [
        ('to = "upheld"\n', 'to = "upheld"\nguards = ["record_is_public"]\n'),
    ]),
    ("guard_about", "warning_called_for", "tip_off", [
        ('to = "checking"\nbasis', 'to = "checking"\nguards = ["warning_called_for"]\nbasis'),
    ]),
    ("guard_about", "other_office_than_first", "repair", [
        part("repair", "action.accept", "guards = [", 'guards = ["other_office_than_first", '),
    ]),
    ("guard_never_before", "all_targets_acknowledged", "minor_repair", [
        ('to = "executing"\nguards = ["subject_is_minor"]', 'to = "executing"\nguards = ["subject_is_minor", "all_targets_acknowledged"]'),
    ]),
    ("guards_exclude", "subject_is_minor", "minor_repair", [
        ('to = "executing"\nguards = ["subject_is_minor"]', 'to = "executing"\nguards = ["subject_is_minor", "record_is_public"]'),
    ]),
    ("guard_input", "ground", "objection", [
        ('choices = "objection_grounds" }', 'choices = "objection_grounds", required = false }'),
    ]),
    ("endless_passing", "transfer", "repair", [('action = "transfer", below', 'action = "request_supplement", below')]),
    # limits
    ("longer_than_basis", "3 个月", "remedy", [
        ('starts_on = "effective_on"\ndays = { working = 3 }', 'starts_on = "effective_on"\ndays = { months = 3 }')]),
    ("days_input_bounds", "term", "rectification", [("minimum = 3, maximum = 30", "maximum = 30")]),
    ("days_input_bounds", "term", "rectification", [("minimum = 3, maximum = 30", "minimum = 0, maximum = 30")]),
    ("days_input_bounds", "term", "rectification", [("minimum = 3, maximum = 30", "minimum = 3")]),
    # letters
    ("letter_says_other", "异议处理", "review", [
        ('to = "maintained"\nguards = ["other_office_than_first", "other_person_than_first"]\n'
         'distinct_from = ["report_review"]\nreason = true\nletter = "case_result"',
         'to = "maintained"\nguards = ["other_office_than_first", "other_person_than_first"]\n'
         'distinct_from = ["report_review"]\nreason = true\nletter = "objection_result"'),
    ]),
    ("letter_says_other", "repair_receipt", "objection", [('filing_letter = "objection_receipt"', 'filing_letter = "repair_receipt"')]),
    ("letter_says_other", "termination_notice", "repair", [
        ('letter = "repair_withdrawn"', 'letter = "termination_notice"'),
    ]),
    ("letter_says_other", "repair_withdrawn", "repair", [('letter = "termination_notice"', 'letter = "repair_withdrawn"')]),
    ("letter_without_act", "mask_record", "reorganisation", [
        ('letter = "case_result"\nremedy = ["objection_to_result"]', 'letter = "masking_decision"\nremedy = ["objection_to_result"]'),
    ]),
    ("letter_without_act", "transfer_case", "repair", [('effects = ["transfer_case"]\n', "")]),
    ("letter_form_receiver", "consultation", "objection", [
        ('consultation           = { to = "provider"', 'consultation = { to = "subject"'),
    ]),
    ("letter_form_receiver", "listing_notice", "listing", [
        ("listing_notice   = { seal", 'listing_notice   = { by = "provider", seal'),
    ]),
    ("outcome_disguises", "enter_list", "listing", [
        ('letter = "listing_dropped"\n', 'letter = "listing_dropped"\neffects = ["enter_list"]\n'),
    ]),
    ("decision_undone", "不予受理", "minor_repair", [
        ('from = ["submitted", "consented"]', 'from = ["submitted", "consented", "executing"]'),
    ]),
    ("outcome_disguises", "不属实", "accountability", [('outcome = "dismissed"', 'outcome = "answered"')]),
    ("letter_says_other", "case_result", "minor_repair", [('"暂不予修复", outcome = "denied"', '"暂不予修复", outcome = "refused"')]),
    ("refusal_remedy", "respond", "joint_measure", [
        ('remedy = ["reconsideration", "litigation"]  # 措施实施中，办件没有办结，不能申请复核\n', ""),
    ]),
    ("decision_letter", "terminate", "repair", [('letter = "termination_notice"\n', "")]),
    ("system_letter", "end_of_term", "joint_measure", [
        ('label = "措施期限届满，解除"\nby = ["system"]\nfrom = ["in_force"]\nto = "lifting"\nletter = "joint_measure_lifted"\n',
         'label = "措施期限届满，解除"\nby = ["system"]\nfrom = ["in_force"]\nto = "lifting"\n'),
    ]),
    # data
    ("office_nobody", "partner", "joint_measure", [('partner = { kind = "text", label = "实施单位编码" }\n', "")]),
    ("office_nobody", "office", "commitment", [
        ('office       = { kind = "text", label = "受理单位编码", required = false, hint = "向哪个单位作出承诺，就选择哪个单位" }\n', ""),
    ]),
    ("office_nobody", "superior", "tip_off", [
        ('receiving = "credit_office", deciding = "credit_office"', 'receiving = "superior", deciding = "superior"'),
    ]),
    ("office_nobody", "filer", "repair", [
        ('filed_by  = ["applicant"]\n', 'filed_by  = ["applicant"]\noffices = { receiving = "filer", deciding = "filer" }\n'),
    ]),
    ("identity_open", "举报人工作单位", "tip_off", [
        ("facts   = {", 'workplace = { kind = "text", label = "举报人工作单位" }\nfacts   = {'),
    ]),
    ("identity_open", "回访号码", "tip_off", [("facts   = {", 'reporter = { kind = "text", label = "回访号码" }\nfacts   = {')]),
    ("identity_open", "身份证复印件", "tip_off", [
        ('label = "证据材料"\n', 'label = "证据材料"\n[material.card]\nlabel = "举报人身份证复印件"\n'),
    ]),
    ("identity_open", "told", "listing", [("vaulted = true }", "vaulted = true, told = true }")]),
    ("material_contradicts", "mandate", "repair", [('required_if = "filed_by_agent"', 'required = true\nrequired_if = "filed_by_agent"')]),
    ("material_contradicts", "signed_record", "interview", [
        ('label = "签字的约谈记录（扫描件）"\nfiled = false', 'label = "签字的约谈记录（扫描件）"\nfiled = false\nrequired = true'),
    ]),
    ("material_untaken", "rectification_proof", "rectification", [('materials = ["rectification_proof"]\n', "")]),
    ("text_empty", "no_clock", "check_result", [('no_clock = "是否给予行政处罚，由有权机关依法决定"', 'no_clock = " "')]),
    ("text_empty", "stage", "review", [('"待受理", stage = "受理"', '"待受理", stage = ""')]),
    ("opens_carry", "海事守信红名单", "commitment", [
        ('list_kind = "watch", facts = "承诺期限届满', 'list_kind = "maritime_red", facts = "承诺期限届满'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[Edit]) -> None:
    texts = [f"{one.code} {one.text}" for one in found(name, *edits)]
    assert any(text.startswith(f"{code} ") and named in text for text in texts), texts


CHANGES = [
    ("step_widened", "checking", "complaint", [
        ('label = "不予受理"\nby = ["registrar"]\nfrom = ["submitted"]',
         'label = "不予受理"\nby = ["registrar"]\nfrom = ["submitted", "checking"]'),
    ]),
    ("step_dropped", "登记举报奖励意见", "tip_off", [
        ('[action.note_reward]              # 有奖举报：只登记是否应当奖励，发放由知情的专人办理\nlabel = "登记举报奖励意见"\n'
         'by = ["supervisor"]\nfrom = ["deciding"]\nreason = true\nbasis = ["default"]\n[action.note_reward.inputs]\n'
         'reward = { kind = "boolean", label = "符合奖励条件" }\n', ""),
    ]),
    ("effect_dropped", "serious", "interview", [
        ('reason = true\nletter = "interview_result"\nremedy = ["review", "reconsideration", "litigation"]\neffects = ["push_interview"]\n'
         'opens = { procedure = "listing", carry = ["record", "facts"], set = { list_kind = "watch" } }\nbasis = ["sc35"]\n\n'
         "[action.refer]",
         'reason = true\nletter = "interview_result"\nremedy = ["review", "reconsideration", "litigation"]\neffects = ["push_interview"]\n'
         'opens = { procedure = "listing", carry = ["record", "facts"], set = { list_kind = "serious" } }\nbasis = ["sc35"]\n\n'
         "[action.refer]"),
    ]),
    ("letter_dropped", "case_not_accepted", "complaint", [('letter = "intake_not_accepted"', 'letter = "case_not_accepted"')]),
    ("input_dropped", "鉴", "accountability", [('label = "发生的情况",', 'label = "发生的情况（鉴）", required = false,')]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), CHANGES, ids=[c[0] for c in CHANGES])
def test_what_a_version_in_use_says_does_not_change_quietly(
    code: str, named: str, name: str, edits: list[Edit]
) -> None:
    texts = [f"{one.code} {one.text}" for one in together(file=edited(source(name), *edits)) if one.severity == "error"]
    named = "发生的情况" if code == "input_dropped" else named
    assert any(text.startswith(f"{code} ") and named in text for text in texts), texts


def test_a_condition_that_a_wider_one_replaces_is_shown_as_that() -> None:
    hints = [one.text for one in together(file=source("repair")) if one.code == "guard_changed"]
    assert len(hints) == 3
    assert all(
        "record_is_public）" in text and "放宽为" in text and "record_is_public_or_of_person" in text for text in hints
    )
